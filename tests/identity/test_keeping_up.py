"""What changes is identified again: by batches, by a gateway that serves, with sources that do not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from serving import patient
from waiting import within

from gateway.app import create_app
from hub.rows import Connection, Hub, connect
from identity.batch import LOCK, BatchOutcome, identify
from identity.loop import follow
from planning.errors import Busy, SourceUnavailable
from sample.federation import Federation

GRANULE = 910_000_000
FOMALHAUT, VEGA = 113368, 91262


@pytest_asyncio.fixture
async def oidb(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.sources["oidb"])
    yield connection
    await connection.execute("DELETE FROM public.oidb WHERE id >= $1", GRANULE)
    await connection.close()
    await batch(federation)


@pytest_asyncio.fixture
async def jsdc(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.sources["jsdc"])
    yield connection
    await connection.close()


async def batch(federation: Federation, *sources: str) -> dict[str, BatchOutcome]:
    outcomes = await identify(federation.writer, lambda _what, _part: None, sources or None)
    return {outcome.kind.title: outcome for outcome in outcomes}


async def observe(oidb: Connection, jsdc: Connection, star: int, name: str) -> None:
    ra, dec = await jsdc.fetchrow("SELECT raj2000, dej2000 FROM public.jsdc WHERE jsdc_id = $1", star)
    await oidb.execute(
        "INSERT INTO public.oidb (id, calib_level, target_name, s_ra, s_dec, t_min, t_max, access_url, nb_channels) "
        "VALUES ($1, 2, $2, $3, $4, 51544.5, 51544.5, 'https://sample.invalid/', 1)", GRANULE, name, ra, dec,
    )  # fmt: skip


async def answer(owner: Connection) -> tuple[Any, ...] | None:
    row = await owner.fetchrow("SELECT star_id, method FROM crossid.granule WHERE id = $1", GRANULE)
    return row and tuple(row)


async def until(owner: Connection, wanted: tuple[Any, ...] | None) -> None:
    async def so() -> bool:
        return await answer(owner) == wanted

    await within(so, 10)


async def test_a_batch_looks_at_what_has_changed(
    federation: Federation, owner: Connection, oidb: Connection, jsdc: Connection
) -> None:
    await observe(oidb, jsdc, FOMALHAUT, "Fomalhaut")
    assert (await batch(federation, "oidb"))["oidb.granule"].changed == 1
    assert await answer(owner) == (FOMALHAUT, 2)
    await oidb.execute("UPDATE public.oidb SET target_name = 'Vega' WHERE id = $1", GRANULE)
    assert (await batch(federation, "oidb"))["oidb.granule"].changed == 1
    assert await answer(owner) == (FOMALHAUT, 4)
    await oidb.execute("UPDATE public.oidb SET s_ra = 'NaN' WHERE id = $1", GRANULE)
    await batch(federation, "oidb")
    assert await answer(owner) == (VEGA, 3)
    await oidb.execute("DELETE FROM public.oidb WHERE id = $1", GRANULE)
    gone = (await batch(federation, "oidb"))["oidb.granule"]
    assert (gone.changed, gone.removed) == (0, 1)
    assert await answer(owner) is None


@pytest.mark.parametrize(
    "spelling", [("HD 284419", "T Tau"), ("HD 284419", "V* T Tau"), ("HD 21933", "t Tau"), ("HD 82901", "R_CAR")]
)
async def test_case_tells_stars_apart(
    federation: Federation, owner: Connection, oidb: Connection, jsdc: Connection, spelling: tuple[str, str]
) -> None:
    star, name = spelling
    number = await jsdc.fetchval("SELECT jsdc_id FROM public.jsdc WHERE name = $1", star)
    await observe(oidb, jsdc, number, name)
    await batch(federation, "oidb")
    assert await answer(owner) == (number, 2)


async def test_a_gateway_that_serves_keeps_up(
    federation: Federation, owner: Connection, oidb: Connection, jsdc: Connection, hub: Hub
) -> None:
    # Two of them, as two gateways would be.
    following = [asyncio.create_task(follow(federation.writer, hub.health, 0.2)) for _ in range(2)]
    try:
        await observe(oidb, jsdc, FOMALHAUT, "alf PsA")
        await until(owner, (FOMALHAUT, 2))
        await oidb.execute("UPDATE public.oidb SET target_name = 'somebody' WHERE id = $1", GRANULE)
        await until(owner, (FOMALHAUT, 1))
        await oidb.execute("DELETE FROM public.oidb WHERE id = $1", GRANULE)
        await until(owner, None)
        assert not any(task.done() for task in following)
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    await batch(federation)  # the batch that was cut off has left neither its lock nor half its work


async def test_one_batch_at_a_time(federation: Federation, owner: Connection) -> None:
    await owner.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        with pytest.raises(Busy):
            await batch(federation)
    finally:
        await owner.execute("SELECT pg_advisory_unlock($1)", LOCK)


@asynccontextmanager
async def unreachable(owner: Connection, source: str) -> AsyncIterator[None]:
    options = f"SELECT option_value FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = '{source}'"
    port = await owner.fetchval(f"{options} AND option_name = 'port'")
    await owner.execute(f"ALTER SERVER {source} OPTIONS (SET port '1')")
    try:
        yield
    finally:
        await owner.execute(f"ALTER SERVER {source} OPTIONS (SET port '{port}')")


async def test_a_source_that_is_down_costs_its_part_and_makes_up_for_it(
    federation: Federation, owner: Connection, oidb: Connection, jsdc: Connection
) -> None:
    await observe(oidb, jsdc, FOMALHAUT, "somebody")
    await batch(federation)
    place = await jsdc.fetchrow("SELECT raj2000, jsdc_id FROM public.jsdc WHERE jsdc_id = $1", FOMALHAUT)
    await jsdc.execute("UPDATE public.jsdc SET raj2000 = raj2000 + 1 WHERE jsdc_id = $1", FOMALHAUT)
    try:
        async with unreachable(owner, "oidb"):
            found = await batch(federation)
            assert {title for title, outcome in found.items() if outcome.failure} == {"oidb.granule"}
            assert found["obsportal.target"].changed == await owner.fetchval("SELECT count(*) FROM crossid.target")
            assert await answer(owner) == (FOMALHAUT, 1)
        # The stars have been read; this kind has not been matched with them, and now is, whichever source has changed.
        assert (await batch(federation, "spica"))["oidb.granule"].changed > 1
        assert await answer(owner) == (None, 0)
    finally:
        await jsdc.execute("UPDATE public.jsdc SET raj2000 = $1 WHERE jsdc_id = $2", *place)
    await batch(federation)
    assert await answer(owner) == (FOMALHAUT, 1)


async def test_without_jsdc_nothing_is_lost(federation: Federation, owner: Connection) -> None:
    before = await owner.fetch("SELECT * FROM crossid.target ORDER BY 1")
    async with unreachable(owner, "jsdc"):
        with pytest.raises(SourceUnavailable):
            await batch(federation)
    assert await owner.fetch("SELECT * FROM crossid.target ORDER BY 1") == before


async def test_the_gateway_does_so_while_it_serves(federation: Federation, oidb: Connection, jsdc: Connection) -> None:
    app = create_app(patient(federation, hub_writer=federation.writer))
    query = f'{{ star(name: "Fomalhaut") {{ granules(where: {{granuleId: {{eq: {GRANULE}}}}}) {{ nodes {{ targetName }} }} }} }}'
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client,
    ):
        await observe(oidb, jsdc, FOMALHAUT, "alf PsA")

        async def found() -> Any:
            answer = await client.post("/graphql", json={"query": query})
            return answer.json()["data"]["star"]["granules"]["nodes"]

        assert await within(found, 10) == [{"targetName": "alf PsA"}]
