"""Header-data units of a file (FITS Standard 4.0 sections 3, 7.1 and 7.3): found by their sizes, their data unread."""

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

from oifits.cards import BLOCK, CARD, END, LONGEST, Header
from oifits.errors import Malformed
from oifits.source import Source

MOST_UNITS, MOST_COLUMNS = 20_000, 999
LONGEST_ROW = 16 << 20
"""Bytes of a row: one is read as a whole. VISREFMAP of 1 400 channels has 2 million."""
SIZES = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "K": 8, "E": 4, "D": 8, "C": 8, "M": 16, "P": 8, "Q": 16}
"""Bytes of an element by the letter of TFORM."""
DTYPES = {"L": "u1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8", "C": ">c8", "M": ">c16"}
"""NumPy's names of these; text is `S` and its width."""
TFORM = re.compile(r"(\d{0,9})([LXBIJKAEDCMPQ])")
DESCRIBED = re.compile(rb"(T(?:TYPE|FORM)\d{1,3}) *= +'([^'&]*)' *(?:/|  )")
"""A card of TTYPE or TFORM whose text is all in it."""
VARIABLE = frozenset("PQ")
"""Letters of columns whose values lie in the heap."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a binary table."""

    number: int
    """From 1 on."""
    name: str
    """In upper case."""
    letter: str
    """Of TFORM."""
    repeat: int
    """Elements of a cell; characters of a text."""
    offset: int
    """Bytes of a row before it."""
    width: int
    """Bytes of a cell."""


@dataclass(frozen=True, eq=False, slots=True)
class Hdu:
    """A header-data unit.

    Parameters
    ----------
    header
        Its cards.
    start
        Place of its data in the file.
    size
        Bytes of its data, without what fills the last block.
    columns
        Of a binary table; empty for anything else.
    row_bytes, rows
        Of a binary table; 0 for anything else.
    """

    header: Header
    start: int
    size: int
    columns: tuple[Column, ...] = ()
    row_bytes: int = 0
    rows: int = 0
    name: str = field(init=False)
    """EXTNAME in upper case, "" without one."""
    scaled: bool = field(init=False)
    """Whether a column may be scaled: TSCAL or TZERO is somewhere in the header."""
    _by_name: dict[str, Column] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.header.string("EXTNAME").upper())
        object.__setattr__(self, "scaled", b"TSCAL" in self.header.text or b"TZERO" in self.header.text)
        object.__setattr__(self, "_by_name", {column.name: column for column in reversed(self.columns)})

    @property
    def heap(self) -> bool:
        """Whether there is something behind the rows."""
        return self.size > self.row_bytes * self.rows

    def column(self, name: str) -> Column | None:
        """The first column of a name; None where there is none."""
        return self._by_name.get(name)


def read_hdus(source: Source) -> tuple[Hdu, ...]:
    """Find the units of a file; nothing but headers is read.

    Raises
    ------
    Malformed
        It is no FITS file, ends too early, or says sizes that do not agree.
    """
    if source.size < BLOCK or source.read(0, 9) != b"SIMPLE  =":
        message = "This is no FITS file: it does not begin with SIMPLE"
        raise Malformed(message)
    hdus: list[Hdu] = []
    place = 0
    while place < source.size and len(hdus) < MOST_UNITS:
        if hdus and source.read(place, min(9, source.size - place)) != b"XTENSION=":
            break  # special records after the last extension (section 3.5), or zeros of a tape
        hdu = _read_hdu(source, place)
        hdus.append(hdu)
        place = hdu.start + hdu.size + -hdu.size % BLOCK
    return tuple(hdus)


def _read_hdu(source: Source, place: int) -> Hdu:
    header, start = _read_header(source, place)
    name = header.string("EXTNAME", "the primary HDU" if place == 0 else "an extension without name")
    try:
        hdu = _table(header, start) if header.string("XTENSION") == "BINTABLE" else Hdu(header, start, _size(header))
    except Malformed as error:
        message = f"{name}: {error}"
        raise Malformed(message) from error
    if start + hdu.size > source.size:
        message = f"{name} has {hdu.size} bytes of data, but the file ends {source.size - start} bytes after its header"
        raise Malformed(message)
    return hdu


def _read_header(source: Source, place: int) -> tuple[Header, int]:
    """The header at a place, and the place of the data behind it."""
    text, end = b"", -1
    while end < 0:
        if len(text) >= LONGEST:
            message = f"The header at byte {place} has no END within {LONGEST} bytes"
            raise Malformed(message)
        more = min(max(4 * BLOCK, len(text)), source.size - place - len(text)) // BLOCK * BLOCK
        if more <= 0:
            message = f"The file ends within the header at byte {place}"
            raise Malformed(message)
        text += source.read(place + len(text), more)
        end = text.find(END)
        while end >= 0 and end % CARD:
            end = text.find(END, end + 1)
    return Header(text[:end]), place + (end // BLOCK + 1) * BLOCK


def _size(header: Header) -> int:
    """Bytes of the data of a unit (section 4.4.1.2); no more than a file can have."""
    axes = [header.integer(f"NAXIS{number}") for number in range(1, min(header.integer("NAXIS"), 999) + 1)]
    if not axes:
        return 0
    if axes[0] == 0 and header.get("GROUPS") is True:
        axes = axes[1:]
    bits = header.get("BITPIX")
    if bits not in (8, 16, 32, 64, -32, -64):
        message = f"BITPIX is {bits!r}: 8, 16, 32, 64, -32 or -64 is wanted"
        raise Malformed(message)
    return int(abs(bits)) // 8 * header.integer("GCOUNT", 1) * (header.integer("PCOUNT", 0) + math.prod(axes))


def _table(header: Header, start: int) -> Hdu:
    row_bytes, rows, count = header.integer("NAXIS1"), header.integer("NAXIS2"), header.integer("TFIELDS")
    if count > MOST_COLUMNS or row_bytes > LONGEST_ROW:
        message = f"{count} columns of {row_bytes} bytes: {MOST_COLUMNS} of {LONGEST_ROW} are read at most"
        raise Malformed(message)
    columns, offset = [], 0
    for number, (name, form) in enumerate(_names_and_forms(header, count), 1):
        column = _column(number, name, form, offset)
        columns.append(column)
        offset += column.width
    if offset != row_bytes:
        message = f"NAXIS1 is {row_bytes}, but its columns have {offset} bytes"
        raise Malformed(message)
    size = row_bytes * rows + header.integer("PCOUNT", 0)
    return Hdu(header, start, size, tuple(columns), row_bytes, rows if row_bytes else 0)


def _names_and_forms(header: Header, count: int) -> list[tuple[str, str]]:
    """TTYPE and TFORM of each column: all at once, where they are all as they nearly always are, in a card each."""
    cards = [match for match in DESCRIBED.finditer(header.text) if match.start() % CARD == 0]
    found = {match[1]: match[2] for match in reversed(cards)}
    pairs = [(b"TTYPE%d" % number, b"TFORM%d" % number) for number in range(1, count + 1)]
    if all(name in found and form in found for name, form in pairs):
        return [(_text(found[name]), _text(found[form])) for name, form in pairs]
    return [(header.string(f"TTYPE{number}"), header.string(f"TFORM{number}")) for number in range(1, count + 1)]


def _text(literal: bytes) -> str:
    return literal.decode("latin-1").strip()


def _column(number: int, name: str, form: str, offset: int) -> Column:
    parsed = _form(form)
    if not parsed:
        message = f"TFORM{number} is {form[:20]!r}: a number and a letter are wanted"
        raise Malformed(message)
    letter, repeat, width = parsed
    return Column(number, name.upper(), letter, repeat, offset, width)


@lru_cache(maxsize=1024)
def _form(form: str) -> tuple[str, int, int] | None:
    """Letter, elements and bytes of TFORM; None for what is none."""
    match = TFORM.match(form)
    if not match:
        return None
    repeat, letter = int(match[1] or 1), match[2]
    return letter, repeat, (repeat + 7) // 8 if letter == "X" else repeat * SIZES[letter]
