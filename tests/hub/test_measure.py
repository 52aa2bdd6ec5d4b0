"""Rows whose figures come first: when that is so, and that both are of one moment."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from adapters.votable.formats import FITS
from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.statement import statement
from hub.measure import measured
from hub.rows import Hub, connect
from planning.sql import FIGURES, Statement
from sample.federation import Federation

QUERY = "SELECT badcal_id, name FROM jsdc.badcal"


def asked(query: str = QUERY) -> Statement:
    return statement(compile_query(query, DECLARED), FITS.row, 1_000_000, FITS.measure)


async def sent(hub: Hub, asking: Statement) -> list[bytes]:
    return [block async for block in hub.blocks(asking, FITS.copy_options)]


async def of(*blocks: bytes) -> AsyncGenerator[bytes, None]:
    for block in blocks:
        yield block


async def test_few_rows_and_slow_ones_come_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    def again(_seconds: float) -> AsyncGenerator[bytes, None]:
        return of(FIGURES + b"3", b"all")

    assert [block async for block in measured(of(b"a", b"b"), again)] == [b"a", b"b"]
    monkeypatch.setattr("hub.measure.MANY", 2)
    assert [block async for block in measured(of(b"a", b"b", b"c"), again)] == [FIGURES + b"3", b"all"]
    monkeypatch.setattr("hub.measure.SOON", -1.0)
    assert [block async for block in measured(of(b"a", b"b", b"c"), again)] == [b"a", b"b", b"c"]


async def test_a_row_that_is_added_meanwhile_is_in_neither(
    hub: Hub, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.measure.MANY", 1)
    source = await connect(federation.sources["jsdc"])
    rows = hub.blocks(asked(), FITS.copy_options)
    figures = await anext(rows)
    try:
        await source.execute("INSERT INTO public.badcal (badcal_id, sample_choice) VALUES (-1, true)")
        lines = b"".join([block async for block in rows]).splitlines()
    finally:
        await source.execute("DELETE FROM public.badcal WHERE badcal_id = -1")
        await source.close()
    count, *numbers = map(int, figures.removeprefix(FIGURES).split(b","))
    assert (count, numbers[2]) == (len(lines), len(lines))
    assert not any(line.startswith(b"-1,") for line in lines)


async def test_figures_that_are_long_in_coming_are_left_out(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.measure.MANY", 1)
    monkeypatch.setattr("hub.measure.LONGEST", 0.05)
    many = "pg_catalog.generate_series(1, 100000)"
    slow = replace(asked(), measure=f"SELECT ARRAY[count(*)] FROM {many} AS a CROSS JOIN {many} AS b")
    rows = await sent(hub, slow)
    monkeypatch.undo()
    assert b"".join(rows) == b"".join(await sent(hub, replace(slow, measure="")))


@pytest.mark.parametrize(
    "query", ["SELECT TOP 5 name FROM jsdc.badcal", "SELECT name FROM (SELECT TOP 5 name FROM jsdc.badcal) AS b"]
)
def test_rows_that_may_be_others_the_next_time_are_not_measured(query: str) -> None:
    assert asked().measure
    assert not asked(query).measure
