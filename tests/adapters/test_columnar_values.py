"""Every value comes back from JSON, FITS, Parquet and Arrow, as software that is not ours reads them."""

import io
import json
import math
import re
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import nasty
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.io.votable import parse
from astropy.table import Table
from documents import HEAD, copied, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.columnar.parquet import CONTENT, VERSION
from adapters.votable.formats import ARROW, FITS, JSON, PARQUET, TABLEDATA, Format
from adapters.votable.stream import StreamOutcome
from planning.errors import BadInput
from planning.plan import Cell
from schema.column import Column
from schema.types import INT, LONG, SHORT

Rows = list[dict[str, Any]]


def json_rows(document: bytes) -> Rows:
    told = orjson.loads(document)
    names = [column["name"] for column in told["metadata"]]
    return [dict(zip(names, row, strict=True)) for row in told["data"]]


def arrow_rows(document: bytes) -> Rows:
    return rows_of(pa.ipc.open_stream(document).read_all())


def parquet_rows(document: bytes) -> Rows:
    return rows_of(pq.read_table(io.BytesIO(document)))


def rows_of(table: pa.Table) -> Rows:
    columns = {name: table[name].to_pylist() for name in table.column_names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def fits_rows(document: bytes) -> Rows:
    table = Table.read(io.BytesIO(document), format="fits", hdu=1, character_as_bytes=False)
    return [{name: fits_value(row[name]) for name in table.colnames} for row in table]


def fits_value(found: Any) -> Any:
    return None if found is np.ma.masked else found.item() if isinstance(found, np.generic) else found


READ: Mapping[Format, Callable[[bytes], Rows]] = {
    JSON: json_rows, ARROW: arrow_rows, PARQUET: parquet_rows, FITS: fits_rows,
}  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore:Column 'flag' contains NULL")
FORMATS = pytest.mark.parametrize("form", READ, ids=lambda form: form.name)


def printed(value: datetime) -> str:
    digits = f"{value.microsecond:06d}".removesuffix("000")
    return f"{value.year:04d}-{value:%m-%dT%H:%M:%S}.{digits}"


def expected(form: Format, column: Column, value: Any) -> Any:
    """What a reader of the format is to find."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=UTC)
        return value if form in (ARROW, PARQUET) else printed(value) + ("Z" if form is JSON else "")
    if isinstance(value, float):
        value = float(np.float32(value)) if column.type.datatype == "float" else value
        return None if form is JSON and not math.isfinite(value) else value
    if form is FITS and isinstance(value, str):
        return re.sub("[^ -~]", "?", value)
    return value


def same(form: Format, column: Column, found: Any, value: Any) -> bool:
    wanted = expected(form, column, value)
    if column.name == "document" and form is not FITS:
        return json.loads(found) == json.loads(wanted) if wanted is not None else found is None
    if form is FITS and column.name == "document":
        return True  # PostgreSQL spells JSON its own way, and what is not ASCII has gone: the other formats tell
    if form is FITS and (wanted is None or wanted == ""):  # FITS has no NULL of a float but NaN, of text but none
        return found in (None, "") or (isinstance(found, float) and math.isnan(found)) or found is False
    if isinstance(wanted, float):
        if found is None:  # astropy masks NaN
            return form is FITS and math.isnan(wanted)
        number = float(np.float32(found)) if column.type.datatype == "float" else found
        return number == wanted or (math.isnan(number) and math.isnan(wanted))
    return type(found) is type(wanted) and found == wanted


@FORMATS
async def test_every_value_is_read(connection: asyncpg.Connection, form: Format) -> None:
    rows = READ[form](await written(form, await copied(connection, form)))
    assert len(rows) == len(nasty.ROWS)
    for row, values in zip(rows, nasty.ROWS, strict=True):
        for cell, value in zip(nasty.CELLS, values, strict=True):
            assert same(form, cell.column, row[cell.name], value), (cell.name, row[cell.name], value)


@FORMATS
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_made_up_values_are_those_of_tabledata(
    connection: asyncpg.Connection, form: Format, data: st.DataObject
) -> None:
    texts = st.none() | st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")
    )
    strategies = {
        "id": st.none() | st.integers(-(2**63), 2**63 - 2),  # FITS refuses NULL beside both ends, as is tested below
        "label": texts.map(lambda text: text and text.strip()),
        "ra": st.none() | st.floats(allow_nan=False),
        "vmag": st.none() | st.floats(width=32, allow_nan=False),
        "small": st.none() | st.integers(-(2**15), 2**15 - 1),
        "flag": st.none() | st.booleans(),
        "instant": st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    }
    made = data.draw(st.lists(st.tuples(*strategies.values()), min_size=1, max_size=20))
    cells = [next(cell for cell in nasty.CELLS if cell.column.sql == name) for name in strategies]
    columns = ", ".join(f"{name} {cell.column.type.sql}" for name, cell in zip(strategies, cells, strict=True))
    await connection.execute(f"CREATE TEMP TABLE made ({columns})")
    try:
        await connection.executemany(
            f"INSERT INTO pg_temp.made VALUES ({', '.join(f'${n + 1}' for n in range(len(cells)))})", made
        )
        head = nasty.head(tuple(cells))
        documents = {}
        for asked in (form, TABLEDATA):
            blocks: list[bytes] = []

            async def keep(block: bytes, blocks: list[bytes] = blocks) -> None:
                blocks.append(block)

            listed = asked.row([(cell, cell.column.sql) for cell in cells])
            await connection.copy_from_query(f"SELECT {listed} FROM pg_temp.made", output=keep, **asked.copy_options)
            documents[asked] = await written(asked, blocks, head=head)
    finally:
        await connection.execute("DROP TABLE pg_temp.made")
    plain = parse(io.BytesIO(documents[TABLEDATA])).get_first_table().array
    rows = READ[form](documents[form])
    assert len(rows) == len(plain) == len(made)
    for row, told, values in zip(rows, plain, made, strict=True):
        for cell, value in zip(cells, values, strict=True):
            found, other = row[cell.name], told[cell.name]
            assert same(form, cell.column, found, value), (cell.name, found, value)
            if isinstance(value, float):
                assert found is None or float(
                    np.float32(other) if cell.column.type.datatype == "float" else other
                ) == expected(form, cell.column, value)
            elif isinstance(value, str) and form is not FITS:
                assert str(other) == found


@FORMATS
@pytest.mark.parametrize("limit", [0, 1, 7])
async def test_maxrec(connection: asyncpg.Connection, form: Format, limit: int) -> None:
    outcome = StreamOutcome()
    document = await written(form, await copied(connection, form), limit, outcome=outcome)
    assert (outcome.rows, outcome.overflow) == (limit, True)
    assert len(READ[form](document)) == limit
    assert overflowed(form, document)
    whole = await written(form, await copied(connection, form), len(nasty.ROWS))
    assert not overflowed(form, whole)


def overflowed(form: Format, document: bytes) -> bool:
    if form is JSON:
        return orjson.loads(document).get("query_status") == "OVERFLOW"
    if form is ARROW:
        reader = pa.ipc.open_stream(document)
        return [told for _, told in reader.iter_batches_with_custom_metadata()][-1:] == [{b"QUERY_STATUS": b"OVERFLOW"}]
    if form is PARQUET:
        return b'value="OVERFLOW"' in pq.read_metadata(io.BytesIO(document)).metadata[CONTENT.encode()]
    with fits.open(io.BytesIO(document)) as hdus:
        told = parse(io.BytesIO(hdus[0].data.tobytes())).resources[0].infos
        assert (told[-1].value == "OVERFLOW") is (hdus[1].header["QSTATUS"] == "OVERFLOW")
        return bool(told[-1].value == "OVERFLOW")


@FORMATS
async def test_no_rows_are_a_table_too(connection: asyncpg.Connection, form: Format) -> None:
    assert READ[form](await written(form, await copied(connection, form, rest="WHERE false"))) == []


@FORMATS
async def test_cut_anywhere(connection: asyncpg.Connection, form: Format) -> None:
    data = b"".join(await copied(connection, form))
    parts = [data[at : at + 97] for at in range(0, len(data), 97)]
    whole = READ[form](await written(form, [data]))
    assert list(map(repr, READ[form](await written(form, parts)))) == list(map(repr, whole))


async def test_json_describes_columns_as_fields_do(connection: asyncpg.Connection) -> None:
    told = orjson.loads(await written(JSON, await copied(connection, JSON)))["metadata"]
    assert told[3] == {
        "name": "ra",
        "description": "Right ascension",
        "datatype": "double",
        "unit": "deg",
        "ucd": "pos.eq.ra;meta.main",
    }
    without = {"name": "whole", "description": "Four bytes", "datatype": "int", "unit": None, "ucd": "meta.number"}
    assert told[9] == without, "TapPlus looks for a unit"
    assert told[11]["xtype"] == "timestamp"


async def test_arrow_fields_have_units_and_ucds(connection: asyncpg.Connection) -> None:
    schema = pa.ipc.open_stream(await written(ARROW, await copied(connection, ARROW))).schema
    assert schema.field("ra").metadata == {
        b"unit": b"deg",
        b"ucd": b"pos.eq.ra;meta.main",
        b"description": b"Right ascension",
    }
    assert schema.field("instant").type == pa.timestamp("us", "UTC")
    assert schema.metadata[b"name"] == nasty.TABLE.qualified.encode()


async def test_parquet_holds_its_votable(connection: asyncpg.Connection) -> None:
    document = await written(PARQUET, await copied(connection, PARQUET))
    metadata = pq.read_metadata(io.BytesIO(document)).metadata
    assert metadata[VERSION.encode()] == b"1.0"
    table = parse(io.BytesIO(metadata[CONTENT.encode()]), verify="exception").get_first_table()
    assert [field.name for field in table.fields] == pq.read_schema(io.BytesIO(document)).names
    assert table.get_field_by_id("ra").unit == "deg"
    assert b"<DATA>" not in metadata[CONTENT.encode()]


async def test_fits_says_units_ucds_and_nulls(connection: asyncpg.Connection) -> None:
    document = await written(FITS, await copied(connection, FITS))
    assert len(document) % 2880 == 0
    with fits.open(io.BytesIO(document), checksum=True) as hdus:
        hdus.verify("exception")
        header = hdus[1].header
        assert hdus[0].header["VOTMETA"] is True
        assert (header["EXTNAME"], header["RADESYS"], header["TIMESYS"]) == (nasty.TABLE.qualified, "ICRS", "UTC")
        number = next(n for n in range(1, 17) if header[f"TTYPE{n}"] == "ra")
        assert (header[f"TUNIT{number}"], header[f"TUCD{number}"], header[f"TFORM{number}"]) == (
            "deg",
            "pos.eq.ra;meta.main",
            "D",
        )
        assert header[f"TCOMM{number}"] == "Right ascension"
        frames = parse(io.BytesIO(hdus[0].data.tobytes()), verify="exception").resources[0].coordinate_systems
        assert [frame.system for frame in frames] == ["ICRS"]


@pytest.mark.parametrize(
    ("kind", "values", "form", "null"),
    [
        (SHORT, [1, None], "I", -(2**15)),
        (SHORT, [-(2**15), None], "I", 2**15 - 1),
        (SHORT, [-(2**15), 2**15 - 1, None], "J", -(2**31)),
        (INT, [-(2**31), 2**31 - 1, None], "K", -(2**63)),
        (LONG, [-(2**63), 5, None], "K", 2**63 - 1),
        (LONG, [-(2**63), 2**63 - 1], "K", None),
    ],
)
async def test_a_number_that_no_row_has_stands_for_null(
    kind: Any, values: list[int | None], form: str, null: int | None
) -> None:
    cells = (Cell(Column("n", kind, "A number"), "n"),)
    csv = "".join(f"{'' if value is None else value}\n" for value in values).encode()
    document = await written(FITS, [csv], head=nasty.head(cells))
    header = fits.getheader(io.BytesIO(document), 1)
    assert (header["TFORM1"], header.get("TNULL1")) == (form, null)
    assert [row["n"] for row in fits_rows(document)] == values


async def test_a_null_that_fits_cannot_tell_is_refused() -> None:
    cells = (Cell(Column("n", LONG, "A number"), "n"),)
    with pytest.raises(BadInput):
        await written(FITS, [f"{-(2**63)}\n{2**63 - 1}\n\n".encode()], head=nasty.head(cells))


async def test_a_long_comment_with_quotes_goes_on_in_the_next_card() -> None:
    told = "It's " * 40 + "end"
    cells = (Cell(Column("n", INT, told), "n"),)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fits.getheader(io.BytesIO(await written(FITS, [b"1\n"], head=nasty.head(cells))), 1)["TCOMM1"] == told
    assert HEAD.table is nasty.TABLE
