# ruff: noqa: SLF001
"""One process probes for all: the others know its versions, what any has written, and who goes on when it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from waiting import within

from hub.limits import Limits
from hub.rows import Hub, open_hub
from hub.shared_health import SharedHealthMonitor
from sample.federation import Federation
from schema.catalog import SOURCES
from schema.obsportal import TAGS


class Table:
    """What processes share, in one."""

    def __init__(self) -> None:
        self.seats: list[Seat] = []
        self.files: dict[str, bytes] = {}


class Seat:
    """The board of one process."""

    def __init__(self, table: Table) -> None:
        self._table, self._heard = table, dict[str, Callable[..., None]]()
        table.seats.append(self)

    def on(self, kind: str, heard: Callable[..., None]) -> None:
        self._heard[kind] = heard

    def tell(self, kind: str, *values: Any) -> None:
        for seat in self._table.seats:
            if seat is not self and kind in seat._heard:
                seat._heard[kind](*values)

    def put(self, name: str, content: bytes) -> None:
        self._table.files[name] = content

    def get(self, name: str) -> bytes | None:
        return self._table.files.get(name)


@asynccontextmanager
async def seated(federation: Federation, table: Table) -> AsyncIterator[tuple[Hub, SharedHealthMonitor]]:
    monitor = SharedHealthMonitor(SOURCES, Seat(table), silence=10)
    opened = await open_hub(federation.hub, Limits(), monitor, {"jsdc": federation.readers["jsdc"]})
    try:
        yield opened, monitor
    finally:
        await opened.close()


async def test_one_probes_and_all_know(federation: Federation) -> None:
    table = Table()
    async with seated(federation, table) as (_, first), seated(federation, table) as (_, second):
        leading = asyncio.create_task(first.lead())
        await first.settled()
        await second.settled()
        await asyncio.sleep(0.1)
        for name in SOURCES:
            assert second.version(name) == first.version(name) is not None
        assert [tuple(row) for row in second.part(TAGS)] == [tuple(row) for row in first.part(TAGS)] != []
        assert second._tasks == [], "it probes nothing"

        before = first.version("jsdc")
        second.written("jsdc", "4711")
        assert first.version("jsdc") == second.version("jsdc") != before, "all know at once what one has written"

        leading.cancel()
        await asyncio.wait([leading])
        ended = second._readers["jsdc"][0].ended
        leading = asyncio.create_task(second.lead())

        async def read() -> bool:
            return second._readers["jsdc"][0].ended != ended

        assert await within(read, 20)
        await asyncio.sleep(0.1)
        assert first.version("jsdc") == second.version("jsdc") is not None, "the next one tells the first"
        leading.cancel()
        await asyncio.wait([leading])


async def test_who_comes_later_knows_at_once(federation: Federation) -> None:
    table = Table()
    async with seated(federation, table) as (_, first):
        leading = asyncio.create_task(first.lead())
        await first.settled()
        await asyncio.sleep(0.1)
        late = SharedHealthMonitor(SOURCES, Seat(table), silence=10)
        late._read_directly(["jsdc"])
        late._adopt()
        assert late.version("jsdc") == first.version("jsdc") is not None
        leading.cancel()
        await asyncio.wait([leading])
