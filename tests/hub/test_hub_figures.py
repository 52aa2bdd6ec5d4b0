# ruff: noqa: SLF001
"""Figures made once for all processes of a hub, and documents that all of them know."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from waiting import within

from hub.coverage import Coverage, _read, _written
from hub.document_store import HubDocuments
from hub.hub_figures import VERSIONS, HubFigures
from hub.row_counts import RowCounts
from hub.rows import Hub, Record, connect
from hub.writer import open_writers
from planning.sql import Statement
from sample.federation import Federation
from schema.shared import DOCUMENT, FIGURE


@asynccontextmanager
async def stores(federation: Federation) -> AsyncIterator[tuple[HubFigures, HubFigures]]:
    first, second = HubFigures(federation.jobs), HubFigures(federation.jobs)
    try:
        yield first, second
    finally:
        await first.close()
        await second.close()


async def test_one_has_the_turn_and_another_when_it_dies(federation: Federation) -> None:
    async with stores(federation) as (first, second):
        async with first.turn("kind", "name") as ours:
            async with second.turn("kind", "name") as theirs, second.turn("kind", "other") as free:
                assert (ours, theirs, free) == (True, False, True)
            await first.close()
            async with asyncio.timeout(10):
                while True:
                    async with second.turn("kind", "name") as theirs:
                        if theirs:
                            break
        async with first.turn("kind", "name") as ours:
            assert ours, "and it was given back"


async def test_the_last_versions_are_kept(federation: Federation) -> None:
    async with stores(federation) as (first, second):
        for number in range(VERSIONS + 3):
            await first.put("kind", "versions", str(number), b"%d" % number)
        kept = [await second.find("kind", "versions", str(number)) for number in range(VERSIONS + 3)]
        assert kept == [None, None, *(b"%d" % number for number in range(2, VERSIONS + 3))]
        assert await second.find("kind", "versions", None) is None


class Process:
    """A hub, as one of several processes asks it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.health, self.databases, self.catalog = hub.health, hub.databases, hub.catalog
        self.asked: list[str] = []

    async def slowly(self, statement: Statement) -> list[Record]:
        self.asked.extend(statement.sources)
        return await self._hub.slowly(statement)


async def known(both: list[RowCounts]) -> bool:
    return all(counts._kept["oidb"].version for counts in both)


async def test_rows_are_counted_once_for_two(hub: Hub, federation: Federation) -> None:
    processes = Process(hub), Process(hub)
    owner = await connect(federation.owner)
    try:
        await owner.execute(f"DELETE FROM {FIGURE}")  # a gateway of another test may have kept its own
    finally:
        await owner.close()
    async with stores(federation) as pair:
        both = [RowCounts(process) for process in processes]
        for counts, store in zip(both, pair, strict=True):
            counts.store = store
            counts.start()
        try:
            told = [await counts.of("oidb") for counts in both]
            assert await within(lambda: known(both), 30)
        finally:
            for counts in both:
                await counts.stop()
    assert told[0].counts == told[1].counts != {}
    assert list(told[0].lines) == list(told[1].lines) != []
    assert 0 in [process.asked.count("oidb") for process in processes], "the other did not count"
    assert any("oidb" in process.asked for process in processes)


async def test_a_store_that_is_not_there_costs_nothing_but_work() -> None:
    away = HubFigures("postgresql://nobody@/nowhere?host=/nowhere")
    async with away.turn("kind", "name") as ours:
        assert ours, "each process makes its own"
        assert await away.find("kind", "name", "1") is None
        await away.put("kind", "name", "1", b"")


def test_a_coverage_is_read_as_it_was_written() -> None:
    arrays = [np.arange(number, number + 5, dtype=np.uint32) for number in range(4)]
    again = _read(_written(Coverage(*arrays)))
    for array, read in zip(arrays, (again.sky, again.first, again.last, again.place), strict=True):
        assert array.dtype == read.dtype
        assert (array == read).all()


async def test_documents_stay_within_their_room(federation: Federation) -> None:
    writers = await open_writers(federation.jobs, 2, 10)
    owner = await connect(federation.jobs)
    try:
        await owner.execute(f"DELETE FROM {DOCUMENT}")
        documents = HubDocuments(writers, 10)
        for name in "abcd":
            await documents.put(name, name * 4)
        assert [await documents.find(name) for name in "abcd"] == [None, None, "cccc", "dddd"]
    finally:
        await owner.execute(f"DELETE FROM {DOCUMENT}")
        await owner.close()
        await writers.close()
