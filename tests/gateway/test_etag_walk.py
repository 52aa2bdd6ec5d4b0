"""No ETag is ever valid for two contents, whatever happens to a source: a walk over what does happen to databases."""

import asyncio
import os
import random
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from filled import federated, filled
from serving import patient
from standby import caught_up, done, files_of, promote, restart, standing_by, stopped
from waiting import BUSY, within

from gateway.app import create_app
from hub.health import HealthMonitor
from hub.installation import readdress
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import Federation, dsn
from schema.foreign import READER

pytestmark = pytest.mark.timed

SECONDS = 30.0
"""How long a walk takes; on a busy machine as many steps in more time."""
STEPS = 14
ASKED = {
    "JSON": ("/graphql", {"query": "{ badCalibrators(first: 100) { nodes { badcalId comment } } }"}, "*/*"),
    "CSV": ("/graphql", {"query": "{ badCalibrators(first: 100) { nodes { badcalId comment } } }"}, "text/csv"),
    "ADQL": ("/tap/sync", {"LANG": "ADQL", "FORMAT": "csv", "QUERY": "SELECT count(*) AS n FROM jsdc.badcal"}, "*/*"),
}
INSERT = "INSERT INTO public.badcal SELECT coalesce(max(badcal_id), 0) + 1, 'walk', 1, 1, '{}', true FROM public.badcal"
UPDATE = "UPDATE public.badcal SET comment = '{}' WHERE badcal_id = (SELECT min(badcal_id) FROM public.badcal)"
DELETE = "DELETE FROM public.badcal WHERE badcal_id = (SELECT max(badcal_id) FROM public.badcal)"
OTHER = (
    "CREATE TABLE public.other (LIKE public.badcal INCLUDING ALL); INSERT INTO public.other SELECT * FROM public.badcal; "
    f"UPDATE public.other SET comment = 'other'; GRANT SELECT ON public.other TO {READER}"
)
SWAP = (
    "ALTER TABLE public.badcal RENAME TO passing; ALTER TABLE public.other RENAME TO badcal; "
    "ALTER TABLE public.passing RENAME TO other"
)
COLUMNS = (
    "ALTER TABLE public.badcal RENAME COLUMN comment TO passing; ALTER TABLE public.badcal RENAME COLUMN name TO comment; "
    "ALTER TABLE public.badcal RENAME COLUMN passing TO name"
)


@dataclass
class World:
    """A source that has things happen to it: its primary, and a standby that follows where there is one."""

    federation: Federation
    primary: Cluster
    standby: Cluster | None
    led: Cluster = field(init=False)
    """Where the hub's server leads."""

    def __post_init__(self) -> None:
        self.led = self.primary

    async def write(self, text: str) -> None:
        await done(self.primary.dsn("jsdc"), text)

    async def lead(self, to: Cluster) -> None:
        """Have the hub ask another server."""
        readers = self.federation.readers | {"jsdc": dsn(to, "jsdc", READER)}
        await readdress(self.federation.owner, readers)
        self.led = to

    async def shown(self) -> None:
        """Wait until the server that the hub asks shows what has been written."""
        if self.led is self.standby:
            await caught_up(self.primary, self.led)

    async def insert(self) -> None:
        """Few texts, so that contents come back."""
        await self.write(INSERT.format(random.choice("ab")))  # noqa: S311

    async def update(self) -> None:
        await self.write(UPDATE.format(random.choice("ab")))  # noqa: S311

    async def delete(self) -> None:
        await self.write(DELETE)

    async def truncate(self) -> None:
        await self.write("TRUNCATE public.badcal")

    async def swap(self) -> None:
        await self.write(SWAP)

    async def swap_columns(self) -> None:
        await self.write(COLUMNS)

    async def reset(self) -> None:
        """Counters begin at zero again, and come to where they were by as many writes."""
        await self.write("SELECT pg_stat_reset()")

    async def crash(self) -> None:
        await asyncio.to_thread(self.primary.crash)
        await asyncio.to_thread(self.primary.start)

    async def restart(self) -> None:
        await asyncio.to_thread(restart, self.primary)

    async def turn(self) -> None:
        """From the primary to its standby, or back."""
        await self.lead(self.primary if self.led is self.standby or not self.standby else self.standby)

    async def fail_over(self) -> None:
        """The primary is lost, and its standby takes over; what was not replayed is lost too."""
        if not self.standby:
            return
        await asyncio.to_thread(self.primary.crash)
        await promote(self.standby)
        self.primary, self.standby = self.standby, None
        await self.lead(self.primary)


HAPPENINGS: tuple[tuple[Callable[[World], Awaitable[None]], int], ...] = (
    (World.insert, 4), (World.update, 4), (World.delete, 3), (World.truncate, 1), (World.swap, 2), (World.swap_columns, 1),
    (World.reset, 2), (World.crash, 2), (World.restart, 1), (World.turn, 4), (World.fail_over, 1),
)  # fmt: skip
"""What happens, and how often in proportion."""


@pytest_asyncio.fixture(scope="module")
async def world(originals: Path) -> AsyncIterator[World]:
    binaries = find_binaries()
    with filled(binaries, originals) as hub, filled(binaries, originals) as primary, standing_by(primary) as standby:
        made = World(federated(hub, {"jsdc": primary}), primary, standby)
        await made.write(OTHER)
        yield made


@asynccontextmanager
async def gateway(world: World) -> AsyncIterator[tuple[httpx.AsyncClient, HealthMonitor]]:
    made = create_app(patient(world.federation))
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(made)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client, made.state.gateway.hub.health


class Client:
    """Holds every answer that it ever got, and never one tag for two."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.held: dict[tuple[str, str], bytes] = {}
        """Content by what was asked and its tag."""

    async def ask(self, what: str, tags: str = "") -> httpx.Response:
        path, told, accept = ASKED[what]
        headers = {"accept": accept, "accept-encoding": "identity"} | ({"if-none-match": tags} if tags else {})
        answer = await self._http.get(path, params=told, headers=headers)
        tag = answer.headers.get("etag")
        if answer.status_code == 200 and tag:
            assert self.held.setdefault((what, tag), answer.content) == answer.content, f"{tag} is of two contents"
        return answer

    async def ask_for_ever(self) -> None:
        while True:
            for what in ASKED:
                await self.ask(what)
            await asyncio.sleep(0.05)

    async def check(self, what: str) -> None:
        """Now that nothing happens: whatever of the answers ever held is valid, is what would be answered."""
        now = await self._answered(what)
        for (asked_for, tag), content in tuple(self.held.items()):
            if asked_for == what and (await self.ask(what, tag)).status_code == 304:
                assert content == now, f"{tag} is valid, and {content!r} is no more: {now!r} is"

    async def _answered(self, what: str) -> bytes:
        async def answered() -> httpx.Response | None:
            answer = await self.ask(what)
            return answer if answer.status_code == 200 and "ERROR" not in answer.text else None

        return (await within(answered, 10)).content


async def test_the_same_number_of_writes_after_a_reset_is_another_version(world: World) -> None:
    """Each of these gave an old tag back: as many writes as before, and then again as many."""
    seen: set[str | None] = set()
    async with gateway(world) as (http, health):
        await health.settled()
        client = Client(http)
        for again in (World.reset, World.crash, World.swap, World.swap_columns, World.swap, World.turn, World.turn):
            await again(world)
            await world.insert()  # what happened before may have left no row to write to
            await world.shown()
            await within(partial(health.confirmed, "jsdc"), 10)
            for what in ASKED:
                await client.check(what)
            await world.write(UPDATE.format(again.__name__))
            await world.shown()
            version = await within(partial(health.confirmed, "jsdc"), 10)
            assert version not in seen, again.__name__
            seen.add(version)
            for what in ASKED:
                await client.check(what)
    assert None not in seen


async def test_no_tag_is_valid_for_two_contents(world: World) -> None:
    seed = int(os.environ.get("WALK", "0")) or random.randrange(1, 1 << 30)  # noqa: S311
    print(f"WALK={seed}")  # noqa: T201 - shown where it fails
    random.seed(seed)
    made, weights = zip(*HAPPENINGS, strict=True)
    start, walked = time.monotonic(), []
    async with gateway(world) as (http, health):
        await health.settled()
        client = Client(http)
        asking = asyncio.create_task(client.ask_for_ever())
        try:
            for happen in random.choices(made, weights, k=STEPS):  # noqa: S311
                if time.monotonic() - start > BUSY * SECONDS:
                    break
                walked.append(happen.__name__)
                await happen(world)
                await world.shown()
                await within(partial(health.confirmed, "jsdc"), 10)
                for what in ASKED:
                    await client.check(what)
                assert not asking.done(), (walked, asking.exception())
        finally:
            asking.cancel()
    assert len(client.held) > len(ASKED) * len(set(walked)) / 2, walked


@pytest_asyncio.fixture
async def alone(originals: Path) -> AsyncIterator[World]:
    """A source that nobody follows: who follows a server whose files are put back waits for what it never writes."""
    binaries = find_binaries()
    with filled(binaries, originals) as hub, filled(binaries, originals) as primary:
        yield World(federated(hub, {"jsdc": primary}), primary, None)


async def test_files_that_are_put_back_are_of_another_version(alone: World, tmp_path: Path) -> None:
    """As from a snapshot of its disk: with them come back all counters, and when they began, and every row version."""
    files, kept = files_of(alone.primary), tmp_path / "kept"

    def put(content: Path, place: Path) -> None:
        with stopped(alone.primary):
            shutil.rmtree(place, ignore_errors=True)
            subprocess.run(["cp", "-a", content, place], check=True)

    await alone.insert()
    await asyncio.to_thread(put, files, kept)
    async with gateway(alone) as (http, health):
        client = Client(http)
        for comment in "ab":
            await asyncio.to_thread(put, kept, files)
            await alone.write(UPDATE.format(comment))
            await within(partial(health.confirmed, "jsdc"), 10)
            for what in ASKED:
                await client.check(what)
    assert len(client.held) >= 2 * len(ASKED), "each was held with two tags"
