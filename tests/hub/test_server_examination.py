"""What `doctor` says of a source's memory beside its size, and of statistics that are not there or too old."""

import pytest

from hub.rows import connect
from hub.server_examination import examine_server, memory
from sample.federation import Federation

MB, GB = 1 << 20, 1 << 30


@pytest.mark.parametrize(
    ("buffers", "cache", "tables", "advised"),
    [
        (128 * MB, 4 * GB, 100 * MB, []),  # all of it is in memory, whatever is claimed
        (128 * MB, 512 * MB, GB, []),
        (128 * MB, 512 * MB, int(1.6 * GB), ["shared_buffers = 256MB or more"]),
        (256 * MB, 4 * GB, int(1.6 * GB), ["effective_cache_size = 1024MB; on a machine"]),
        (128 * MB, 4 * GB, 40 * GB, ["shared_buffers = 8192MB or more", "effective_cache_size = 512MB; on a machine"]),
    ],
)
def test_memory_beside_the_size_of_the_tables(buffers: int, cache: int, tables: int, advised: list[str]) -> None:
    wrong = [finding.advice for finding in memory("jsdc", buffers, cache, tables) if not finding.well]
    assert len(wrong) == len(advised)
    assert all(advice.startswith(start) for advice, start in zip(wrong, advised, strict=True))


async def test_statistics_are_there(federation: Federation) -> None:
    owner, reader = await connect(federation.sources["spica"]), await connect(federation.readers["spica"])
    try:
        assert all(finding.well for finding in await examine_server(reader, "spica"))
        await owner.execute("CREATE TABLE public.never_analysed AS SELECT generate_series(1, 100) AS n")
        wrong = [finding for finding in await examine_server(reader, "spica") if not finding.well]
        assert [finding.advice for finding in wrong] == ["ANALYZE public.never_analysed"]
        await owner.execute("ANALYZE public.never_analysed")
        assert all(finding.well for finding in await examine_server(reader, "spica"))
    finally:
        await owner.execute("DROP TABLE public.never_analysed")
        await owner.close()
        await reader.close()
