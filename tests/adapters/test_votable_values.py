"""Every value comes back from every format, read by software that is not ours."""

import csv
import io
import json
import math
import re
from datetime import datetime
from typing import Any

import asyncpg
import nasty
import numpy as np
import pytest
from astropy.io.votable import parse
from documents import copied, written

from adapters.votable.formats import BINARY2, CSV, TABLEDATA, TSV, Format
from planning.plan import Cell
from schema.column import Column
from schema.types import ASCII

NUMERIC = ("short", "int", "long", "float", "double")


def printed(value: datetime) -> str:
    digits = f"{value.microsecond:06d}".removesuffix("000")
    return f"{value.year:04d}-{value:%m-%dT%H:%M:%S}.{digits}Z"


def same_number(found: Any, expected: Any) -> bool:
    # Where a float is not a number astropy masks it.
    return math.isnan(expected) if found is np.ma.masked or math.isnan(found) else found == expected


def legal(text: str) -> str:
    return re.sub("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text)


def is_read_from_votable(found: Any, column: Column, expected: Any, form: Format) -> bool:
    kind = column.type.datatype
    if expected is None:
        return found is np.ma.masked or found == "" or (kind in ("float", "double") and math.isnan(found))
    if isinstance(expected, datetime):
        return str(found) == printed(expected)
    if kind in NUMERIC:
        return same_number(found, np.float32(expected) if kind == "float" else expected)
    if column.name == "document":
        return json.loads(found) == json.loads(expected)
    if form is TABLEDATA and isinstance(expected, str):
        # astropy strips the blanks around the text of an element.
        return str(found) == legal(expected).strip()
    return str(found) == str(expected)


@pytest.mark.parametrize("form", [TABLEDATA, BINARY2], ids=lambda form: form.name)
async def test_astropy_reads_every_value(connection: asyncpg.Connection, form: Format) -> None:
    document = await written(form, await copied(connection, form))
    table = parse(io.BytesIO(document), verify="exception").get_first_table()
    assert len(table.array) == len(nasty.ROWS)
    for row, expected in zip(table.array, nasty.ROWS, strict=True):
        for cell, value in zip(nasty.CELLS, expected, strict=True):
            assert is_read_from_votable(row[cell.name], cell.column, value, form), (cell.name, row[cell.name], value)


def is_read_from_text(found: str, column: Column, expected: Any) -> bool:
    if expected is None:
        return found == ""
    if isinstance(expected, bool):
        return found == ("T" if expected else "F")
    if isinstance(expected, datetime):
        return found == printed(expected)
    if column.type.datatype in NUMERIC:
        kind = np.float32 if column.type.datatype == "float" else type(expected)
        return same_number(kind(found), kind(expected))
    return json.loads(found) == json.loads(expected) if column.name == "document" else found == expected


@pytest.mark.parametrize(("form", "delimiter"), [(CSV, ","), (TSV, "\t")], ids=["CSV", "TSV"])
async def test_the_csv_module_reads_every_value(connection: asyncpg.Connection, form: Format, delimiter: str) -> None:
    document = await written(form, await copied(connection, form))
    names, *rows = csv.reader(io.StringIO(document.decode(), newline=""), delimiter=delimiter, strict=True)
    assert names == [cell.name for cell in nasty.CELLS]
    assert len(rows) == len(nasty.ROWS)
    for row, expected in zip(rows, nasty.ROWS, strict=True):
        for found, cell, value in zip(row, nasty.CELLS, expected, strict=True):
            assert is_read_from_text(found, cell.column, value), (cell.name, found, value)


async def test_char_outside_ascii_becomes_a_question_mark_in_binary(connection: asyncpg.Connection) -> None:
    cells = (Cell(Column("label", ASCII, "Declared ASCII, wrongly"), "label"),)
    table = parse(io.BytesIO(await written(BINARY2, await copied(connection, BINARY2, cells), head=nasty.head(cells))))
    expected = [re.sub("[^\x01-\x7f]", "?", row[2] or "") for row in nasty.ROWS]
    assert [str(value) for value in table.get_first_table().array["label"]] == expected


async def test_a_hundred_columns_have_a_mask_of_thirteen_bytes(connection: asyncpg.Connection) -> None:
    cells = tuple(Cell(nasty.CELLS[n % 10].column, f"n{n}") for n in range(100))
    document = await written(BINARY2, await copied(connection, BINARY2, cells), head=nasty.head(cells))
    table = parse(io.BytesIO(document), verify="exception").get_first_table()
    for row, expected in zip(table.array, nasty.ROWS, strict=True):
        for n, cell in enumerate(cells):
            assert is_read_from_votable(row[cell.name], cell.column, expected[n % 10], BINARY2)


@pytest.mark.parametrize("text", [*nasty.TEXTS, *nasty.FORBIDDEN_TEXTS, "\U00010000", "\U0010ffff", "\ud7ff", "\ue000"])
async def test_utf16(connection: asyncpg.Connection, text: str) -> None:
    units = text.encode("utf-16-be")
    assert await connection.fetchval("SELECT gw.utf16($1)", text) == (len(units) // 2).to_bytes(4, "big") + units


async def test_utf16_of_null_is_null(connection: asyncpg.Connection) -> None:
    assert await connection.fetchval("SELECT gw.utf16(NULL)") is None


async def test_a_time_after_the_year_9999_leaves_its_row_readable(connection: asyncpg.Connection) -> None:
    cells = tuple(cell for cell in nasty.CELLS if cell.name in ("instant", "id"))
    await connection.execute("CREATE TABLE public.late AS SELECT 7::int8 AS id, timestamptz '12345-01-01' AS instant")
    name = BINARY2.row([(cell, cell.column.sql) for cell in cells])
    blocks: list[bytes] = []

    async def keep(block: bytes) -> None:
        blocks.append(block)

    await connection.copy_from_query(f"SELECT {name} FROM public.late", output=keep, **BINARY2.copy_options)
    table = parse(io.BytesIO(await written(BINARY2, blocks, head=nasty.head(cells)))).get_first_table()
    assert table.array["id"][0] == 7
    assert str(table.array["instant"][0]).startswith("+012345-01-01T")
