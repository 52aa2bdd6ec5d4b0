"""Rows of CSV, TSV and FITS files for a table whose columns are known, as input of a binary COPY.

Every cell becomes the text that TABLEDATA would have, and is read as such: so it is checked by the same rules, and by
the same words refused, whichever format it came in.
"""

import csv
import struct
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from adapters.votable.heading import FieldElement
from adapters.votable.reader import SIGNATURE, TRAILER
from adapters.votable.texts import CellParser, cell_parser, expected
from hub.threads import in_thread
from oifits.blocks import blocks, cells
from oifits.errors import OifitsError
from oifits.hdus import Column as FitsColumn
from oifits.hdus import Hdu, read_hdus
from oifits.source import LocalFile
from planning.errors import BadInput, TooMuch
from publishing.draft import spelled
from publishing.user_tables import OwnTable, Rows
from schema.column import Column

AT_ONCE = 2000
"""Rows that are read in one turn of a thread."""
SCALING = ("TSCAL", "TZERO")
BOOLEANS = {ord("T"): "T", ord("F"): "F"}
"""Cells of a column of booleans; all others are NULL."""


@dataclass(frozen=True, slots=True)
class TextRows:
    """The rows of a file."""

    names: tuple[str, ...]
    """Its columns."""
    rows: Iterator[Sequence[str]]
    """Cells as text, "" for NULL; raises `BadInput` where the file is malformed."""


def delimited_rows(file: BinaryIO, delimiter: str) -> TextRows:
    """Open a file of CSV or TSV, whose first line names the columns; raises `BadInput`."""
    rows = _delimited(file, delimiter)
    names = tuple(name.strip() for name in next(rows, ()))
    if not any(names):
        message = "The file is empty: its first line names the columns"
        raise BadInput(message)
    return TextRows(names, rows)


def _delimited(file: BinaryIO, delimiter: str) -> Iterator[list[str]]:
    """Yield the lines that have something in them."""
    lines = (line.decode() for line in chain([file.readline().removeprefix(BOM_UTF8)], file))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for line in reader:
            if line:
                yield line
    except (csv.Error, UnicodeDecodeError) as error:
        what = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error}"
        message = f"The file {what} (after line {reader.line_num})"
        raise BadInput(message) from error


def fits_rows(file: BinaryIO) -> TextRows:
    """Open the first binary table of a FITS file; raises `BadInput`."""
    file.flush()
    source = LocalFile(file.fileno(), file.seek(0, 2))
    try:
        hdu = next((unit for unit in read_hdus(source) if unit.columns), None)
    except OifitsError as error:
        raise BadInput(str(error)) from error
    if hdu is None:
        message = "The FITS file has no binary table"
        raise BadInput(message)
    if hdu.scaled and (scaled := next((one for one in hdu.columns if _scaled(hdu, one)), None)):
        message = f"{scaled.name} is scaled (TSCAL, TZERO), which is not read: write its values as they are"
        raise BadInput(message)
    return TextRows(tuple(column.name for column in hdu.columns), _of_hdu(source, hdu))


def _scaled(hdu: Hdu, column: FitsColumn) -> bool:
    return any(hdu.header.get(f"{keyword}{column.number}") is not None for keyword in SCALING)


def _of_hdu(source: LocalFile, hdu: Hdu) -> Iterator[Sequence[str]]:
    writers = [_cell_writer(column, hdu.header.get(f"TNULL{column.number}")) for column in hdu.columns]
    try:
        for _, block in blocks(source, hdu):
            columns = [cells(block, column).tolist() for column in hdu.columns]
            for row in zip(*columns, strict=True):
                yield [write(cell) for write, cell in zip(writers, row, strict=True)]
    except (OifitsError, UnicodeDecodeError) as error:
        message = "A text of the FITS file is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise BadInput(message) from error


def _cell_writer(column: FitsColumn, null: object) -> Callable[..., str]:
    """What writes a cell of a column as text."""

    def text(cell: bytes) -> str:
        return cell.decode().rstrip()

    def flag(cell: list[int]) -> str:
        return " ".join(BOOLEANS.get(one, "?") for one in cell)

    def numbers(cell: list[complex]) -> str:
        return " ".join(f"{one.real!r} {one.imag!r}" for one in cell)

    def values(cell: list[float]) -> str:
        return "" if cell == [null] else " ".join(map(repr, cell))

    special: dict[str, Callable[..., str]] = {"A": text, "L": flag, "C": numbers, "M": numbers}
    return special.get(column.letter, values)


def rows_for(own: OwnTable, read: TextRows) -> Rows:
    """The rows of a file for the columns that it names; the other columns of the table become NULL.

    Raises
    ------
    BadInput
        It names a column twice, or one that the table has not, or that is computed.
    """
    columns = [own.column(name) for name in read.names]
    for place, column in enumerate(columns):
        if column in columns[:place] or column.sql not in own.loaded:
            why = "twice in the file" if column in columns[:place] else "computed from others"
            message = f"{spelled(column)} is {why}: each column that is filled is there once"
            raise BadInput(message)
    return Rows(tuple(columns), _copy(columns, read.rows))


async def _copy(columns: Sequence[Column], rows: Iterator[Sequence[str]]) -> AsyncIterator[bytes]:
    fields = [_field(column) for column in columns]
    parsers = [cell_parser(field) for field in fields]
    yield SIGNATURE
    number = 0
    while lines := await in_thread(_some, rows):
        yield await in_thread(_packed, lines, fields, parsers, number)
        number += len(lines)
    yield TRAILER


def _some(rows: Iterator[Sequence[str]]) -> list[Sequence[str]]:
    return list(islice(rows, AT_ONCE))


def _packed(
    rows: Iterable[Sequence[str]], fields: Sequence[FieldElement], parsers: Sequence[CellParser], before: int
) -> bytes:
    frame, packed = len(fields).to_bytes(2), bytearray()
    for number, row in enumerate(rows, before + 1):
        if len(row) != len(parsers):
            message = f"Row {number} has {len(row)} cells where there are {len(parsers)} columns"
            raise BadInput(message)
        try:
            packed += frame + b"".join([parse(cell) for parse, cell in zip(parsers, row, strict=True)])
        except (ValueError, OverflowError, struct.error) as error:
            raise _broken(row, fields, parsers, number) from error
    return bytes(packed)


def _broken(
    row: Sequence[str], fields: Sequence[FieldElement], parsers: Sequence[CellParser], number: int
) -> BadInput | TooMuch:
    """Find the cell that could not be parsed, for the message."""
    for field, parse, text in zip(fields, parsers, row, strict=True):
        try:
            parse(text)
        except (ValueError, OverflowError, struct.error):
            return BadInput(f"Row {number}, column {field.name}: {text.strip()[:60]!r} is not {expected(field)}")
    return BadInput(f"Row {number} cannot be read")


def _field(column: Column) -> FieldElement:
    """The FIELD that a column is of."""
    kind = column.type
    return FieldElement(
        "", spelled(column), kind.datatype, kind.arraysize, kind.xtype, column.unit, column.ucd, column.utype, ""
    )
