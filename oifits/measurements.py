"""What is known of the rows of a table of measurements, beside the measurements: target, time, stations, uv, flags."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oifits.blocks import Bytes, cells, integers, numbers
from oifits.hdus import Hdu
from oifits.times import corrected_middle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
VIS, VIS2, T3, FLUX = KINDS = ("OI_VIS", "OI_VIS2", "OI_T3", "OI_FLUX")
"""Tables of measurements (OIFITS 2, section 6)."""
FLAGGED = ord("T")
"""Byte of FLAG that says not to use a point; F and 0 are others."""
SIDES = {
    VIS: (("UCOORD", "VCOORD"),),
    VIS2: (("UCOORD", "VCOORD"),),
    T3: (("U1COORD", "V1COORD"), ("U2COORD", "V2COORD")),
}
"""Columns of spatial coordinates; the third side of a triangle is the sum of the two others."""


@dataclass(frozen=True, eq=False, slots=True)
class Measurements:
    """Rows of one table, in its order; those of OI_T3 have three sides, those of OI_FLUX none.

    Parameters
    ----------
    target
        TARGET_ID.
    mjd, time
        MJD in days and TIME in seconds, as the file says them; NaN where it does not.
    middle
        Middle of the exposure, MJD in UTC days, as `oifits.times.corrected_middle` finds it.
    duration
        INT_TIME, seconds; NaN where the table has none.
    stations
        STA_INDEX, of shape (rows, stations).
    u, v
        East and north, metres, of shape (rows, sides).
    points, good
        How many points a row has, and how many of these are not flagged.
    """

    target: Ints
    mjd: Floats
    time: Floats
    middle: Floats
    duration: Floats
    stations: Ints
    u: Floats
    v: Floats
    points: Ints
    good: Ints

    @property
    def lengths(self) -> Floats:
        """Length of each side, metres; NaN where u and v are both 0, as pipelines leave them for what they lost."""
        length = np.hypot(self.u, self.v)
        length[length == 0] = np.nan
        return length

    @property
    def pairs(self) -> tuple[tuple[Ints, Ints], ...]:
        """STA_INDEX of both ends of each side, in the order of `u` and `v`."""
        ends = self.stations.T
        sides = {2: ((0, 1),), 3: ((0, 1), (1, 2), (0, 2))}.get(len(ends), ())
        return tuple((ends[first], ends[second]) for first, second in sides)


def measurements(block: Bytes, hdu: Hdu) -> Measurements:
    """Read the rows of a block of a table of `KINDS`.

    Raises
    ------
    Malformed
        TARGET_ID is missing, or a column has another type than the standard's.
    Unsupported
        A column is scaled.
    """
    u, v = _coordinates(block, hdu)
    mjd, time = numbers(block, hdu, "MJD")[:, 0], numbers(block, hdu, "TIME")[:, 0]
    points, good = _points(block, hdu)
    return Measurements(
        target=integers(block, hdu, "TARGET_ID")[:, 0],
        mjd=mjd,
        time=time,
        middle=corrected_middle(mjd, time, hdu.header.string("DATE-OBS")),
        duration=numbers(block, hdu, "INT_TIME")[:, 0],
        stations=integers(block, hdu, "STA_INDEX") if hdu.column("STA_INDEX") else np.zeros((len(block), 0), np.int64),
        u=u, v=v, points=points, good=good,
    )  # fmt: skip


def _coordinates(block: Bytes, hdu: Hdu) -> tuple[Floats, Floats]:
    sides = SIDES.get(hdu.name, ())
    u = [numbers(block, hdu, name)[:, 0] for name, _ in sides]
    v = [numbers(block, hdu, name)[:, 0] for _, name in sides]
    if len(sides) == 2:
        u, v = [*u, u[0] + u[1]], [*v, v[0] + v[1]]
    if not sides:
        return np.zeros((len(block), 0)), np.zeros((len(block), 0))
    return np.stack(u, axis=1), np.stack(v, axis=1)


def _points(block: Bytes, hdu: Hdu) -> tuple[Ints, Ints]:
    flag = hdu.column("FLAG")
    if flag is None or flag.letter != "L":
        ones = np.ones(len(block), np.int64)
        return ones, ones
    good = np.count_nonzero(cells(block, flag).view(np.uint8) != FLAGGED, axis=1)
    return np.full(len(block), flag.repeat, np.int64), good.astype(np.int64)


def joined(parts: list[Measurements]) -> Measurements:
    """Rows of the blocks of one table, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Measurements(*(np.concatenate([getattr(part, name) for part in parts]) for name in Measurements.__slots__))
