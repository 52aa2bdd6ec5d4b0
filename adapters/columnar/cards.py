"""Header cards of FITS (Standard 4.0 section 4), 80 characters each; long strings continue in CONTINUE cards."""

import re
from collections.abc import Iterable, Iterator

CARD, BLOCK = 80, 2880
TEXT = 67
"""Characters of a string in one card, quotes doubled, leaving room for the `&` that says it continues."""
NOT_FITS = re.compile("[^ -~]")
"""Characters that FITS headers cannot hold."""
Value = str | int | bool
"""Value of a card."""


def header_block(cards: Iterable[tuple[str, Value]]) -> bytes:
    """Write cards and END, padded to whole blocks; cards whose text is empty are left out.

    `("TUNIT1", "mag")` becomes `TUNIT1  = 'mag     '` and 62 blanks.
    """
    text = "".join(card for key, value in cards if value != "" for card in _cards(key, value))
    return padded((text + "END".ljust(CARD)).encode(), b" ")


def padded(data: bytes, filler: bytes = b"\0") -> bytes:
    """Data, padded to whole blocks of 2880 bytes."""
    return data + padding(len(data), filler)


def padding(size: int, filler: bytes = b"\0") -> bytes:
    """The bytes that pad `size` bytes to whole blocks."""
    return filler * (-size % BLOCK)


def _cards(key: str, value: Value) -> Iterator[str]:
    if isinstance(value, str):
        first, *more = _pieces(NOT_FITS.sub("?", value).replace("'", "''"))
        yield f"{key:8}= '{first:8}'".ljust(CARD)
        yield from (f"CONTINUE  '{piece}'".ljust(CARD) for piece in more)
    else:
        literal = ("T" if value else "F") if isinstance(value, bool) else str(value)
        yield f"{key:8}= {literal:>20}".ljust(CARD)


def _pieces(text: str) -> Iterator[str]:
    while len(text) > TEXT + 1:
        end = TEXT - text[:TEXT].count("'") % 2  # never between the two that stand for one
        yield text[:end] + "&"
        text = text[end:]
    yield text
