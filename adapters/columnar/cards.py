"""Header cards of FITS (Standard 4.0 section 4), 80 characters each; long texts go on in CONTINUE cards."""

import re
from collections.abc import Iterable, Iterator

CARD, BLOCK = 80, 2880
TEXT = 67
"""Characters of a text in one card, quotes doubled, with room for the sign that it goes on."""
NOT_FITS = re.compile("[^ -~]")
Value = str | int | bool


def header(cards: Iterable[tuple[str, Value]]) -> bytes:
    """Cards and END, filled up to whole blocks; texts that are empty are left out."""
    told = "".join(card for key, value in cards if value != "" for card in _cards(key, value))
    return filled((told + "END".ljust(CARD)).encode(), b" ")


def filled(data: bytes, filler: bytes = b"\0") -> bytes:
    """Data filled up to whole blocks."""
    return data + padding(len(data), filler)


def padding(size: int, filler: bytes = b"\0") -> bytes:
    """What fills up so many bytes to whole blocks."""
    return filler * (-size % BLOCK)


def _cards(key: str, value: Value) -> Iterator[str]:
    if isinstance(value, str):
        first, *more = _pieces(NOT_FITS.sub("?", value).replace("'", "''"))
        yield f"{key:8}= '{first:8}'".ljust(CARD)
        yield from (f"CONTINUE  '{piece}'".ljust(CARD) for piece in more)
    else:
        told = ("T" if value else "F") if isinstance(value, bool) else str(value)
        yield f"{key:8}= {told:>20}".ljust(CARD)


def _pieces(text: str) -> Iterator[str]:
    while len(text) > TEXT + 1:
        end = TEXT - text[:TEXT].count("'") % 2  # never between the two that stand for one
        yield text[:end] + "&"
        text = text[end:]
    yield text
