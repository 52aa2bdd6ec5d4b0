"""`doctor` says whether what is written is guarded and recorded, and by whom it is written."""

from hub.rows import Connection
from hub.writing_examination import examine_writing
from sample.federation import Federation


async def wrong(dsn: str) -> list[str]:
    return [
        f"{finding.what}: {finding.advice}"
        for finding in [one async for one in examine_writing("spica", dsn)]
        if not finding.well
    ]


async def test_all_is_well_with_the_role_that_is_made(written: Federation) -> None:
    findings = [one async for one in examine_writing("spica", written.source_writers["spica"])]
    assert [finding.well for finding in findings] == [True] * 6


async def test_what_is_missing_is_told(written: Federation, owner: Connection) -> None:
    await owner.execute(
        "ALTER TABLE public.spica DISABLE ROW LEVEL SECURITY; ALTER TABLE public.spica DISABLE TRIGGER gw_history"
    )
    try:
        (found,) = await wrong(written.source_writers["spica"])
        assert found.startswith(
            "public.spica is guarded and recorded (without row-level security, history): have its owner run"
        )
    finally:
        await owner.execute(
            "ALTER TABLE public.spica ENABLE ROW LEVEL SECURITY; ALTER TABLE public.spica ENABLE TRIGGER gw_history"
        )
    first, *_ = await wrong(written.sources["spica"])
    assert first.startswith("role is no owner and no superuser (superuser")
    assert "check GATEWAY_SPICA_WRITER" in (await wrong("postgresql://nobody@127.0.0.1:1/spica"))[0]
