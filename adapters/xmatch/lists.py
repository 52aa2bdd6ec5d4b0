"""Read a list of sources: a VOTable, or CSV with a line of names, which clients as astroquery send."""

import codecs
import csv
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import IO

from adapters.votable import texts
from adapters.votable.bounds import Bounds
from adapters.votable.heading import MOST_COLUMNS, FieldElement, Heading
from adapters.votable.reader import SIGNATURE, TRAILER, OpenDocument, read_votable
from hub.threads import in_thread
from planning.errors import BadInput, TooMuch

BLOCK = 1 << 18
ROWS_AT_ONCE = 5000
BLANKS = b" \t\r\n\xef\xbb\xbf"
KINDS = ("long", "double")
"""VOTable datatypes that a column of CSV can have if all its cells can be read so; else it is text."""


async def read_source_list(file: IO[bytes], bounds: Bounds) -> OpenDocument:
    """Read a list up to its first row.

    Parameters
    ----------
    file
        Must be seekable, since CSV is read twice; the caller closes it after the rows are read.
    bounds
        Most rows and bytes.

    Raises
    ------
    GatewayError
        The list is neither a VOTable nor CSV, or is too large. The iterator of rows may raise it too.
    """
    start = file.read(BLOCK)
    file.seek(0)
    if start.lstrip(BLANKS)[:1] == b"<":
        return await read_votable(_blocks(file), bounds)
    if b"\0" in start or b"," not in start.partition(b"\n")[0]:
        message = "The list is neither a VOTable nor CSV with a line of names"
        raise BadInput(message)
    fields = await in_thread(_fields, file, bounds)
    return OpenDocument(Heading("", "", fields, (), (), {}), _copied(file, fields))


async def _blocks(file: IO[bytes]) -> AsyncIterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _lines(file: IO[bytes]) -> Iterator[list[str]]:
    file.seek(0)
    # A line that is longer than a block is cut, and so has other cells than there are columns.
    text = codecs.iterdecode(iter(partial(file.readline, BLOCK), b""), "utf-8-sig")
    number = 0
    try:
        for number, line in enumerate(csv.reader(text), 1):  # noqa: B007 - for the message of an error
            if line:
                yield line
    except (csv.Error, UnicodeDecodeError) as error:
        message = f"The list cannot be read as CSV, after line {number}: {error}"
        raise BadInput(message) from error


def _fields(file: IO[bytes], bounds: Bounds) -> tuple[FieldElement, ...]:
    """The columns of CSV, with the narrowest type that all their cells can be read as."""
    lines = _lines(file)
    names = next(lines, [])
    if not all(name.strip() for name in names) or len(names) > MOST_COLUMNS:
        message = f"The first line of a list is names of columns, at most {MOST_COLUMNS}, none empty"
        raise BadInput(message)
    fits = [[texts.cell_parser(_field("", kind)) for kind in KINDS] for _ in names]
    for number, line in enumerate(lines, 2):
        if number - 1 > bounds.rows:
            message = f"The list has more than {bounds.rows} rows, which is the most that is taken"
            raise TooMuch(message)
        if len(line) != len(names):
            message = f"Row {number - 1} of the list has {len(line)} cells where there are {len(names)} columns"
            raise BadInput(message)
        for readers, cell in zip(fits, line, strict=True):
            while readers and not _reads(readers[0], cell):
                del readers[0]
    left = (KINDS[-len(readers)] if readers else "unicodeChar" for readers in fits)
    return tuple(_field(name.strip(), kind) for name, kind in zip(names, left, strict=True))


def _field(name: str, kind: str) -> FieldElement:
    return FieldElement("", name, kind, "*" if kind == "unicodeChar" else None, None, "", "", "", "")


def _reads(reader: texts.CellParser, cell: str) -> bool:
    try:
        reader(cell)
    except (ValueError, OverflowError):
        return False
    return True


async def _copied(file: IO[bytes], fields: Sequence[FieldElement]) -> AsyncIterator[bytes]:
    lines = _lines(file)
    next(lines, None)
    readers, frame = [texts.cell_parser(field) for field in fields], len(fields).to_bytes(2)
    yield SIGNATURE

    def some() -> bytes:
        read = islice(lines, ROWS_AT_ONCE)
        return b"".join(
            frame + b"".join(reader(cell) for reader, cell in zip(readers, line, strict=True)) for line in read
        )

    while block := await in_thread(some):
        yield block
    yield TRAILER
