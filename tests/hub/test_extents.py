"""Extents of columns: kept of each version, and what a document's figures are made of in place of all rows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest
import pytest_asyncio
from waiting import within

from adapters.votable.formats import FITS
from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.statement import statement
from hub.background import BackgroundHub
from hub.extents import Extents
from hub.rows import Hub, connect
from planning import sql
from planning.plan import Cell, Plan, StatementShape
from planning.routing import UNKNOWN
from sample.federation import Federation
from schema.catalog import DECLARED as CATALOG
from schema.jsdc import BADCAL, STAR
from schema.observations import OBSCORE
from schema.oidb import GRANULE


@pytest_asyncio.fixture(scope="module")
async def extents(hub: Hub) -> AsyncIterator[Extents]:
    """Extents of the sample, all known, and known again as soon as rows have changed."""
    patch = pytest.MonkeyPatch()
    patch.setattr("hub.extents.REST", 0)
    made = Extents(hub)
    made.start()

    async def known() -> bool:
        return all(made.of(Cell(table.columns[0], "", table=table)) for table in (BADCAL, STAR, GRANULE))

    await within(known, 60)
    yield made
    await made.stop()
    patch.undo()


def of(extents: Extents, field: str) -> tuple[int, ...] | None:
    return extents.of(Cell(BADCAL.by_field[field], field, table=BADCAL))


def measured(extents: Extents, query: str) -> str:
    measure = extents.measuring(FITS.measure)
    return statement(compile_query(query, DECLARED), FITS.row, None, measure).measure.partition(" FROM ")[0]


async def test_they_are_those_of_all_rows(hub: Hub, extents: Extents) -> None:
    text = "SELECT min(badcal_id), max(badcal_id), max(length(name)) FROM jsdc.badcal"
    ((least, most, width),) = await hub.fetch(sql.Statement(text, (), ("jsdc",)))
    assert (of(extents, "badcalId"), of(extents, "name")) == ((least, most, 0), (width,))


def test_what_is_known_is_not_asked(extents: Extents) -> None:
    (width,) = of(extents, "name") or ()
    least, most, _ = of(extents, "badcalId") or ()
    plain = f"SELECT ARRAY[count(*), {width}, {least}, {most}, 0]::bigint[]"
    assert measured(extents, "SELECT name, badcal_id FROM jsdc.badcal WHERE badcal_id > 3") == plain
    computed = f"SELECT ARRAY[count(*), {width}, max(octet_length(c1))]::bigint[]"
    assert measured(extents, "SELECT name, name || name AS twice FROM jsdc.badcal") == computed


def test_what_a_link_leads_to_is_known_too(hub: Hub, extents: Extents) -> None:
    (link,) = (link for link in hub.catalog.links_of(GRANULE).values() if link.target is STAR and not link.many)
    cells = (Cell(GRANULE.key, "id"), Cell(STAR.by_field["name"], "star.name", (link,)))
    plan = Plan(StatementShape(GRANULE, cells), ())
    figures = sql.stream(plan, FITS.row, hub.databases, extents.measuring(FITS.measure)).measure
    (width,) = extents.of(Cell(STAR.by_field["name"], "", table=STAR)) or ()
    assert f", 0, {width}]::bigint[]" in figures


def test_of_what_is_computed_or_of_several_sources_there_are_none(extents: Extents) -> None:
    assert extents.of(Cell(BADCAL.by_field["name"], "name")) is None
    assert [extents.of(Cell(column, "", table=OBSCORE)) for column in OBSCORE.columns[:9]] == [None] * 9


async def test_those_of_other_rows_are_not_used(extents: Extents, federation: Federation) -> None:
    (width,) = of(extents, "name") or ()
    source = await connect(federation.sources["jsdc"])

    async def renewed(expected: int) -> None:
        async def known() -> bool:
            return of(extents, "name") == (expected,)

        await within(known, 60)

    try:
        await source.execute(
            f"INSERT INTO public.badcal (badcal_id, name, sample_choice) VALUES (-1, '{'x' * 99}', true)"
        )
        await renewed(99)
    finally:
        await source.execute("DELETE FROM public.badcal WHERE badcal_id = -1")
        await source.close()
    await renewed(width)


async def test_a_source_that_comes_late_waits_for_no_other_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.extents.PERIOD", 0.01)
    hub = LateHub()
    extents = Extents(cast("BackgroundHub", hub))
    extents.start()

    async def known() -> bool:
        return of(extents, "name") is not None

    try:
        await hub.resting.wait()
        assert not await known()
        hub.known.add("jsdc")
        await within(known, 2)  # the first one rests for longer
    finally:
        await extents.stop()


class LateHub:
    """A hub that knows one source from the start, whose tables take a third of a second each to read."""

    databases, catalog = UNKNOWN, CATALOG

    def __init__(self) -> None:
        self.known, self.resting, self.health = {"oidb"}, asyncio.Event(), self

    def version(self, source: str) -> str | None:
        return "1" if source in self.known else None

    async def confirmed(self, source: str) -> str | None:
        self.resting.set()
        return self.version(source)

    async def slowly(self, statement: sql.Statement) -> Sequence[Sequence[Any]]:
        if statement.sources == ("oidb",) and not self.resting.is_set():
            await asyncio.sleep(0.3)
        return [[[0] * 1000]]
