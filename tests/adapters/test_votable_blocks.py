"""Blocks cut anywhere make the same document, and a limit cuts between rows."""

import csv
import io
from itertools import pairwise
from unittest.mock import patch

import asyncpg
import nasty
import pytest
from astropy.io.votable import parse
from documents import copied, slices, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.votable import stream
from adapters.votable.binary2 import Binary2
from adapters.votable.delimited import Delimited
from adapters.votable.enveloped import RowCutter
from adapters.votable.formats import BINARY2, CSV, TABLEDATA, TSV, Format
from adapters.votable.stream import StreamOutcome
from adapters.votable.tabledata import Tabledata

FORMATS = pytest.mark.parametrize("form", [TABLEDATA, BINARY2, CSV, TSV], ids=lambda form: form.name)
ROWS = len(nasty.ROWS)


def rows_of(form: Format) -> RowCutter:
    if form is TABLEDATA:
        return Tabledata(nasty.CELLS)
    return Binary2() if form is BINARY2 else Delimited()


def fed(form: Format, *parts: bytes) -> tuple[bytes, int]:
    rows, written, count = rows_of(form), b"", 0
    for part in parts:
        more, found = rows.feed(part, 10**9)
        written, count = written + more, count + found
    return written + rows.end(), count


@FORMATS
async def test_a_cut_anywhere_changes_nothing(connection: asyncpg.Connection, form: Format) -> None:
    data = b"".join(await copied(connection, form))
    whole = fed(form, data)
    assert whole[1] == ROWS
    for at in range(len(data) + 1):
        assert fed(form, data[:at], data[at:]) == whole


@FORMATS
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 20000), max_size=12), limit=st.none() | st.integers(0, ROWS + 2))
async def test_cuts_and_a_limit(
    connection: asyncpg.Connection, form: Format, cuts: list[int], limit: int | None
) -> None:
    data = b"".join(await copied(connection, form))
    places = sorted({0, *(cut % len(data) for cut in cuts), len(data)})
    parts, outcome = [data[first:last] for first, last in pairwise(places)], StreamOutcome()
    with patch.object(stream, "BLOCK", 1):
        assert await written(form, parts, limit, outcome=outcome) == await written(form, [data], limit)
    kept = ROWS if limit is None else min(limit, ROWS)
    assert outcome == StreamOutcome(rows=kept, overflow=kept < ROWS)


def statuses(document: bytes) -> list[str]:
    resource = parse(io.BytesIO(document), verify="exception").resources[0]
    return [info.value for info in resource.infos if info.name == "QUERY_STATUS"]


@pytest.mark.parametrize("form", [TABLEDATA, BINARY2], ids=lambda form: form.name)
@pytest.mark.parametrize(
    ("limit", "rows", "expected"),
    [
        (None, ROWS, ["OK"]),
        (ROWS, ROWS, ["OK"]),
        (ROWS - 1, ROWS - 1, ["OK", "OVERFLOW"]),
        (1, 1, ["OK", "OVERFLOW"]),
        (0, 0, ["OK", "OVERFLOW"]),
    ],
)
async def test_overflow_is_told_only_when_rows_are_missing(
    connection: asyncpg.Connection, form: Format, limit: int | None, rows: int, expected: list[str]
) -> None:
    document = await written(form, slices(b"".join(await copied(connection, form)), 1000), limit)
    assert statuses(document) == expected
    assert len(parse(io.BytesIO(document)).get_first_table().array) == rows


@pytest.mark.parametrize("limit", range(ROWS + 2))
async def test_csv_is_cut_between_rows_whose_values_hold_newlines(connection: asyncpg.Connection, limit: int) -> None:
    blocks, outcome = await copied(connection, CSV), StreamOutcome()
    document = await written(CSV, blocks, limit, outcome=outcome)
    rows = list(csv.reader(io.StringIO(document.decode(), newline=""), strict=True))
    assert (len(rows) - 1, outcome.rows, outcome.overflow) == (min(limit, ROWS), min(limit, ROWS), limit < ROWS)


@FORMATS
async def test_no_row_makes_a_whole_document(connection: asyncpg.Connection, form: Format) -> None:
    blocks = await copied(connection, form, rest="WHERE false")
    document = await written(form, blocks, 10)
    if form.votable:
        assert statuses(document) == ["OK"]
        assert len(parse(io.BytesIO(document)).get_first_table().array) == 0
    else:
        assert document.count(b"\n") == 1


@given(rows=st.lists(st.lists(st.text(alphabet='a",\n\r'), min_size=1, max_size=3), max_size=6), room=st.integers(0, 7))
def test_csv_rows_are_counted_as_the_csv_module_counts_them(rows: list[list[str]], room: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    written, count = Delimited().feed(text.getvalue().encode(), room)
    assert count == len(rows)
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == rows[:room]


def test_only_floats_are_spelt_inf() -> None:
    cells = [cell for cell in nasty.CELLS if cell.name in ("label", "ra")]
    written, _ = Tabledata(cells).feed(b"Infinity\tInfinity\n-Infinity\t-Infinity\nInfinity\t1\n", 10)
    assert [line.split(b"<TD>")[1:] for line in written.replace(b"</TD>", b"").replace(b"</TR>", b"").splitlines()] == [
        [b"Infinity", b"+Inf"],
        [b"-Infinity", b"-Inf"],
        [b"Infinity", b"1"],
    ]
