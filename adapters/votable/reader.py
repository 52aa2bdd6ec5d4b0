"""VOTables 1.0 to 1.5 of others, as they come: their heading, then their rows as the input of a binary COPY.

The first TABLE counts. Neither the document nor a row is ever held whole; entities and whatever lies elsewhere (`href`,
external DTDs) are never looked at.
"""

import asyncio
import base64
import binascii
import struct
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from adapters.votable import binaries, texts
from adapters.votable.heading import MOST_TEXT, Attributes, Heading, HeadingBuilder
from planning.errors import BadInput, GatewayError, TooMuch

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
PIECE = 1 << 16
"""Bytes that the parser is given at once."""
LARGEST_TOKEN = 4 << 20
"""Bytes of a tag or a comment, which the parser holds whole."""
LARGEST_CELL = 4 << 20
DEEPEST = 60
ELSEWHERE = {"FITS": "FITS", "PARQUET": "Parquet"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a document may be."""

    size: int = 4 << 30
    """In bytes."""
    rows: int = 100_000_000


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document whose heading has been read."""

    heading: Heading
    copy: AsyncIterator[bytes]
    """Its rows, for `COPY … FROM STDIN (FORMAT binary)`; raises `GatewayError` where the document breaks."""


class Reader:
    """A document given in blocks cut anywhere."""

    def __init__(self, bounds: Bounds) -> None:
        self.heading: Heading | None = None
        """What was said before the rows, once they begin or the document ends."""
        self.rows = 0
        self._bounds = bounds
        self._given = 0
        self._gathering = HeadingBuilder()
        self._path: list[str] = []
        self._text = ""
        self._output: list[bytes] = []
        self._ended = False
        self._parser = DefusedXMLParser().parser
        self._parser.buffer_size = PIECE
        self._outside()

    def feed(self, block: bytes) -> bytes:
        """Input for COPY that this block completes; raises `GatewayError`."""
        for start in range(0, len(block), PIECE):
            piece = block[start : start + PIECE]
            self._given += len(piece)
            if self._given > self._bounds.size:
                message = f"The VOTable is larger than {self._bounds.size >> 20} MB, which is the most that is taken"
                raise TooMuch(message)
            self._parse(piece)
            if self._given - self._parser.CurrentByteIndex > LARGEST_TOKEN:
                raise self._refused(TooMuch(f"a tag or a comment is larger than {LARGEST_TOKEN >> 20} MB"))
        return self._flushed()

    def end(self) -> bytes:
        """The last of the input for COPY; raises `BadInput` for a document without a table."""
        self._parse(b"", last=True)
        if self.heading is None:
            message = "The VOTable has no TABLE"
            raise BadInput(message)
        return self._flushed() + TRAILER

    def _flushed(self) -> bytes:
        output, self._output = b"".join(self._output), []
        return output

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except ExpatError as error:
            raise self._refused(BadInput(f"it is not XML: {str(error).partition(':')[0]}")) from error
        except DefusedXmlException as error:
            raise self._refused(BadInput("it defines entities, which are not taken")) from error
        except GatewayError as error:
            raise self._refused(error) from error

    def _refused(self, error: GatewayError) -> GatewayError:
        line = self._parser.CurrentLineNumber
        return type(error)(f"The VOTable cannot be read, line {line}: {error.message}")

    def _listen(
        self, begin: Callable[[str, list[str]], None], end: Callable[[str], None], text: Callable[[str], None]
    ) -> None:
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text

    def _outside(self) -> None:
        self._listen(self._begin, self._end, self._describe)

    def _begin(self, name: str, attributes: list[str]) -> None:
        tag = _local(name)
        if not self._path and tag != "VOTABLE":
            message = f"it is not a VOTable but a document of {tag[:40]}"
            raise BadInput(message)
        self._path.append(tag)
        if len(self._path) > DEEPEST:
            message = f"its elements are nested deeper than {DEEPEST}"
            raise TooMuch(message)
        self._text = ""
        if not self._ended:
            self._heading(tag, dict(zip(attributes[::2], attributes[1::2], strict=True)))

    def _heading(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "TABLEDATA":
                self._rows_begin()
                self._tabledata()
            case "BINARY" | "BINARY2":
                self._rows_begin()
                self._binary = binaries.BinaryRows(self._known.fields, masked=tag == "BINARY2")
            case "STREAM":
                self._stream(attributes)
            case "FITS" | "PARQUET":
                message = f"its rows are in {ELSEWHERE[tag]}: TABLEDATA, BINARY and BINARY2 are read"
                raise BadInput(message)
            case _ if self.heading is None:
                self._gathering.begin(tag, attributes)

    def _describe(self, text: str) -> None:
        if self._path[-1:] == ["DESCRIPTION"] and len(self._text) < MOST_TEXT:
            self._text += text

    def _end(self, name: str) -> None:
        tag = _local(name)
        self._path.pop()
        if self._ended:
            return
        if self.heading is None:
            if tag == "DESCRIPTION":
                self._gathering.describe(self._text)
            self._gathering.end(tag)
        if tag == "TABLE":
            if self.heading is None:
                self._rows_begin()
            self._ended = True

    @property
    def _known(self) -> Heading:
        if self.heading is None:
            message = "its rows begin outside of a TABLE"
            raise BadInput(message)
        return self.heading

    def _rows_begin(self) -> None:
        if self.heading is not None:
            message = "its TABLE has its rows twice"
            raise BadInput(message)
        self.heading = self._gathering.heading()
        self._output.append(SIGNATURE)
        self._frame = len(self.heading.fields).to_bytes(2)

    def _counted(self) -> None:
        self.rows += 1
        if self.rows > self._bounds.rows:
            message = f"it has more than {self._bounds.rows} rows, which is the most that is taken"
            raise TooMuch(message)

    # TABLEDATA

    def _tabledata(self) -> None:
        self._readers = [texts.reader(field) for field in self._known.fields]
        self._cells: list[str] = []
        self._listen(self._begin_cell, self._end_cell, self._cell_text)

    def _begin_cell(self, name: str, attributes: list[str]) -> None:
        self._text = ""
        tag = _local(name)
        if tag not in ("TR", "TD"):
            message = f"{tag[:40]} stands in TABLEDATA, where TR and TD are"
            raise BadInput(message)
        if tag == "TD" and "encoding" in attributes[::2]:
            message = "a TD is encoded, which is not read"
            raise BadInput(message)

    def _cell_text(self, text: str) -> None:
        self._text += text
        if len(self._text) > LARGEST_CELL:
            message = f"a cell is larger than {LARGEST_CELL >> 20} MB"
            raise TooMuch(message)

    def _end_cell(self, name: str) -> None:
        tag = _local(name)
        if tag == "TD":
            self._cells.append(self._text)
            if len(self._cells) > len(self._readers):
                message = f"a row has more cells than there are columns, {len(self._readers)}"
                raise BadInput(message)
        elif tag == "TR":
            self._row()
            self._cells = []
        else:
            self._path.pop()
            self._outside()

    def _row(self) -> None:
        self._counted()
        if len(self._cells) < len(self._readers):
            message = f"a row has {len(self._cells)} cells where there are {len(self._readers)} columns"
            raise BadInput(message)
        try:
            values = [read(text) for read, text in zip(self._readers, self._cells, strict=True)]
        except (ValueError, OverflowError, struct.error) as error:
            raise self._broken_cell() from error
        self._output.append(self._frame + b"".join(values))

    def _broken_cell(self) -> BadInput:
        for field, read, text in zip(self._known.fields, self._readers, self._cells, strict=True):
            try:
                read(text)
            except (ValueError, OverflowError, struct.error):
                size = f"[{field.arraysize}]" if field.arraysize else ""
                return BadInput(f"column {field.name}: {text.strip()[:60]!r} is not a {field.datatype}{size}")
        return BadInput("a row cannot be read")

    # BINARY and BINARY2

    def _stream(self, attributes: Attributes) -> None:
        if attributes.get("href"):
            message = "its rows are elsewhere (STREAM href), where nobody looks"
            raise BadInput(message)
        if attributes.get("encoding") != "base64":
            message = f"its STREAM is encoded as {attributes.get('encoding', 'none')[:20]!r}: base64 is read"
            raise BadInput(message)
        if self._path[-2] not in ("BINARY", "BINARY2"):
            message = f"a STREAM stands in {self._path[-2][:40]}"
            raise BadInput(message)
        self._base64 = ""
        self._listen(self._begin_in_stream, self._end_stream, self._streamed)

    def _begin_in_stream(self, name: str, _attributes: list[str]) -> None:
        message = f"{_local(name)[:40]} stands in a STREAM"
        raise BadInput(message)

    def _streamed(self, text: str) -> None:
        text = self._base64 + "".join(text.split())
        whole = len(text) // 4 * 4
        self._base64 = text[whole:]
        try:
            for row in self._binary.feed(base64.b64decode(text[:whole], validate=True)):
                self._counted()
                self._output.append(row)
        except binascii.Error as error:
            message = "its STREAM is not base64"
            raise BadInput(message) from error
        except (ValueError, OverflowError, struct.error) as error:
            message = f"row {self.rows + 1} cannot be read: {error}"
            raise BadInput(message) from error

    def _end_stream(self, _name: str) -> None:
        if self._base64 or not self._binary.whole:
            message = f"its STREAM ends within row {self.rows + 1}"
            raise BadInput(message)
        self._path.pop()
        self._outside()


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


async def read(blocks: AsyncIterable[bytes], bounds: Bounds = Bounds()) -> OpenDocument:
    """Read a document as far as its rows begin; raises `GatewayError`."""
    reader = Reader(bounds)
    copied = _copied(reader, blocks)
    first = b""
    while (heading := reader.heading) is None:
        first += await anext(copied)
    return OpenDocument(heading, _following(first, copied))


async def _copied(reader: Reader, blocks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    async for block in blocks:
        # A megabyte takes as long as a statement: others are served meanwhile.
        yield await asyncio.to_thread(reader.feed, block)
    yield reader.end()


async def _following(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in others:
        if block:
            yield block
