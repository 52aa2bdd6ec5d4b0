"""A hot standby as a source, as a read-only gateway is given: what its primary writes is seen, and nothing is exact
that nobody can know."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from door import opened
from filled import federated, filled
from serving import PATIENT, patient
from standby import asked, caught_up, done, standing_by
from starlette.applications import Starlette
from subscribing import CHANGED, heard, socket, subscribe
from waiting import within

from gateway.app import create_app
from hub.examination import examine
from hub.health import HealthMonitor
from hub.limits import Limits
from hub.rows import open_hub
from hub.version_reader import STANDBY
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import Federation, dsn
from schema import foreign
from schema.catalog import SOURCES
from schema.foreign import READER
from schema.jsdc import BADCAL

pytestmark = pytest.mark.timed

LISTED = "{ badCalibrators(first: 100) { nodes { badcalId comment } } }"
TOTAL = "{ badCalibrators(first: 0) { totalCount totalCountIsExact } }"
INSERT = "INSERT INTO public.badcal VALUES ({0}, 'standby', 10, 10, '{1}', true)"
DELETE = "DELETE FROM public.badcal WHERE badcal_id < 0"
WITHOUT = "DROP VIEW gw.position"


@dataclass(frozen=True)
class Pair:
    """A federation whose JSDC is a standby, and its primary."""

    hub: Cluster
    primary: Cluster
    standby: Cluster
    federation: Federation

    async def write(self, text: str) -> None:
        """Execute a statement at the primary, as the source's owner."""
        await done(self.primary.dsn("jsdc"), text)

    async def followed(self) -> None:
        """Wait until the standby shows what was written."""
        await caught_up(self.primary, self.standby)


@pytest.fixture(scope="module")
def pair(originals: Path) -> Iterator[Pair]:
    binaries = find_binaries()
    quiet = {"autovacuum": "off"}  # ANALYZE is a transaction, which a standby replays as any other
    with (
        filled(binaries, originals) as hub,
        filled(binaries, originals, settings=quiet) as primary,
        standing_by(primary) as standby,
    ):
        yield Pair(hub, primary, standby, federated(hub, {"jsdc": standby}))


@pytest_asyncio.fixture(scope="module")
async def app(pair: Pair) -> AsyncIterator[Starlette]:
    made = create_app(patient(pair.federation))
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture(scope="module")
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as made:
        yield made


async def got(client: httpx.AsyncClient, query: str, held: str = "") -> httpx.Response:
    answer = await client.get("/graphql", params={"query": query}, headers={"if-none-match": held} if held else {})
    assert answer.status_code in (200, 304), answer.text
    return answer


async def tagged(client: httpx.AsyncClient, query: str) -> httpx.Response:
    """The answer, once it has a tag."""

    async def answered() -> httpx.Response | None:
        answer = await got(client, query)
        return answer if "etag" in answer.headers else None

    return await within(answered, 5)


async def total(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await got(client, TOTAL)).json()["data"]["badCalibrators"]
    return found


async def exact(client: httpx.AsyncClient) -> int:
    """The number of rows, once it is exact."""

    async def counted() -> list[int]:
        found = await total(client)
        return [found["totalCount"]] if found["totalCountIsExact"] else []

    [number] = await within(counted, 15)
    return number


async def test_a_row_changed_at_the_primary_ends_what_is_held(client: httpx.AsyncClient, pair: Pair) -> None:
    await pair.write(INSERT.format(-1, "first"))
    await pair.followed()
    held = await tagged(client, LISTED)
    assert "first" in held.text
    assert (await got(client, LISTED, held.headers["etag"])).status_code == 304
    await pair.write("UPDATE public.badcal SET comment = 'second' WHERE badcal_id = -1")

    async def changed() -> httpx.Response | None:
        answer = await got(client, LISTED, held.headers["etag"])
        return answer if answer.status_code == 200 else None

    answer = await within(changed, 2)
    assert "second" in answer.text
    await pair.write(DELETE)


async def test_what_changes_no_row_changes_no_version(app: Starlette, client: httpx.AsyncClient, pair: Pair) -> None:
    """Checkpoints and VACUUM write to the log as well."""
    health = app.state.gateway.hub.health
    await pair.followed()
    await health.confirmed("jsdc")
    held = (await tagged(client, LISTED)).headers["etag"]
    for text in ("CHECKPOINT", "VACUUM public.badcal"):
        await pair.write(text)
        await pair.followed()
        assert await health.confirmed("jsdc")
        assert (await got(client, LISTED, held)).status_code == 304, text


async def test_totals_are_exact_and_right(client: httpx.AsyncClient, pair: Pair) -> None:
    before = await exact(client)
    await pair.write(INSERT.format(-2, "one more"))

    async def followed() -> bool:
        return await total(client) == {"totalCount": before + 1, "totalCountIsExact": True}

    await within(followed, 15)
    await pair.write(DELETE)


async def test_a_subscriber_is_told(pair: Pair, tmp_path: Path) -> None:
    with opened(pair.federation.hub, tmp_path / "log") as door:
        async with door.client() as client, socket(door.url) as subscriber:
            await tagged(client, LISTED)
            await subscribe(subscriber, "1", CHANGED)
            await asyncio.sleep(1)
            await pair.write(INSERT.format(-3, "told"))
            told = (await heard(subscriber))["payload"]["data"]["sourceVersionChanged"]
            assert told["source"] == "jsdc"
            assert told["version"]
    await pair.write(DELETE)


async def test_without_the_view_nothing_is_known(
    app: Starlette, client: httpx.AsyncClient, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.version_reader.REFUSED", 1.0)
    held = (await tagged(client, LISTED)).headers["etag"]
    counts = app.state.gateway.hub.row_counts

    async def kept() -> list[int]:
        return [found.count] if (found := counts.total(BADCAL)) and found.exact else []

    [before] = await within(kept, 15)
    health: HealthMonitor = app.state.gateway.hub.health
    await pair.write(WITHOUT)
    await pair.followed()
    try:

        async def lost() -> bool:
            return health.lacking("jsdc") == STANDBY

        await within(lost, 3)
        answer = await got(client, LISTED, held)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in answer.headers
        assert await total(client) == {"totalCount": before, "totalCountIsExact": False}
        told = (await client.get("/health")).json()["Sources"]["jsdc"]
        assert (told["state"], told["version"], told["no_version"]) == ("up", None, STANDBY)
        findings = [each async for each in examine(pair.federation.hub, {}) if each.what == "has a data version"]
        [wrong] = [each for each in findings if not each.well]
        assert wrong.where == "jsdc"
        assert "CREATE OR REPLACE VIEW gw.position" in wrong.advice
        assert len(findings) == len(SOURCES)
    finally:
        await pair.write(foreign.position())
    await tagged(client, LISTED)


async def test_asked_directly_it_needs_no_view(pair: Pair) -> None:
    """A direct DSN that leads to the same server tells what the hub cannot; one that leads elsewhere does not."""
    await pair.write(WITHOUT)
    await pair.followed()
    try:
        for there, known in ((pair.standby, True), (pair.primary, False)):
            watch = HealthMonitor(SOURCES, silence=PATIENT)
            direct = {"jsdc": dsn(there, "jsdc", READER)}
            hub = await open_hub(pair.federation.hub, Limits(), watch, direct)
            try:
                await watch.settled()
                assert (watch.version("jsdc") is not None) is known, watch.lacking("jsdc")
            finally:
                await hub.close()
    finally:
        await pair.write(foreign.position())


async def test_two_servers_have_a_version_together(pair: Pair) -> None:
    """Statements of one source alone go to the primary, others to its standby: either may change by itself."""
    watch = HealthMonitor(SOURCES, silence=PATIENT)
    hub = await open_hub(pair.federation.hub, Limits(), watch, {"jsdc": dsn(pair.primary, "jsdc", READER)})
    try:
        await watch.settled()
        versions = {await watch.confirmed("jsdc")}
        await asked(pair.standby.dsn("jsdc"), "SELECT pg_wal_replay_pause()")
        await pair.write(INSERT.format(-4, "here"))
        versions.add(await watch.confirmed("jsdc"))
        await asked(pair.standby.dsn("jsdc"), "SELECT pg_wal_replay_resume()")
        await pair.followed()
        versions.add(await watch.confirmed("jsdc"))
        assert len(versions - {None}) == 3
    finally:
        await hub.close()
        await pair.write(DELETE)
