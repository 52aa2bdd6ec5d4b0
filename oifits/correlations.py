"""OI_CORR after a cut: elements that are left numbered anew, in the matrix and in the rows that point into it.

Worked example: a row of 4 channels has CORRINDX 1, of which channels 2 and 3 are left: they become elements 1 and 2,
and CORRINDX stays 1; the pair (2, 3) becomes (1, 2), and pairs with 1 or 4 are gone. Unchanged, channel 2 would have
what channel 1 is correlated with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oifits.blocks import Bools, blocks, integers
from oifits.errors import Malformed
from oifits.hdus import Column, Hdu
from oifits.measurements import KINDS
from oifits.parts import CORR, Kept
from oifits.source import Source

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
PREFIX = "CORRINDX"
POINT = 8
"""Bytes that a point has at least, with its error."""


@dataclass(frozen=True, eq=False, slots=True)
class Correlation:
    """How the elements of a matrix are numbered.

    Parameters
    ----------
    numbers
        New number of each element by its old one, from 1; 0 for those that are lost, and at 0.
    pairs
        Which rows of OI_CORR are left; None for all.
    """

    numbers: Numbers
    pairs: Bools | None

    @property
    def size(self) -> int:
        """NDATA: elements that are left."""
        return int(self.numbers.max(initial=0))

    def number(self, old: Ints) -> Ints:
        """New numbers of elements."""
        return self.numbers[old].astype(np.int64)

    def pointing(self, channels: Ints | None) -> "PointingTo":
        """How CORRINDX is to be changed in rows that keep these channels."""
        return PointingTo(self.numbers, 0 if channels is None else int(channels[0]))


@dataclass(frozen=True, eq=False, slots=True)
class PointingTo:
    """From an old CORRINDX to the new one: the number of the first element that is left of the row."""

    numbers: Numbers
    first: int

    def __call__(self, old: Ints) -> Ints:
        """Return the new ones; 0 stays, which points nowhere."""
        return np.where(old > 0, self.numbers[np.where(old > 0, old + self.first, 0)], 0)


def pointers(hdu: Hdu) -> list[Column]:
    """Columns of a table of measurements that point into a matrix."""
    return [column for column in hdu.columns if column.name.startswith(PREFIX)]


def correlations(source: Source, kept: Sequence[Kept]) -> dict[str, Correlation | None]:
    """The matrices of a part of a file by CORRNAME; None for one of which no pair is left.

    Raises
    ------
    Malformed
        A row points past NDATA, or NDATA is more than the file has points.
    """
    return {
        one.hdu.header.string("CORRNAME"): _correlation(source, one.hdu, kept) for one in kept if one.hdu.name == CORR
    }


def _correlation(source: Source, hdu: Hdu, kept: Sequence[Kept]) -> Correlation | None:
    name, size = hdu.header.string("CORRNAME"), hdu.header.integer("NDATA")
    if size > source.size // POINT:
        message = f"OI_CORR: NDATA is {size}, more than a file of {source.size} bytes can have"
        raise Malformed(message)
    left = np.zeros(size + 1, bool)
    for one in kept:
        if one.hdu.name in KINDS and one.hdu.header.string("CORRNAME") == name:
            _mark(source, one, left)
    numbers = np.where(left, np.cumsum(left, dtype=np.int32), np.int32(0))
    pairs = np.concatenate([
        np.all([left[_inside(integers(block, hdu, column)[:, 0], size, hdu)] for column in ("IINDX", "JINDX")], axis=0)
        for _, block in blocks(source, hdu)
    ] or [np.zeros(0, bool)])  # fmt: skip
    return Correlation(numbers, None if pairs.all() else pairs) if pairs.any() else None


def _mark(source: Source, kept: Kept, left: Bools) -> None:
    """Mark the elements of the rows and channels that are kept."""
    hdu = kept.hdu
    for column in pointers(hdu):
        for begin in _begins(source, kept, column):
            channels = kept.channels if kept.channels is not None else np.arange(_count(hdu, column))
            left[_inside(begin[:, None] + channels, len(left) - 1, hdu)] = True


def _count(hdu: Hdu, column: Column) -> int:
    """Channels of what a column points from, as CORRINDX_VIS2DATA from VIS2DATA."""
    values = hdu.column(column.name.removeprefix(PREFIX).lstrip("_")) or hdu.column("FLAG")
    return values.repeat if values else 1


def _begins(source: Source, kept: Kept, column: Column) -> Iterator[Ints]:
    """CORRINDX of the rows that are kept and point somewhere, block by block."""
    for first, block in blocks(source, kept.hdu):
        chosen = block if kept.rows is None else block[kept.rows[first : first + len(block)]]
        if len(chosen):
            begin = integers(chosen, kept.hdu, column.name)[:, 0]
            yield begin[begin > 0]


def _inside(elements: Ints, size: int, hdu: Hdu) -> Ints:
    if elements.size and (elements.min() < 1 or elements.max() > size):
        message = f"{hdu.name} points to element {int(elements.max())} of a correlation matrix of {size} (NDATA)"
        raise Malformed(message)
    return elements
