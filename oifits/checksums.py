"""CHECKSUM and DATASUM of a unit (FITS Standard 4.0, section 4.4.2.7 and appendix J)."""

from collections.abc import Iterable

import numpy as np

from oifits.cards import Header

MASK = 0xFFFFFFFF
PUNCTUATION = frozenset((*range(0x3A, 0x41), *range(0x5B, 0x61)))
"""Between the digits and letters of ASCII, which are all that CHECKSUM has."""
NOTHING = "0" * 16


def summed(header: Header, data: Iterable[bytes]) -> Header:
    """The header with both keywords as they are to be with these data, which are read once."""
    datasum = ones_complement(data)
    header = header.replaced("DATASUM", str(datasum)).replaced("CHECKSUM", NOTHING)
    total = _folded(datasum + ones_complement([header.block()]))
    return header.replaced("CHECKSUM", encoded(~total & MASK))


def ones_complement(data: Iterable[bytes]) -> int:
    """Sum of bytes as words of 32 bits, with what is carried added at the end; zeros fill the last block."""
    total, rest = 0, b""
    for piece in data:
        piece = rest + piece  # noqa: PLW2901 - words go across pieces
        whole = len(piece) // 4 * 4
        total += int(np.frombuffer(piece[:whole], ">u4").sum(dtype=np.uint64)) if whole else 0
        rest = piece[whole:]
    return _folded(total + int.from_bytes(rest.ljust(4, b"\0"), "big"))


def _folded(total: int) -> int:
    while total > MASK:
        total = (total & MASK) + (total >> 32)
    return total


def encoded(value: int) -> str:
    """A word of 32 bits as 16 letters and digits, which add up to it, shifted to where the card has them."""
    text = bytearray(16)
    for place in range(4):
        byte = value >> (24 - 8 * place) & 0xFF
        four = [byte // 4 + 48] * 4
        four[0] += byte % 4
        while PUNCTUATION.intersection(four):
            for one in (0, 2):
                if PUNCTUATION.intersection(four[one : one + 2]):
                    four[one] += 1
                    four[one + 1] -= 1
        for row in range(4):
            text[4 * row + place] = four[row]
    return (text[-1:] + text[:-1]).decode()
