"""Header cards of FITS (Standard 4.0 section 4): bytes of 80 characters, read where asked for and kept as they are.

Cards that nobody asks for, `HIERARCH` and comments among them, are never parsed, so that none can be lost.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from oifits.errors import Malformed

CARD, BLOCK = 80, 2880
LONGEST = 700 * BLOCK
"""Bytes of a header; those of GRAVITY and MATISSE have 110 000."""
END = b"END".ljust(CARD)
CONTINUE, CONTINUED = b"CONTINUE", ord("&")
INDEXED = re.compile(rb"(T[A-Z]{3,5})(\d{1,3}) *$")
"""Keywords of a column, as TFORM12."""
STRING = re.compile(rb"'((?:[^']|'')*)'")
Value = str | int | float | bool


@dataclass(frozen=True, eq=False, slots=True)
class Header:
    """Cards of a header, without END.

    Parameters
    ----------
    text
        The cards, 80 bytes each.
    """

    text: bytes
    _places: dict[bytes, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places: dict[bytes, int] = {}
        text = self.text
        for place in range(len(text) - CARD, -CARD, -CARD):
            places[text[place : place + 8]] = place
        object.__setattr__(self, "_places", places)

    def get(self, keyword: str) -> Value | None:
        """Value of a keyword, of the first card that has it; None where there is none, or it has no value.

        `HIERARCH ESO PRO CATG` is found by these words.

        Raises
        ------
        Malformed
            The value cannot be read.
        """
        place = self._place(keyword)
        return None if place is None else _value(self.text, place, keyword)

    def string(self, keyword: str, default: str = "") -> str:
        """Value of a keyword as text without blanks around it; `default` where there is none."""
        value = self.get(keyword)
        return default if value is None else str(value).strip()

    def integer(self, keyword: str, default: int | None = None) -> int:
        """Value of a keyword as a number that is not negative.

        Raises
        ------
        Malformed
            It is missing, with no default, or is no such number.
        """
        value = self.get(keyword)
        value = default if value is None else value
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            message = f"{keyword} is {value!r}: a number that is not negative is wanted"
            raise Malformed(message)
        return value

    def number(self, keyword: str) -> float | None:
        """Value of a keyword as a float; None where it is no number."""
        value = self.get(keyword)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def replaced(self, keyword: str, value: Value) -> "Header":
        """The header with another value of a keyword, whose comment stays where it fits; added where it was not."""
        place = self._place(keyword)
        if place is None:
            return Header(self.text + card(keyword, value))
        old = self.text[place : place + CARD]
        return Header(self.text[:place] + card(keyword, value, _comment(old)) + self.text[self._end(place) :])

    def without(self, keywords: Collection[str]) -> "Header":
        """The header without cards of these keywords."""
        names = {keyword.encode().ljust(8) for keyword in keywords}
        if not names.intersection(self._places):
            return self
        text, kept, place = self.text, [], 0
        while place < len(text):
            end = self._end(place)
            if text[place : place + 8] not in names:
                kept.append(text[place:end])
            place = end
        return Header(b"".join(kept))

    def without_column(self, number: int) -> "Header":
        """The header of a table without the cards of a column, counted from 1; those after it move up."""
        kept = []
        for one in self._cards():
            match = INDEXED.match(one[:8])
            found = int(match[2]) if match else 0
            if match and found > number:
                kept.append((match[1] + str(found - 1).encode()).ljust(8) + one[8:])
            elif found != number:
                kept.append(one)
        return Header(b"".join(kept)).replaced("TFIELDS", self.integer("TFIELDS") - 1)

    def extended(self, cards: bytes) -> "Header":
        """The header with these cards after its own."""
        return Header(self.text + cards)

    def block(self) -> bytes:
        """The bytes of the header in a file: cards, END, and blanks up to whole blocks."""
        text = self.text + END
        return text + b" " * (-len(text) % BLOCK)

    def _cards(self) -> Iterator[bytes]:
        return (self.text[place : place + CARD] for place in range(0, len(self.text), CARD))

    def _place(self, keyword: str) -> int | None:
        if len(keyword) <= 8:
            return self._places.get(keyword.encode().ljust(8))
        wanted = keyword.encode()
        place = self.text.find(wanted)
        while place >= 0 and (place % CARD or self.text[place + len(wanted) : place + CARD].lstrip()[:1] != b"="):
            place = self.text.find(wanted, place + 1)
        return place if place >= 0 else None

    def _end(self, place: int) -> int:
        """Where the card at a place ends, with the cards that continue it."""
        place += CARD
        while self.text[place : place + 8] == CONTINUE:
            place += CARD
        return place


def card(keyword: str, value: Value, comment: str = "") -> bytes:
    """One card, with the comment as far as it fits; text that is too long is cut, and characters beyond ASCII are ?.

    A keyword of more than eight characters begins with `HIERARCH`.
    """
    key = f"{keyword:8}= " if len(keyword) <= 8 else f"{keyword} = "
    if isinstance(value, str):
        room = CARD - len(key) - 2
        text = re.sub("[^ -~]", "?", value).replace("'", "''")[:room]
        text = text[:-1] if len(text) - len(text.rstrip("'")) & 1 else text
        literal = f"'{text:8}'"
    else:
        literal = f"{_literal(value):>20}"
    line = key + (f"{literal:20}" if comment else literal)
    return (f"{line} / {comment}" if comment and len(line) + 4 <= CARD else line)[:CARD].ljust(CARD).encode()


def history(text: str) -> bytes:
    """HISTORY cards of a text, 72 characters each; characters beyond ASCII are ?."""
    plain = re.sub("[^ -~]", "?", text)
    lines = [plain[place : place + 72] for place in range(0, len(plain), 72)]
    return b"".join(f"HISTORY {line}".ljust(CARD).encode() for line in lines)


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    return repr(value).upper() if isinstance(value, float) else str(value)


def _comment(old: bytes) -> str:
    """Comment of a card, behind the slash after its value."""
    rest = STRING.sub(b"", old[10:], count=1)
    return rest.partition(b"/")[2].strip().decode("ascii", "replace")


def _value(text: bytes, place: int, keyword: str) -> Value | None:
    line = text[place : place + CARD]
    literal = line.partition(b"=")[2].lstrip() if len(keyword) > 8 else line[10:].lstrip()
    if literal[:1] == b"'":
        return _string(text, place, literal)
    if len(keyword) <= 8 and line[8:10] != b"= ":
        return None
    literal = literal.partition(b"/")[0].strip()
    if literal in (b"T", b"F", b""):
        return literal == b"T" if literal else None
    try:
        return int(literal)
    except ValueError:
        pass
    try:
        return float(literal.replace(b"D", b"E"))
    except ValueError:
        message = f"{keyword} has a value that cannot be read: {literal[:30].decode('ascii', 'replace')!r}"
        raise Malformed(message) from None


def _string(text: bytes, place: int, literal: bytes) -> str:
    """Text between quotes, with that of the CONTINUE cards after it (section 4.2.1.2)."""
    end = literal.find(b"'", 1)
    if end > 0 and literal[end + 1 : end + 2] != b"'" and literal[end - 1] != CONTINUED:  # as nearly all are
        return literal[1:end].rstrip().decode("latin-1")
    match = STRING.match(literal)
    value = (match[1] if match else literal[1:]).replace(b"''", b"'").rstrip()
    while value.endswith(b"&") and text[place + CARD : place + CARD + 8] == CONTINUE:
        place += CARD
        match = STRING.match(text[place + 10 : place + CARD])
        value = value[:-1] + (match[1].replace(b"''", b"'").rstrip() if match else b"")
    return value.decode("latin-1")
