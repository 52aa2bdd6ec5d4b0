"""Arrays, infinities and times of tables of others, out again in every format, as libraries that are not ours read them."""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import duckdb
import nasty
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.io.votable import parse
from astropy.table import Table
from documents import copied, slices, written
from starlink import stilts

from adapters.votable.bounds import Bounds
from adapters.votable.envelope import Head
from adapters.votable.formats import ARROW, BINARY2, CSV, FITS, JSON, PARQUET, TABLEDATA, TSV, Format
from adapters.votable.reader import Reader
from planning.plan import Cell

pytestmark = pytest.mark.filterwarnings("ignore:Variable-length array column .flags. contains NULL")
FIELDS = """<FIELD name="id" datatype="long"/><FIELD name="band" datatype="double" arraysize="2" xtype="interval" unit="m"/>
<FIELD name="outline" datatype="double" arraysize="*" xtype="polygon"/><FIELD name="counts" datatype="int" arraysize="*"/>
<FIELD name="matrix" datatype="float" arraysize="2x3"/><FIELD name="pairs" datatype="short" arraysize="2x*"/>
<FIELD name="flags" datatype="boolean" arraysize="3"/><FIELD name="bytes" datatype="unsignedByte" arraysize="2"/>
<FIELD name="wave" datatype="doubleComplex"/><FIELD name="waves" datatype="floatComplex" arraysize="*"/>
<FIELD name="bits" datatype="bit" arraysize="4"/><FIELD name="big" datatype="long" arraysize="2"/>"""
GIVEN = [
    ["1", "1 +Inf", "0 0 1 0 1 1", "1 2 3", "1 2 3 4 5 NaN", "1 2 3 4", "T F ?", "0 255", "1 2", "1 2 3 4", "1010", "9007199254740993 -1"],
    ["9007199254740993", "-Inf 2", "5 5 6 5 6 6.5 4 4", "", "-Inf 0 0 0 0 +Inf", "", "F F F", "", "", "", "", ""],
    ["3", "", "", "7", "", "-32768 32767", "", "1 2", "NaN 0", "1.5 -1.5", "0000", "0 1"],
]  # fmt: skip
INF, NAN, BIG = math.inf, math.nan, 2**53 + 1
ROWS: list[list[Any]] = [
    [1, [1, INF], [0, 0, 1, 0, 1, 1], [1, 2, 3], [1, 2, 3, 4, 5, NAN], [1, 2, 3, 4], [True, False, None], [0, 255], [1, 2],
     [1, 2, 3, 4], [True, False, True, False], [BIG, -1]],
    [BIG, [-INF, 2], [5, 5, 6, 5, 6, 6.5, 4, 4], None, [-INF, 0, 0, 0, 0, INF], None, [False, False, False], None, None, None,
     None, None],
    [3, None, None, [7], None, [-32768, 32767], None, [1, 2], [NAN, 0], [1.5, -1.5], [False] * 4, [0, 1]],
]  # fmt: skip
NAMES = ["id", "band", "outline", "counts", "matrix", "pairs", "flags", "bytes", "wave", "waves", "bits", "big"]


def votable(fields: str, rows: list[list[str]]) -> bytes:
    cells = "".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row)}</TR>" for row in rows)
    return f'<VOTABLE version="1.4"><RESOURCE type="results"><TABLE name="t">{fields}<DATA><TABLEDATA>{cells}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>'.encode()


async def out_again(connection: asyncpg.Connection, document: bytes, form: Format) -> bytes:
    """A document read, stored, and written in a format."""
    reader = Reader(Bounds())
    copy = reader.feed(document) + reader.end()
    assert reader.heading
    columns = reader.heading.columns
    listed = ", ".join(f"{column.sql} {column.type.sql}" for column in columns)
    await connection.execute(f"DROP TABLE IF EXISTS public.arrays; CREATE TABLE public.arrays ({listed})")
    await connection.copy_to_table("arrays", schema_name="public", source=io.BytesIO(copy), format="binary")
    cells = tuple(Cell(column, column.name) for column in columns)
    blocks: list[bytes] = []

    async def keep(block: bytes) -> None:
        blocks.append(block)

    statement = f"SELECT {form.row([(cell, cell.column.sql) for cell in cells])} FROM public.arrays"
    await connection.copy_from_query(statement, output=keep, **form.copy_options)
    return await written(form, blocks, head=Head(None, cells))


def plain(value: Any) -> Any:
    """A cell as lists and Python's own values, whatever library it is from; NaN is told from None."""
    if isinstance(value, np.ndarray | pl.Series | list | tuple):
        return [plain(element) for element in value]
    if value is None or value is pd.NA or value is np.ma.masked:
        return None
    return value.item() if isinstance(value, np.generic) else value


def same(found: Any, value: Any) -> bool:
    if isinstance(value, list):
        return isinstance(found, list) and len(found) == len(value) and all(map(same, found, value))
    if isinstance(value, float) and math.isnan(value):
        return found is None or math.isnan(found)
    return bool(found == value)


def by_pyarrow(path: Path) -> list[list[Any]]:
    return [list(row.values()) for row in pq.read_table(path).to_pylist()]


def by_polars(path: Path) -> list[list[Any]]:
    return [[plain(cell) for cell in row] for row in pl.read_parquet(path).rows()]


def by_pandas(path: Path) -> list[list[Any]]:
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    return [[plain(cell) for cell in row] for row in frame.itertuples(index=False)]


def by_duckdb(path: Path) -> list[list[Any]]:
    return [[plain(cell) for cell in row] for row in duckdb.sql(f"SELECT * FROM '{path}'").fetchall()]


READERS: Mapping[str, Callable[[Path], list[list[Any]]]] = {
    "pyarrow": by_pyarrow, "polars": by_polars, "pandas": by_pandas, "duckdb": by_duckdb,
}  # fmt: skip


@pytest.mark.parametrize("library", READERS)
async def test_arrays_in_parquet_are_lists(connection: asyncpg.Connection, tmp_path: Path, library: str) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(await out_again(connection, votable(FIELDS, GIVEN), PARQUET))
    rows = READERS[library](path)
    assert len(rows) == len(ROWS)
    for row, values in zip(rows, ROWS, strict=True):
        for name, found, value in zip(NAMES, row, values, strict=True):
            assert same(found, value), (name, found, value)


async def test_arrays_in_arrow_are_lists_of_a_size_where_it_is_fixed(connection: asyncpg.Connection) -> None:
    table = pa.ipc.open_stream(await out_again(connection, votable(FIELDS, GIVEN), ARROW)).read_all()
    assert table.schema.field("band").type == pa.list_(pa.float64(), 2)
    assert table.schema.field("matrix").type == pa.list_(pa.float32(), 6)
    assert table.schema.field("counts").type == pa.list_(pa.int32())
    assert table.schema.field("flags").type == pa.list_(pa.bool_(), 3)
    for row, values in zip(table.to_pylist(), ROWS, strict=True):
        assert all(map(same, row.values(), values)), row


async def test_arrays_in_json_are_arrays(connection: asyncpg.Connection) -> None:
    document = json.loads(await out_again(connection, votable(FIELDS, GIVEN), JSON))

    def finite(value: Any) -> Any:
        if isinstance(value, list):
            return [finite(element) for element in value]
        return None if isinstance(value, float) and not math.isfinite(value) else value

    assert document["data"] == finite(ROWS)


async def test_arrays_in_fits_are_arrays(connection: asyncpg.Connection) -> None:
    document = await out_again(connection, votable(FIELDS, GIVEN), FITS)
    assert len(document) % 2880 == 0
    with fits.open(io.BytesIO(document)) as hdus:
        hdus.verify("exception")
        header, data = hdus[1].header, hdus[1].data
        forms = {header[f"TTYPE{n}"]: header[f"TFORM{n}"] for n in range(1, 13)}
        assert forms == {
            "id": "K", "band": "2D", "outline": "1PD(8)", "counts": "1PJ(3)", "matrix": "6E", "pairs": "1PI(4)",
            "flags": "1PL(3)", "bytes": "1PI(2)", "wave": "1M", "waves": "1PC(2)", "bits": "1PL(4)", "big": "1PK(2)",
        }  # fmt: skip
        assert header["TDIM5"] == "(2,3)"
        assert data["band"][:2].tolist() == [[1, INF], [-INF, 2]]
        assert np.isnan(data["band"][2]).all()
        assert [cell.tolist() for cell in data["outline"]] == [row[2] or [] for row in ROWS]
        assert [cell.tolist() for cell in data["counts"]] == [row[3] or [] for row in ROWS]
        assert data["matrix"][1].ravel().tolist() == [-INF, 0, 0, 0, 0, INF]
        assert [cell.tolist() for cell in data["pairs"]] == [[1, 2, 3, 4], [], [-32768, 32767]]
        assert [cell.tolist() for cell in data["bytes"]] == [[0, 255], [], [1, 2]], "NULL is empty"
        assert [cell.tolist() for cell in data["flags"]] == [[True, False, False], [False] * 3, []]
        assert [cell.tolist() for cell in data["big"]] == [[BIG, -1], [], [0, 1]]
        assert data["waves"][0].tolist() == [1 + 2j, 3 + 4j]
        assert data["wave"][0] == 1 + 2j


@pytest.mark.parametrize("form", [TABLEDATA, CSV, TSV])
async def test_infinities_in_text_are_those_of_votable(connection: asyncpg.Connection, form: Format) -> None:
    text = (await out_again(connection, votable(FIELDS, GIVEN), form)).decode()
    assert "1 +Inf" in text
    assert "-Inf 2" in text
    assert "-Inf 0 0 0 0 +Inf" in text
    assert "Infinity" not in text
    assert "1 2 3 4 5 NaN" in text


@pytest.mark.parametrize("form", [TABLEDATA, BINARY2])
async def test_astropy_reads_arrays_as_they_came(connection: asyncpg.Connection, form: Format) -> None:
    table = parse(io.BytesIO(await out_again(connection, votable(FIELDS, GIVEN), form))).get_first_table().array
    assert table["band"][:2].tolist() == [[1, INF], [-INF, 2]]
    assert np.ma.getmaskarray(table["band"])[2].all()
    assert table["matrix"][0].ravel().tolist()[:5] == [1, 2, 3, 4, 5]
    assert table["counts"][0].tolist() == [1, 2, 3]


@pytest.mark.stilts
@pytest.mark.parametrize("form", [TABLEDATA, BINARY2, FITS], ids=lambda form: form.name)
async def test_stilts_reads_arrays_as_they_came(connection: asyncpg.Connection, tmp_path: Path, form: Format) -> None:
    path = tmp_path / f"t{form.suffix}"
    # Without complex numbers: STIL 3.4.7 takes the length of an array of them for that of its single numbers.
    document = votable(re.sub('<FIELD name="waves?".*?/>', "", FIELDS), [row[:8] + row[10:] for row in GIVEN])
    path.write_bytes(await out_again(connection, document, form))
    told = stilts(
        "tpipe", f"in={path}", "cmd=keepcols 'band outline counts matrix pairs big id'", "omode=out", "ofmt=ascii"
    )
    assert "(1.0, Infinity)" in told
    assert "(-Infinity, 2.0)" in told
    assert "(5.0, 5.0, 6.0, 5.0, 6.0, 6.5, 4.0, 4.0)" in told
    assert "((1.0, 2.0), (3.0, 4.0), (5.0, NaN))" in told
    assert ("(1, 2, 3, 4)" if form is BINARY2 else "((1, 2), (3, 4))") in told
    assert "-9223372036854775808" not in told
    assert "(9007199254740993, -1)" in told


@pytest.mark.parametrize("form", [CSV, TSV], ids=lambda form: form.name)
@pytest.mark.parametrize("size", [50, 1 << 20])
async def test_only_numbers_that_are_infinite_are_spelt_so(
    connection: asyncpg.Connection, form: Format, size: int
) -> None:
    data = b"".join(await copied(connection, form))
    document = (await written(form, slices(data, size), len(nasty.ROWS))).decode()
    rows = list(csv.DictReader(io.StringIO(document), delimiter=form.copy_options.get("delimiter", ",")))
    assert len(rows) == len(nasty.ROWS)
    for row, values in zip(rows, nasty.ROWS, strict=True):
        for cell, value in zip(nasty.CELLS, values, strict=True):
            if isinstance(value, float) and math.isinf(value):
                assert row[cell.name] == ("+Inf" if value > 0 else "-Inf")
            elif isinstance(value, str) and cell.name == "label":
                assert row[cell.name] == value


SCALARS = """<FIELD name="n" datatype="long"/><FIELD name="i" datatype="int"/><FIELD name="s" datatype="short"/>
<FIELD name="flag" datatype="boolean"/><FIELD name="word" datatype="char" arraysize="*"/><FIELD name="x" datatype="double"/>"""
NULLS = [["9007199254740993", "7", "-32768", "T", "a", "1.5"], [""] * 6, ["-1", "0", "32767", "F", "b", "+Inf"]]


@pytest.mark.stilts
async def test_stilts_reads_nulls_in_fits(connection: asyncpg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "t.fits"
    path.write_bytes(await out_again(connection, votable(SCALARS, NULLS), FITS))
    told = stilts("tpipe", f"in={path}", "omode=out", "ofmt=csv")
    assert told.split() == [
        "n,i,s,flag,word,x", "9007199254740993,7,-32768,true,a,1.5", ",,,,,", "-1,0,32767,false,b,Infinity",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Column 'flag' contains NULL")
async def test_astropy_reads_nulls_in_fits(connection: asyncpg.Connection) -> None:
    document = await out_again(connection, votable(SCALARS, NULLS), FITS)
    table = Table.read(io.BytesIO(document), format="fits", hdu=1, character_as_bytes=False)
    for name, values in (("n", [BIG, None, -1]), ("i", [7, None, 0]), ("s", [-32768, None, 32767])):
        assert table[name].tolist() == values
    assert table["word"].tolist() == ["a", "", "b"], "FITS has no NULL of text"
    assert np.ma.getmaskarray(table["x"]).tolist() == [False, True, False]
