"""Databases with settings of their own change no time, of jobs, of rows in any format, of parameters, and no number."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
import pytest_asyncio
from defusedxml.ElementTree import fromstring
from serving import patient

from gateway.app import create_app
from hub.rows import connect
from jobs.database import CONNECTION_OPTIONS
from sample.federation import Federation

ZONE = "Asia/Tokyo"
SETTINGS = {"timezone": f"'{ZONE}'", "datestyle": "SQL, DMY", "extra_float_digits": "0"}
TIMES = (
    "SELECT TOP 20 exp_id, exp_date_updated FROM obsportal.exposure WHERE exp_date_updated IS NOT NULL ORDER BY exp_id"
)
NUMBERS = "SELECT TOP 20 jsdc_id, raj2000, dej2000, LDD FROM jsdc.star ORDER BY jsdc_id"
SINCE = "SELECT COUNT(*) AS n FROM obsportal.exposure WHERE exp_date_updated > '2021-09-24T17:25:50Z'"
QUERY = """{ exposures(first: 20, where: { expDateUpdated: { gt: "2021-09-24T17:25:50Z" } }, orderBy: [{ expId: ASC }])
{ totalCount nodes { expId expDateUpdated } } }"""


@pytest_asyncio.fixture(scope="module", params=[True, False], ids=["zone of the session", "zone of the server"])
async def tokyo(
    federation: Federation, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway over databases of another zone, with the zone that its jobs ask for and without, as behind a pooler."""
    owners = [federation.owner, *federation.sources.values()]
    await changed(owners, [f"SET {name} = {value}" for name, value in SETTINGS.items()])
    with pytest.MonkeyPatch.context() as patch:
        if not request.param:
            options = "-c search_path=uws -c datestyle=ISO -c jit=off"
            patch.setitem(CONNECTION_OPTIONS, "options", options)
        app = create_app(patient(federation, hub_jobs=federation.jobs, spool=str(tmp_path_factory.mktemp("spool"))))
        try:
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tokyo") as client,
            ):
                yield client
        finally:
            await changed(owners, [f"RESET {name}" for name in SETTINGS])


async def changed(owners: list[str], changes: list[str]) -> None:
    for owner in owners:
        connection = await connect(owner)
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        for change in changes:
            await connection.execute(f"ALTER DATABASE {name} {change}")
        await connection.close()


def instant(root: object, name: str) -> datetime:
    text = root.findtext(f"{{*}}{name}")  # type: ignore[attr-defined]
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


async def test_the_databases_are_of_another_zone(federation: Federation, tokyo: httpx.AsyncClient) -> None:
    assert (await tokyo.get("/readyz")).status_code == 200
    connection = await connect(federation.owner)
    assert await connection.fetchval("SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'") == ZONE
    await connection.close()


async def test_jobs_have_the_times_of_the_world(tokyo: httpx.AsyncClient) -> None:
    begun = datetime.now(UTC).replace(microsecond=0)
    told = {"QUERY": "SELECT TOP 1 Name FROM jsdc.star", "LANG": "ADQL", "PHASE": "RUN"}
    job = (await tokyo.post("/tap/async", data=told)).headers["location"]
    for phase in ("QUEUED", "EXECUTING"):
        await tokyo.get(job, params={"WAIT": "20", "PHASE": phase})
    root = fromstring((await tokyo.get(job)).content)
    times = [instant(root, name) for name in ("creationTime", "startTime", "endTime")]
    soon = datetime.now(UTC) + timedelta(seconds=1)
    assert [begun, *times, soon] == sorted([begun, *times, soon])
    assert instant(root, "destruction") - times[0] == timedelta(days=7)
    name = job.rpartition("/")[2]
    for shift, listed in ((-1, True), (1, False)):
        after = (begun + timedelta(minutes=shift)).isoformat()
        assert (name in (await tokyo.get("/tap/async", params={"AFTER": after})).text) == listed
    until = (begun + timedelta(hours=30)).astimezone(timezone(timedelta(hours=9)))
    await tokyo.post(f"{job}/destruction", data={"DESTRUCTION": until.isoformat()})
    assert datetime.fromisoformat((await tokyo.get(f"{job}/destruction")).text) == until


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "votable/td", "votable/b2", "parquet", "arrow", "fits"])
async def test_rows_have_the_same_times(tokyo: httpx.AsyncClient, client: httpx.AsyncClient, form: str) -> None:
    for query in (TIMES, NUMBERS, SINCE):
        told = {"QUERY": query, "LANG": "ADQL", "RESPONSEFORMAT": form}
        here, there = await client.get("/tap/sync", params=told), await tokyo.get("/tap/sync", params=told)
        assert here.status_code == there.status_code == 200
        assert data(here, form) == data(there, form)


def data(answer: httpx.Response, form: str) -> bytes:
    """A document without what says when and where it was made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if form in {"parquet", "arrow"}:
        table = (
            pq.read_table(pa.BufferReader(answer.content))
            if form == "parquet"
            else pa.ipc.open_stream(answer.content).read_all()
        )
        return repr(table.to_pydict()).encode()
    if form.startswith("votable"):
        return answer.content.partition(b"<DATA>")[2].partition(b"</DATA>")[0]
    return answer.content[-5000:] if form == "fits" else answer.content


async def test_graphql_and_the_obs_portals_search(tokyo: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    here, there = [(await one.post("/graphql", json={"query": QUERY})).json()["data"] for one in (client, tokyo)]
    assert here == there
    assert here["exposures"]["totalCount"] > 0
    asked = "/search.votable?instrument=SPICA&date_updated_from=2021-09-24T17:25:50%2B00:00"
    here, there = [(await one.get(asked)).text.partition("<DATA>")[2] for one in (client, tokyo)]
    assert here == there
    assert "2022-01-14 10:40:32+00:00" in here
