"""A FITS file whose rows were measured first is the one that is made once all rows are there."""

from dataclasses import replace

import asyncpg
import nasty
import pytest
from documents import HEAD, Blocks, copied, slices, written

from adapters.votable.envelope import Head
from adapters.votable.formats import FITS
from adapters.votable.rows import fits_measure
from adapters.votable.stream import stream_document
from planning.errors import Internal
from planning.plan import Cell
from planning.sql import FIGURES
from schema.column import Column
from schema.types import INT


async def figures(connection: asyncpg.Connection, rest: str = "") -> bytes:
    """The block that the rows begin with."""
    names = [f"c{number}" for number in range(len(nasty.CELLS))]
    inner = f"SELECT {', '.join(cell.column.sql for cell in nasty.CELLS)} FROM public.nasty {rest}"
    listed = fits_measure(list(zip(nasty.CELLS, names, strict=True)))
    numbers = await connection.fetchval(f"SELECT {listed} FROM ({inner}) AS s({', '.join(names)})")
    return FIGURES + ",".join(str(number or 0) for number in numbers).encode()


@pytest.mark.parametrize("rest", ["", "WHERE id = 1", "WHERE false"])
async def test_the_file_is_the_same(connection: asyncpg.Connection, rest: str) -> None:
    rows = await copied(connection, FITS, rest=rest)
    cut = slices(b"".join(rows), 100) if rows else []
    measured = await written(FITS, [await figures(connection, rest), *cut])
    assert measured == await written(FITS, rows)


async def test_it_begins_before_its_rows_come(connection: asyncpg.Connection) -> None:
    blocks = [await figures(connection), *await copied(connection, FITS)]
    document = stream_document(HEAD, FITS, Blocks(blocks), None)
    assert b"NAXIS2" in await anext(document)
    await document.aclose()


async def test_figures_of_more_rows_than_are_sent_are_passed_over(connection: asyncpg.Connection) -> None:
    rows = await copied(connection, FITS)
    measured = await written(FITS, [await figures(connection), *rows], 2)
    assert measured == await written(FITS, rows, 2)
    assert b"OVERFLOW" in measured


async def test_rows_that_were_not_measured_break_the_file_off(connection: asyncpg.Connection) -> None:
    texts, count = nasty.CELLS[1:3], len(nasty.ROWS)
    rows = await copied(connection, FITS, texts)
    for wrong in (f"{count - 1},9999,9999", f"{count + 1},9999,9999", f"{count},1,9999"):
        with pytest.raises(Internal, match="not those that were measured"):
            await written(FITS, [FIGURES + wrong.encode(), *rows], head=Head(nasty.TABLE, texts))


async def test_a_number_that_stands_for_null_is_no_value(connection: asyncpg.Connection) -> None:
    cells = tuple(cell for cell in nasty.CELLS if cell.column.type is INT)[:1]
    rows = await copied(connection, FITS, cells)
    least = min(int(line) for line in b"".join(rows).split() if line)
    assert least == -(2**31)
    with pytest.raises(Internal, match="not those that were measured"):
        await written(FITS, [FIGURES + f"{len(nasty.ROWS)},-7,7,0".encode(), *rows], head=Head(nasty.TABLE, cells))


def test_arrays_are_not_measured() -> None:
    many = Cell(Column("counts", replace(INT, sql="integer[]", arraysize="*"), ""), "counts")
    assert fits_measure([(nasty.CELLS[0], "c0")]) == "ARRAY[count(*), min(c0), max(c0), count(c0)]::bigint[]"
    assert not fits_measure([(nasty.CELLS[0], "c0"), (many, "c1")])
