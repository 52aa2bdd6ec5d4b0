"""VOTables of others: every datatype, every serialisation, nasty values, and what is refused."""

import asyncio
import io
import math
import struct
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import asyncpg
import numpy as np
import pytest
from astropy.io.votable import from_table, parse
from astropy.table import MaskedColumn, Table
from documents import copied, written
from hypothesis import given, settings
from hypothesis import strategies as st
from starlink import run

from adapters.votable.bounds import Bounds
from adapters.votable.envelope import Head
from adapters.votable.formats import BINARY2, TABLEDATA
from adapters.votable.reader import Reader, read_votable
from planning.errors import BadInput, TooMuch
from planning.plan import Cell

ANY = Bounds()


def fed(document: bytes, size: int = 1 << 20, bounds: Bounds = ANY) -> tuple[Reader, bytes]:
    """A document read in blocks of a size."""
    reader = Reader(bounds)
    output = [reader.feed(document[at : at + size]) for at in range(0, len(document), size)]
    return reader, b"".join([*output, reader.end()])


async def stored(connection: asyncpg.Connection, document: bytes, size: int = 1 << 20) -> list[asyncpg.Record]:
    """The rows of a document as PostgreSQL has them after COPY."""
    reader, copy = fed(document, size)
    assert reader.heading
    columns = ", ".join(f"{column.sql} {column.type.sql}" for column in reader.heading.columns)
    await connection.execute(f"DROP TABLE IF EXISTS public.given; CREATE TABLE public.given ({columns})")
    await connection.copy_to_table("given", schema_name="public", source=io.BytesIO(copy), format="binary")
    found: list[asyncpg.Record] = await connection.fetch("SELECT * FROM public.given")
    return found


def everything() -> Table:
    """A table of every datatype that astropy writes."""
    return Table(
        {
            "Flag": np.array([True, False, True]),
            "byte": np.array([0, 255, 7], np.uint8),
            "short": MaskedColumn(np.array([-(2**15), 2**15 - 1, 0], np.int16), mask=[0, 0, 1], fill_value=-99),
            "int": np.array([-(2**31), 2**31 - 1, 0], np.int32),
            "long": np.array([-(2**63), 2**63 - 1, 0], np.int64),
            "float": np.array([math.inf, 1e-45, math.nan], np.float32),
            "double": np.array([-math.inf, 1.7976931348623157e308, -0.0]),
            "complex": np.array([1 + 2j, -1j, 0]),
            "name": np.array(["HD 1", "a<b>&c", ""]),
            "fixed": np.array([b"abc", b"ab", b"a"]),
            "triple": np.array([[1.5, 2, 3], [4, 5, math.inf], [7, 8, 9]]),
            "square": np.arange(12, dtype=np.int16).reshape(3, 2, 2),
            "flags": np.array([[True, False], [False, False], [True, True]]),
        }
    )


def votable(table: Table, serialisation: str) -> bytes:
    buffer = io.BytesIO()
    document = from_table(table)
    document.get_first_table().get_field_by_id("short").values.null = -99
    document.to_xml(buffer, tabledata_format=serialisation)
    return buffer.getvalue()


@pytest.mark.parametrize("serialisation", ["tabledata", "binary", "binary2"])
@pytest.mark.parametrize("size", [1 << 20, 7])
async def test_documents_by_astropy(connection: asyncpg.Connection, serialisation: str, size: int) -> None:
    rows = await stored(connection, votable(everything(), serialisation), size)
    first, second, third = (tuple(row) for row in rows)
    assert first == (
        True, 0, -(2**15), -(2**31), -(2**63), math.inf, -math.inf, [1.0, 2.0], "HD 1", "abc",
        [1.5, 2.0, 3.0], [0, 1, 2, 3], [True, False],
    )  # fmt: skip
    assert second[1:9] == (
        255,
        2**15 - 1,
        2**31 - 1,
        2**63 - 1,
        pytest.approx(1.4e-45),
        1.7976931348623157e308,
        [0.0, -1.0],
        "a<b>&c",
    )
    assert (third[0], third[2], third[5], third[6]) == (True, None, None, 0.0)
    assert math.copysign(1, third[6]) == -1
    assert not third[8]
    assert third[9] == "a"


@pytest.mark.stilts
async def test_documents_by_stilts_have_the_same_rows(connection: asyncpg.Connection, tmp_path: Path) -> None:
    table = everything()
    table.remove_columns(["Flag", "flags"])  # STILTS 3.4.7 fails on bits
    for name in ("short", "int", "long"):
        table[name][0] = 5  # STILTS takes the least for its null
    table["byte"][1] = 200
    original = tmp_path / "original.vot"
    original.write_bytes(votable(table, "binary2"))
    wanted = await stored(connection, original.read_bytes())
    for form in ("votable-tabledata", "votable-binary-inline", "votable-binary2-inline"):
        made = (await asyncio.to_thread(run, "tcopy", "ifmt=votable", f"ofmt={form}", f"in={original}", "out=-")).stdout
        found = await stored(connection, made)
        assert [_without_empty(row) for row in found] == [_without_empty(row) for row in wanted]


def _without_empty(row: asyncpg.Record) -> list[Any]:
    return [None if value == "" else value for value in row]


@pytest.mark.parametrize("form", [TABLEDATA, BINARY2])
async def test_what_we_write_is_what_we_read(connection: asyncpg.Connection, form: Any) -> None:
    blocks = await copied(connection, form)
    document = await written(form, blocks)
    reader, _ = fed(document)
    assert reader.heading
    assert [field.name for field in reader.heading.fields][:3] == ["id", "Name", "label"]
    assert reader.heading.groups[0].fields == ("Vmag", "e_Vmag", "f_Vmag")
    found = await stored(connection, document, 100)
    wanted = [row async for row in _nasty(connection)]
    assert len(found) == len(wanted)
    for row, (name, label, ra, vmag) in zip(found, wanted, strict=True):
        assert (row[1] or "") == (name or "")
        if not set(label or "") & set("\x01\x08\x0b\x0c\x1f\r\ufffe\uffff"):
            assert (row[2] or "") == (label or "")
        assert row[3] == (None if ra is None or math.isnan(ra) else ra)
        assert row[5] == (None if vmag is None or math.isnan(vmag) else pytest.approx(vmag, rel=1e-7))


async def _nasty(connection: asyncpg.Connection) -> AsyncIterator[tuple[Any, ...]]:
    for row in await connection.fetch("SELECT name, label, ra, vmag FROM public.nasty"):
        yield tuple(row)


LEGAL = st.characters(min_codepoint=32, exclude_categories=("Cs",), exclude_characters="\ufffe\uffff")


@given(
    rows=st.lists(st.tuples(st.text(LEGAL), st.floats(), st.integers(-(2**63), 2**63 - 1)), min_size=1),
    size=st.integers(1, 300),
)
@settings(max_examples=40)
def test_any_value_survives_tabledata_cut_anywhere(rows: list[tuple[str, float, int]], size: int) -> None:
    cells = "".join(f"<TR><TD>{escape(text)}</TD><TD>{real!r}</TD><TD>{whole}</TD></TR>" for text, real, whole in rows)
    document = table(
        '<FIELD name="t" datatype="unicodeChar" arraysize="*"/><FIELD name="f" datatype="double"/><FIELD name="i" datatype="long"/>',
        cells,
    )
    _, copy = fed(document, size)
    assert unpacked(copy) == [
        (text.encode() or None, None if math.isnan(real) else struct.pack(">d", real), struct.pack(">q", whole))
        for text, real, whole in rows
    ]


def unpacked(copy: bytes) -> list[tuple[bytes | None, ...]]:
    """The fields of a binary COPY."""
    assert copy[:19] == b"PGCOPY\n\xff\r\n\0" + bytes(8)
    rows, at = [], 19
    while (count := struct.unpack_from(">h", copy, at)[0]) >= 0:
        at, row = at + 2, []
        for _ in range(count):
            (length,) = struct.unpack_from(">i", copy, at)
            at += 4 + max(length, 0)
            row.append(None if length < 0 else copy[at - length : at])
        rows.append(tuple(row))
    assert at + 2 == len(copy)
    return rows


def table(fields: str, rows: str, data: str = "<DATA><TABLEDATA>{}</TABLEDATA></DATA>", head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<VOTABLE version="1.3"><RESOURCE><TABLE name="t">{fields}{data.format(rows)}</TABLE></RESOURCE></VOTABLE>'.encode()


def field(datatype: str, more: str = "") -> str:
    return f'<FIELD name="x" datatype={quoteattr(datatype)} {more}/>'


BITS = '<FIELD name="x" datatype="bit" arraysize="10"/>'


def by_astropy(datatype: str, size: str, cells: list[str], serialisation: str) -> bytes:
    """What astropy makes of a document of TABLEDATA."""
    rows = "".join(f"<TR><TD>{number}</TD><TD>{cell}</TD></TR>" for number, cell in enumerate(cells))
    fields = f'<FIELD name="n" datatype="int"/><FIELD name="x" datatype="{datatype}" arraysize="{size}"/>'
    output = io.BytesIO()
    parse(io.BytesIO(table(fields, rows)), verify="ignore").to_xml(output, tabledata_format=serialisation)
    return output.getvalue()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("serialisation", ["binary", "binary2"])
@pytest.mark.parametrize("datatype", ["unsignedByte", "short", "int", "float"])
def test_lists_that_astropy_has_spoilt_are_refused_with_the_reason(datatype: str, serialisation: str) -> None:
    """Also where they happen to end with the end of a row: five rows of float that were two."""
    document = by_astropy(datatype, "*", ["1 2 3 4", "5 6"], serialisation)
    with pytest.raises(
        BadInput, match=f"(bytes are left over|nrows=2); astropy up to 8.0.2 writes lists of {datatype}"
    ):
        fed(document)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("serialisation", ["binary", "binary2"])
@pytest.mark.parametrize(
    ("datatype", "size"),
    [("long", "*"), ("double", "*"), ("int", "2"), ("float", "2x3"), ("int", "2x*"), ("double", "2x*"), ("floatComplex", "2x*")],
)  # fmt: skip
async def test_arrays_by_astropy_are_those_of_tabledata(
    connection: asyncpg.Connection, datatype: str, size: str, serialisation: str
) -> None:
    count = {"2": 2, "2x3": 6}.get(size, 8)
    cells = [" ".join(map(str, range(1, count + 1))), " ".join(map(str, range(9, 9 + count)))]
    rows = await stored(connection, by_astropy(datatype, size, cells, serialisation))
    assert [[str(int(number)) for number in row[1]] for row in rows] == [cell.split() for cell in cells]


def test_bits_are_booleans() -> None:
    texts = unpacked(fed(table(BITS, "<TR><TD>1011001110</TD></TR>"))[1])
    stream = "<DATA><BINARY><STREAM encoding='base64'>{}</STREAM></BINARY></DATA>"
    assert unpacked(fed(table(BITS, "s4A=", stream))[1]) == texts
    bits = [b"\0\0\0\1" + bytes([bit == "1"]) for bit in "1011001110"]
    assert texts[0][0][20:] == b"".join(bits)  # type: ignore[index]


def test_null_hexadecimal_and_a_public_dtd() -> None:
    fields = '<FIELD name="x" datatype="int"><VALUES null="-1"/></FIELD>'
    head = '<!DOCTYPE VOTABLE SYSTEM "http://us-vo.org/xml/VOTable.dtd">'
    rows = "<TR><TD>-1</TD></TR><TR><TD> 0x1F </TD></TR><TR><TD/></TR>"
    assert unpacked(fed(table(fields, rows, head=head))[1]) == [(None,), (b"\0\0\0\x1f",), (None,)]


def test_the_first_table_counts_and_may_be_empty() -> None:
    document = b'<VOTABLE xmlns="http://www.ivoa.net/xml/VOTable/v1.1"><RESOURCE/><RESOURCE><TABLE ID="a"><FIELD name="A" datatype="int"/></TABLE><TABLE/></RESOURCE></VOTABLE>'
    reader, copy = fed(document)
    assert reader.heading
    assert (reader.heading.name, unpacked(copy)) == ("a", [])


LAUGHS = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>'
OUTSIDE = '<!DOCTYPE VOTABLE [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "not XML": (b"name,ra,dec\n1,2,3\n", "line 1: it is not XML"),
    "FITS": (b"SIMPLE  =                    T", "not XML"),
    "cut": (table(field("int"), "<TR><TD>1</TD></TR>")[:-60], "not XML"),
    "other XML": (b"<html><body/></html>", "document of html"),
    "no table": (b"<VOTABLE><RESOURCE/></VOTABLE>", "no TABLE"),
    "no field": (b"<VOTABLE><RESOURCE><TABLE/></RESOURCE></VOTABLE>", "no FIELD"),
    "billion laughs": (table(field("int"), "<TR><TD>&lol2;</TD></TR>", head=LAUGHS), "entities"),
    "outside": (table(field("int"), "<TR><TD>&x;</TD></TR>", head=OUTSIDE), "entities"),
    "word": (table(field("float"), "<TR><TD>1</TD></TR>\n<TR><TD>a b</TD></TR>"), "line 2: column x: 'a b' is not a float"),
    "underscore": (table(field("int"), "<TR><TD>1_0</TD></TR>"), "'1_0' is not a int"),
    "range": (table(field("short"), "<TR><TD>32768</TD></TR>"), "'32768' is not a short"),
    "byte": (table(field("unsignedByte"), "<TR><TD>-1</TD></TR>"), "not a unsignedByte"),
    "overflow": (table(field("float"), "<TR><TD>1e39</TD></TR>"), "not a float"),
    "too many": (table(field("int"), "<TR><TD>1</TD><TD>2</TD></TR>"), "more cells than"),
    "too few": (table(field("int") + '<FIELD name="y" datatype="int"/>', "<TR><TD>1</TD></TR>"), "1 cells"),
    "array": (table(field("int", 'arraysize="3"'), "<TR><TD>1 2</TD></TR>"), r"not a int\[3\]"),
    "datatype": (table(field("decimal"), ""), "'decimal' is not one of VOTable"),
    "arraysize": (table(field("int", 'arraysize="many"'), ""), "arraysize 'many'"),
    "href": (table(field("int"), "", '<DATA><BINARY><STREAM href="file:///etc/passwd"/></BINARY></DATA>'), "elsewhere"),
    "gzip": (table(field("int"), "", '<DATA><BINARY><STREAM encoding="gzip">AAAA</STREAM></BINARY></DATA>'), "'gzip'"),
    "FITS inside": (table(field("int"), "", "<DATA><FITS/></DATA>"), "in FITS"),
    "half row": (table(field("int"), "", '<DATA><BINARY><STREAM encoding="base64">AAAA</STREAM></BINARY></DATA>'), "within row 1"),
    "base64": (table(field("int"), "", '<DATA><BINARY><STREAM encoding="base64">A*A=</STREAM></BINARY></DATA>'), "not base64"),
    "negative length": (
        table(field("char", 'arraysize="*"'), "", '<DATA><BINARY><STREAM encoding="base64">/////w==</STREAM></BINARY></DATA>'),
        "a length is -1",
    ),
    "twice": (table(field("int"), "", "<DATA><TABLEDATA/><TABLEDATA/></DATA>"), "twice"),
    "encoded": (table(field("int"), '<TR><TD encoding="base64">AAAA</TD></TR>'), "encoded"),
    "stray": (table(field("int"), "<TR><b/></TR>"), "b stands in TABLEDATA"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_where_and_why(case: str) -> None:
    document, why = REFUSED[case]
    with pytest.raises(BadInput, match=why):
        fed(document)


@pytest.mark.parametrize(
    ("document", "bounds", "why"),
    [
        (table(field("int"), "<TR><TD>1</TD></TR>" * 3), Bounds(rows=2), "more than 2 rows"),
        (table(field("int"), "<TR><TD>1</TD></TR>" * 200_000), Bounds(size=1 << 20), "larger than 1 MB"),
        (table(field("int") * 1001, ""), Bounds(), "1000 columns"),
        (b"<VOTABLE>" + b"<RESOURCE>" * 100, Bounds(), "deeper"),
        (b"<VOTABLE a='" + b"x" * (9 << 20), Bounds(), "larger than 4 MB"),
        (table(field("char"), "<TR><TD>" + "x" * (5 << 20)), Bounds(), "cell is larger"),
        (table(field("char", 'arraysize="*"'), "fwAAAA" + "A" * (23 << 20), '<DATA><BINARY><STREAM encoding="base64">{}'), Bounds(), "16 MB"),
    ],
    ids=["rows", "bytes", "columns", "deep", "tag", "cell", "row"],
)  # fmt: skip
def test_what_is_too_large_is_refused_early(document: bytes, bounds: Bounds, why: str) -> None:
    with pytest.raises(TooMuch, match=why):
        fed(document, 1 << 16, bounds)


async def test_memory_is_flat_whatever_the_size() -> None:
    row = b"<TR><TD>12.345678</TD><TD>HD 123456</TD><TD>42</TD></TR>\n"
    start, end = table(
        '<FIELD name="a" datatype="double"/><FIELD name="b" datatype="char" arraysize="*"/><FIELD name="c" datatype="int"/>',
        "|",
    ).split(b"|")

    async def blocks(count: int) -> AsyncIterator[bytes]:
        yield start
        for _ in range(count):
            yield row * 1000
        yield end

    async def peak(count: int) -> int:
        tracemalloc.reset_peak()
        reading = await read_votable(blocks(count))
        assert sum([len(block) async for block in reading.copy]) > count * 1000 * 30
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        # The least of three: what else is done in this process at the time is counted too.
        small, large = await peak(2), min([await peak(15) for _ in range(3)])
    finally:
        tracemalloc.stop()
    assert large < small + 500_000
    assert large < 20_000_000


@pytest.mark.real_files
def test_astropy_reads_the_same_of_real_documents(real: Path) -> None:
    found = sorted(real.glob("*/*.vot"))
    assert len(found) >= 3
    for path in found:
        reader, copy = fed(path.read_bytes())
        table = parse(path, verify="ignore").get_first_table()
        assert len(unpacked(copy)) == len(table.array)
        assert reader.heading
        assert [column.name for column in reader.heading.columns] == [found.name for found in table.fields]


WORDS = """<FIELD name="one" datatype="char"/><FIELD name="eins" datatype="unicodeChar"/>
<FIELD name="words" datatype="char" arraysize="4x*"/><FIELD name="time" datatype="char" arraysize="*" xtype="timestamp"/>
<FIELD name="flags" datatype="boolean" arraysize="*"/><FIELD name="bytes" datatype="unsignedByte" arraysize="2x2"/>
<FIELD name="waves" datatype="floatComplex" arraysize="*"/>"""
CELLS = [
    ["a", "é", "ab  cdef", "2020-01-02T03:04:05.678901", "T F ?", "0 255 1 2", "1 2 3 4"],
    ["", "", "", "2020-01-02", "", "", ""],
]


@pytest.mark.parametrize("form", [TABLEDATA, BINARY2])
@pytest.mark.parametrize("which", ["numbers", "words"])
async def test_every_type_goes_out_as_it_came(connection: asyncpg.Connection, form: Any, which: str) -> None:
    rows = "".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row)}</TR>" for row in CELLS)
    document = votable(everything(), "tabledata") if which == "numbers" else table(WORDS, rows)
    came = await stored(connection, document)
    reader, _ = fed(document)
    assert reader.heading
    cells = tuple(Cell(column, column.name) for column in reader.heading.columns)
    names = [cell.column.sql for cell in cells]
    out: list[bytes] = []

    async def keep(block: bytes) -> None:
        out.append(block)

    statement = f"SELECT {form.row(list(zip(cells, names, strict=True)))} FROM public.given"
    await connection.copy_from_query(statement, output=keep, **form.copy_options)
    again = await written(form, out, head=Head(None, cells))
    assert [_without_empty(row) for row in await stored(connection, again)] == [_without_empty(row) for row in came]
    if which == "numbers":  # astropy reads no arrays of strings
        parsed = parse(io.BytesIO(again), verify="ignore").get_first_table().array
        assert parsed["square"].tolist() == everything()["square"].tolist()
        assert parsed["complex"].tolist() == [1 + 2j, -1j, 0]
        assert parsed["byte"].tolist() == [0, 255, 7]


META = '<RESOURCE type="meta"><PARAM name="p" datatype="int" value="1"/><TABLE><FIELD name="n" datatype="int"/>{}</TABLE></RESOURCE>'
RESULTS = '<TABLE><FIELD name="x" datatype="int"/><DATA><TABLEDATA><TR><TD>7</TD></TR></TABLEDATA></DATA></TABLE>'
ROWS = "<DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA>"
STREAM = '<DATA><BINARY><STREAM encoding="base64">AAAAAQ==</STREAM></BINARY></DATA>'


@pytest.mark.parametrize(
    "body",
    [
        META.format(ROWS) + f'<RESOURCE type="results">{RESULTS}</RESOURCE>',
        META.format("") + META.format(STREAM) + f"<RESOURCE>{RESULTS}</RESOURCE>",
        f'<RESOURCE type="results">{META.format(ROWS)}{RESULTS}</RESOURCE>',
        f'<RESOURCE type="meta">{META.format(ROWS)}<GROUP name="g"/></RESOURCE><RESOURCE>{RESULTS}</RESOURCE>',
        f'<RESOURCE type="results">{RESULTS}</RESOURCE>{META.format(ROWS)}',
    ],
)
async def test_the_table_is_in_a_resource_of_results(body: str) -> None:
    document = await read_votable(once(f"<VOTABLE>{body}</VOTABLE>".encode()))
    copied = b"".join([block async for block in document.copy])
    assert [field.name for field in document.heading.fields] == ["x"]
    assert document.heading.params == ()
    assert copied.endswith(b"\x00\x01" + bytes([0, 0, 0, 4, 0, 0, 0, 7]) + b"\xff\xff")


async def test_meta_alone_has_no_table() -> None:
    with pytest.raises(BadInput, match="no TABLE in a RESOURCE of results"):
        await read_votable(once(f"<VOTABLE>{META.format(ROWS)}</VOTABLE>".encode()))


async def once(text: bytes) -> AsyncIterator[bytes]:
    yield text


@pytest.mark.parametrize("encoding", ["foo", "hex", "idna", "utf-7", "utf-32", "big5", "undefined", "punycode", "base64", "cp037"])  # fmt: skip
def test_an_encoding_that_is_not_read_is_refused(encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?><VOTABLE><RESOURCE/></VOTABLE>'
    with pytest.raises(BadInput, match="The VOTable cannot be read, line 1"):
        fed(declared.encode())
