"""Orientation of the Earth: UT1 − UTC and the pole, from IERS Bulletin A as the package astropy-iers-data brings it.

The file is read here, by its columns: astropy's reader wants 0.7 s and 90 MB of the process, and refuses predictions
that are more than 30 days old, which those of every night to plan are sooner or later.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import astropy_iers_data
import numpy as np

from sky.healpix import Floats

COLUMNS = {"mjd": (7, 15), "pole_x": (18, 27), "pole_y": (37, 46), "ut1": (58, 68)}
"""First and last character of each value in a line of finals2000A.all (its readme.finals2000A), from 0."""
OBSERVED, PREDICTED = "I", "P"
FLAG = 57
"""Character that says of UT1 − UTC whether it was observed or predicted."""


class Orientation(NamedTuple):
    """Orientation of the Earth on one day."""

    ut1: float
    """UT1 − UTC, s."""
    pole_x: float
    """Coordinates of the pole, arcsec."""
    pole_y: float


@dataclass(frozen=True, eq=False, slots=True)
class OrientationTable:
    """What is known of the Earth's orientation, a row a day."""

    mjd: Floats
    values: Floats
    """Shape (days, 3): the values of `Orientation`."""
    last_observed: int
    """MJD of the last day that was observed; those after it are predicted."""

    @property
    def last(self) -> int:
        """MJD of the last day that is predicted."""
        return int(self.mjd[-1])

    def at(self, mjd: float) -> Orientation:
        """The values of a day, UTC; those of the nearest day that the table has before its first and after its last.

        UT1 changes by 2 ms a day, 0.03″ on the sky: nothing is interpolated, least of all across a leap second.
        """
        day = int(np.clip(np.searchsorted(self.mjd, mjd, side="right") - 1, 0, len(self.mjd) - 1))
        return Orientation(*self.values[day].tolist())


@cache
def orientation_table() -> OrientationTable:
    """The table of the installed package; read once."""
    lines = Path(astropy_iers_data.IERS_A_FILE).read_text(encoding="ascii").splitlines()
    known = [line for line in lines if line[FLAG : FLAG + 1] in (OBSERVED, PREDICTED)]
    days, *values = (np.array([float(line[first:last]) for line in known]) for first, last in COLUMNS.values())
    pole_x, pole_y, ut1 = values
    observed = sum(line[FLAG] == OBSERVED for line in known)
    return OrientationTable(days, np.stack([ut1, pole_x, pole_y], axis=1), int(days[observed - 1]))
