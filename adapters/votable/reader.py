"""Foreign VOTables 1.0 to 1.5: their heading, then the rows of the first TABLE as input of a binary COPY.

A streaming parser: neither the document nor the table is ever held whole. Entities are refused, and nothing outside the
document (`href`, external DTDs) is fetched.
"""

import base64
import binascii
import struct
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from adapters.votable import binaries, texts
from adapters.votable.bounds import Bounds
from adapters.votable.gzipped import gunzipped
from adapters.votable.heading import MOST_TEXT, Attributes, Heading, HeadingBuilder
from hub.threads import in_thread
from planning.errors import BadInput, GatewayError, TooMuch

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Header of COPY binary: signature, flags, length of the extension (PostgreSQL manual, COPY, Binary Format)."""
TRAILER = b"\xff\xff"
"""End of COPY binary: -1 in the place of the number of fields."""
PIECE = 1 << 16
"""Bytes given to the parser at once."""
LARGEST_TOKEN = 4 << 20
"""Bytes of a tag or a comment, which the parser holds whole."""
LARGEST_CELL = 4 << 20
"""Characters of a TD."""
DEEPEST = 60
"""Nesting of elements."""
FOREIGN_FORMATS = {"FITS": "FITS", "PARQUET": "Parquet"}
"""Serializations that are not read, and how a message names them."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document whose heading has been read, and whose rows are still to come."""

    heading: Heading
    copy: AsyncIterator[bytes]
    """The rows, for `COPY … FROM STDIN (FORMAT binary)`; raises `GatewayError` where the document is malformed."""


class Reader:
    """Parses a document given in blocks cut anywhere.

    A state machine of three states, each a set of expat handlers:

        state      from → to                           what is read
        heading    the start, and after the rows       elements → `HeadingBuilder`; after </TABLE>, and in a RESOURCE
                                                       of type meta, all is ignored
        tabledata  <TABLEDATA> → </TABLEDATA>          TD → cell, TR → one COPY row
        stream     <STREAM> → </STREAM>                base64 → `BinaryRows`; <BINARY2> before it says how

    `heading` is set, and COPY's header written, when rows begin: at TABLEDATA, BINARY or BINARY2, or at </TABLE> of a
    table without any. For one FIELD of datatype short and `<TR><TD>7</TD></TR>` the output is `SIGNATURE`, then
    `0001 00000002 0007` (one field of two bytes), then `TRAILER`.
    """

    def __init__(self, bounds: Bounds) -> None:
        self.heading: Heading | None = None
        """What precedes the rows, once these begin or the document ends."""
        self.rows = 0
        self._bounds = bounds
        self._size = 0
        self._builder = HeadingBuilder()
        self._path: list[str] = []
        self._text = ""
        self._output: list[bytes] = []
        self._ended = False
        self._meta = 0
        """Depth of the RESOURCE of type meta that is being passed over; 0 for none."""
        self._parser = DefusedXMLParser().parser
        self._parser.buffer_size = PIECE
        self._parser.CommentHandler = self._note_comment
        self._by_astropy = False
        self._enter_heading()

    def feed(self, block: bytes) -> bytes:
        """Parse a block; return the input for COPY that it completes.

        Raises
        ------
        BadInput
            It is no VOTable, is malformed, or has rows in a form that is not read; with the line.
        TooMuch
            It exceeds `Bounds` or another limit of this module.
        """
        for start in range(0, len(block), PIECE):
            piece = block[start : start + PIECE]
            self._size += len(piece)
            if self._size > self._bounds.size:
                message = f"The VOTable is larger than {self._bounds.size >> 20} MB, which is the most that is taken"
                raise TooMuch(message)
            self._parse(piece)
            if self._size - self._parser.CurrentByteIndex > LARGEST_TOKEN:
                raise self._located(TooMuch(f"a tag or a comment is larger than {LARGEST_TOKEN >> 20} MB"))
        return self._take_output()

    def end(self) -> bytes:
        """Finish; return the last input for COPY. Raises `BadInput` if it is cut short or has no TABLE."""
        self._parse(b"", last=True)
        if self.heading is None:
            message = "The VOTable has no TABLE in a RESOURCE of results"
            raise BadInput(message)
        return self._take_output() + TRAILER

    def _take_output(self) -> bytes:
        output, self._output = b"".join(self._output), []
        return output

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except ExpatError as error:
            raise self._located(BadInput(f"it is not XML: {str(error).partition(':')[0]}")) from error
        except DefusedXmlException as error:
            raise self._located(BadInput("it defines entities, which are not taken")) from error
        except (LookupError, ValueError) as error:  # of the declared encoding, before any element
            if self._path:
                raise
            raise self._located(BadInput("it is in an encoding that is not read: write it in UTF-8")) from error
        except GatewayError as error:
            raise self._located(error) from error

    def _located(self, error: GatewayError) -> GatewayError:
        """The same error, with the line of the document."""
        line = self._parser.CurrentLineNumber
        return type(error)(f"The VOTable cannot be read, line {line}: {error.message}")

    def _set_handlers(
        self, begin: Callable[[str, list[str]], None], end: Callable[[str], None], text: Callable[[str], None]
    ) -> None:
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text

    def _enter_heading(self) -> None:
        self._set_handlers(self._begin, self._end, self._describe)

    def _note_comment(self, text: str) -> None:
        self._by_astropy = self._by_astropy or "astropy.io.votable" in text

    def _begin(self, name: str, attributes: list[str]) -> None:
        tag = _local_name(name)
        if not self._path and tag != "VOTABLE":
            message = f"it is not a VOTable but a document of {tag[:40]}"
            raise BadInput(message)
        self._path.append(tag)
        if len(self._path) > DEEPEST:
            message = f"its elements are nested deeper than {DEEPEST}"
            raise TooMuch(message)
        self._text = ""
        if not self._ended and not self._meta:
            self._begin_element(tag, dict(zip(attributes[::2], attributes[1::2], strict=True)))

    def _begin_element(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "RESOURCE" if attributes.get("type") == "meta":  # DALI 1.1 section 4.4: the table is in one of results
                self._meta = len(self._path)
            case "TABLEDATA":
                self._begin_rows()
                self._enter_tabledata()
            case "BINARY" | "BINARY2":
                self._begin_rows()
                fields = self._required_heading.fields
                self._binary = binaries.BinaryRows(fields, masked=tag == "BINARY2", by_last=self._by_astropy)
            case "STREAM":
                self._enter_stream(attributes)
            case "FITS" | "PARQUET":
                message = f"its rows are in {FOREIGN_FORMATS[tag]}: TABLEDATA, BINARY and BINARY2 are read"
                raise BadInput(message)
            case _ if self.heading is None:
                self._builder.begin(tag, attributes)

    def _describe(self, text: str) -> None:
        if self._path[-1:] == ["DESCRIPTION"] and len(self._text) < MOST_TEXT:
            self._text += text

    def _end(self, name: str) -> None:
        tag = _local_name(name)
        self._path.pop()
        if self._meta:
            self._meta = self._meta if len(self._path) >= self._meta else 0
            return
        if self._ended:
            return
        if self.heading is None:
            if tag == "DESCRIPTION":
                self._builder.describe(self._text)
            self._builder.end(tag)
        if tag == "TABLE":
            if self.heading is None:
                self._begin_rows()
            self._ended = True

    @property
    def _required_heading(self) -> Heading:
        if self.heading is None:
            message = "its rows begin outside of a TABLE"
            raise BadInput(message)
        return self.heading

    def _begin_rows(self) -> None:
        if self.heading is not None:
            message = "its TABLE has its rows twice"
            raise BadInput(message)
        self.heading = self._builder.heading()
        self._output.append(SIGNATURE)
        self._frame = len(self.heading.fields).to_bytes(2)

    def _count_row(self) -> None:
        self.rows += 1
        if self.rows > self._bounds.rows:
            message = f"it has more than {self._bounds.rows} rows, which is the most that is taken"
            raise TooMuch(message)

    # TABLEDATA

    def _enter_tabledata(self) -> None:
        self._readers = [texts.cell_parser(field) for field in self._required_heading.fields]
        self._cells: list[str] = []
        self._set_handlers(self._begin_cell, self._end_cell, self._cell_text)

    def _begin_cell(self, name: str, attributes: list[str]) -> None:
        self._text = ""
        tag = _local_name(name)
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
        tag = _local_name(name)
        if tag == "TD":
            self._cells.append(self._text)
            if len(self._cells) > len(self._readers):
                message = f"a row has more cells than there are columns, {len(self._readers)}"
                raise BadInput(message)
        elif tag == "TR":
            self._end_row()
            self._cells = []
        else:
            self._path.pop()
            self._enter_heading()

    def _end_row(self) -> None:
        self._count_row()
        if len(self._cells) < len(self._readers):
            message = f"a row has {len(self._cells)} cells where there are {len(self._readers)} columns"
            raise BadInput(message)
        try:
            values = [parse(text) for parse, text in zip(self._readers, self._cells, strict=True)]
        except (ValueError, OverflowError, struct.error) as error:
            raise self._broken_cell() from error
        self._output.append(self._frame + b"".join(values))

    def _broken_cell(self) -> BadInput:
        """Find the cell that could not be parsed, for the message."""
        for field, parse, text in zip(self._required_heading.fields, self._readers, self._cells, strict=True):
            try:
                parse(text)
            except (ValueError, OverflowError, struct.error):
                value = text.strip()[:60]
                return BadInput(f"column {field.name}: {value!r} is not {texts.expected(field)} (row {self.rows})")
        return BadInput("a row cannot be read")

    # BINARY and BINARY2

    def _enter_stream(self, attributes: Attributes) -> None:
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
        self._set_handlers(self._begin_in_stream, self._end_stream, self._stream_text)

    def _begin_in_stream(self, name: str, _attributes: list[str]) -> None:
        message = f"{_local_name(name)[:40]} stands in a STREAM"
        raise BadInput(message)

    def _stream_text(self, text: str) -> None:
        text = self._base64 + "".join(text.split())
        whole = len(text) // 4 * 4
        self._base64 = text[whole:]
        try:
            for row in self._binary.feed(base64.b64decode(text[:whole], validate=True)):
                self._count_row()
                self._output.append(row)
        except binascii.Error as error:
            message = "its STREAM is not base64"
            raise BadInput(message) from error
        except (ValueError, OverflowError, struct.error) as error:
            message = f"row {self.rows + 1} cannot be read: {error}{self._binary.hint}"
            raise BadInput(message) from error

    def _end_stream(self, _name: str) -> None:
        hint, stated = self._binary.hint, self._required_heading.rows
        if self._base64 or self._binary.left_over:
            message = f"its STREAM ends within row {self.rows + 1}: {self._binary.left_over} bytes are left over{hint}"
            raise BadInput(message)
        if stated is not None and stated != self.rows:
            message = f"its STREAM has {self.rows} rows where its TABLE says nrows={stated}{hint}"
            raise BadInput(message)
        self._path.pop()
        self._enter_heading()


def _local_name(name: str) -> str:
    """A tag without namespace."""
    return name.rpartition("}")[2]


async def read_votable(blocks: AsyncIterable[bytes], bounds: Bounds = Bounds()) -> OpenDocument:  # noqa: B008 - frozen
    """Read a document up to the first row.

    Parameters
    ----------
    blocks : AsyncIterable[bytes]
        The document, cut anywhere, gzipped or not; the caller closes it.
    bounds : Bounds
        The largest document that is read, as it is once uncompressed.

    Returns
    -------
    OpenDocument
        The heading, and an iterator of the rows, which goes on reading `blocks`.

    Raises
    ------
    GatewayError
        As `Reader.feed` and `Gunzip.feed`.
    """
    reader = Reader(bounds)
    copy_blocks = _copy_blocks(reader, gunzipped(blocks))
    first = b""
    while (heading := reader.heading) is None:
        first += await anext(copy_blocks)
    return OpenDocument(heading, _prepend(first, copy_blocks))


async def _copy_blocks(reader: Reader, blocks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    async for block in blocks:
        # A megabyte takes as long as a statement: others are served meanwhile.
        yield await in_thread(reader.feed, block)
    yield reader.end()


async def _prepend(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        if block:
            yield block
