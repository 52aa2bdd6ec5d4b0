"""Maps of the sky as sets of nested HEALPix cells (MOC 2.0, REC-MOC-2.0, IVOA 2022): read, written, made of areas.

>>> moc = read("1/0 2/5-6,8")
>>> moc.order, moc.ranges
(2, ((0, 4), (5, 7), (8, 9)))
>>> moc.text
'1/0 2/5-6 8'
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sky import healpix
from sky.directions import unit_vectors
from sky.healpix import Ints

ORDERS = range(30)
_WORD = re.compile(r"(?:s?(\d{1,2})/)?(?:(\d{1,19})(?:-(\d{1,19}))?)?")
_BETWEEN = re.compile(r"[\s,]+")
DIVIDED = 500
"""Cells that the rim of a circle may cut, beyond which they are not divided to tell whether it does."""
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Moc:
    """A set of cells of one order, as sorted ranges of their numbers that do not touch: from, and up to but without."""

    order: int
    """The finest of the map, which says how precise it is."""
    ranges: Ranges

    @cached_property
    def text(self) -> str:
        """The map as ASCII (MOC 2.0 section 4.3.2), with cells as large as they can be."""
        parts: list[str] = []
        for order, cells in enumerate(self._compact()):
            if cells:
                listed = (f"{first}-{last}" if last > first else str(first) for first, last in cells)
                parts.append(f"{order}/{' '.join(listed)}")
        if not self.ranges or not parts[-1].startswith(f"{self.order}/"):
            parts.append(f"{self.order}/")
        return " ".join(parts)

    def coarser(self, order: int) -> "Moc":
        """The cells of a coarser order that hold some of it."""
        shift = 2 * (self.order - order)
        return Moc(order, _joined((first >> shift, (last - 1 >> shift) + 1) for first, last in self.ranges))

    def finer(self, order: int) -> "Moc":
        """The same area as cells of a finer order."""
        shift = 2 * (order - self.order)
        return Moc(order, tuple((first << shift, last << shift) for first, last in self.ranges))

    @property
    def count(self) -> int:
        """Number of cells of its order."""
        return sum(last - first for first, last in self.ranges)

    @property
    def cells(self) -> Ints:
        """The cells of its order, one by one."""
        return np.concatenate([np.empty(0, np.int64), *(np.arange(*ends, dtype=np.int64) for ends in self.ranges)])

    def holds(self, other: "Moc") -> bool:
        """Whether all of another map is in this one."""
        return not other.ranges or united([self, other]) == self.finer(max(self.order, other.order))

    def touches(self, other: "Moc") -> bool:
        """Whether they have a cell in common."""
        order = max(self.order, other.order)
        one, two = self.finer(order), other.finer(order)
        return one.count + two.count > united([one, two]).count

    def _compact(self) -> Sequence[list[tuple[int, int]]]:
        """First and last cells of ranges by order, each cell as large as it can be."""
        by_order: list[list[tuple[int, int]]] = [[] for _ in range(self.order + 1)]
        rest = self.ranges
        for order in range(self.order, -1, -1):
            coarse: list[tuple[int, int]] = []
            for first, last in rest:
                inner = (first + 3 >> 2, last >> 2) if order else (last, last)
                if inner[0] >= inner[1]:
                    by_order[order].append((first, last - 1))
                    continue
                if first < inner[0] << 2:
                    by_order[order].append((first, (inner[0] << 2) - 1))
                if inner[1] << 2 < last:
                    by_order[order].append((inner[1] << 2, last - 1))
                coarse.append(inner)
            rest = tuple(coarse)
        return by_order


def read(text: str) -> Moc:
    """Read a map of the sky in ASCII; raises `ValueError`, which says what is wrong, where it is none."""
    order, finest = -1, -1
    found: list[tuple[int, int, int]] = []
    for word in filter(None, _BETWEEN.split(text.strip())):
        parts = _WORD.fullmatch(word)
        if parts is None:
            message = f"{word[:40]!r} is no cell: a map is written as '4/13 17-18 8/3002'"
            raise ValueError(message)
        order = order if parts[1] is None else int(parts[1])
        if order not in ORDERS:
            message = (
                f"{word[:40]!r} has no order from 0 to {ORDERS.stop - 1} before it: a map is written as '4/13 17-18'"
            )
            raise ValueError(message)
        finest = max(finest, order)
        if parts[2] is None:
            continue
        first, last = int(parts[2]), int(parts[3] or parts[2])
        if not first <= last < 12 << 2 * order:
            message = f"{word[:40]!r}: cells of order {order} are 0 to {(12 << 2 * order) - 1}, the first one first"
            raise ValueError(message)
        found.append((order, first, last + 1))
    if finest < 0:
        message = "there is nothing in it: a map is written as '4/13 17-18 8/3002'"
        raise ValueError(message)
    shifted = ((first << 2 * (finest - at), last << 2 * (finest - at)) for at, first, last in found)
    return Moc(finest, _joined(shifted))


def united(maps: Sequence[Moc]) -> Moc:
    """What is in one of some maps, of the finest of their orders."""
    order = max(one.order for one in maps)
    return Moc(order, _joined(ends for one in maps for ends in one.finer(order).ranges))


def of_circle(order: int, ra: float, dec: float, radius: float) -> Moc:
    """The cells that a circle (ICRS degrees) touches; near its edge there may be one that it does not.

    Cells are divided where the rim may cut them, by the distance of their centres: cdshealpix 0.9 does so too, and
    leaves out parts of one circle in some thousand and of all that are wider than 138°.
    """
    half, cells, parts = math.radians(radius), np.arange(12), []
    centre = unit_vectors(*np.radians((ra, dec)))
    for at in ORDERS:
        chord = np.linalg.norm(unit_vectors(*np.radians(healpix.cell_centres(at, cells))) - centre, axis=1)
        away, reach = 2 * np.arcsin(np.minimum(chord / 2, 1)), healpix.largest_corner_distance(at)
        inside, cut = away <= half - reach, np.abs(away - half) <= reach
        enough = at >= order and (at == ORDERS.stop - 1 or np.count_nonzero(cut) > DIVIDED)
        parts.append(_of_cells(at, cells[inside | cut if enough else inside]))
        if enough:
            break
        cells = (4 * cells[cut & ~inside][:, None] + np.arange(4)).ravel()
    return united(parts).coarser(order)


def of_polygon(order: int, corners: Sequence[tuple[float, float]]) -> Moc:
    """The cells that a polygon touches, of corners in ICRS degrees joined by great circles; less than half the sky."""
    lon, lat = (np.radians(np.array(axis, np.float64)) for axis in zip(*corners, strict=True))
    cells, _, _ = healpix.LIBRARY.polygon_search(order, lon % (2 * np.pi), lat, True)
    return _of_cells(order, cells.astype(np.int64))


def of_place(order: int, ra: float, dec: float) -> Moc:
    """The cell of a place, ICRS degrees."""
    return _of_cells(order, healpix.cell_of(order, np.array([ra]), np.array([dec])))


def cones(moc: Moc, most: int) -> list[tuple[float, float, float]]:
    """Cones (right ascension, declination, radius, degrees) that hold all of a map together: 12 at most, or `most`.

    Each is around a cell, of the finest order of which there are few enough.
    """
    while moc.order and moc.count > most:
        moc = moc.coarser(moc.order - 1)
    radius = float(np.degrees(healpix.largest_corner_distance(moc.order)))
    ra, dec = healpix.cell_centres(moc.order, moc.cells)
    return [(*place, radius) for place in zip(ra.tolist(), dec.tolist(), strict=True)]


def _of_cells(order: int, cells: Ints) -> Moc:
    numbers = np.unique(cells)
    breaks = np.nonzero(np.diff(numbers) > 1)[0] + 1
    runs = np.split(numbers, breaks) if len(numbers) else []
    return Moc(order, tuple((int(run[0]), int(run[-1]) + 1) for run in runs))


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    return tuple(_merged(sorted(ranges)))


def _merged(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = -1, -1
    for first, last in ranges:
        if first > end:
            if start >= 0:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if start >= 0:
        yield start, end
