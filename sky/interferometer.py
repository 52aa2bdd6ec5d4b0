"""An interferometer as its delay lines see it: stations with the optical paths behind them.

Lengths and positions are ASPRO2's (aspro-conf), whose rule is written here afresh: the projected baseline of two
stations, the first minus the second, has to be within what their delay lines make up for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from sky.healpix import Floats
from sky.intervals import Bools
from sky.site import Site

Horizon = tuple[tuple[float, float], ...]
"""Azimuth (north 0, east 90, from 0 to 360) and lowest elevation, degrees, with straight lines between; () for none."""
HourAngles = tuple[float, float]
"""A first and a last one, hours."""
AZIMUTHS = np.arange(3601) / 10
"""Degrees: ASPRO2 rounds azimuths to a tenth."""


@dataclass(frozen=True)
class Beam:
    """A station, with its optical path to the instrument.

    Parameters
    ----------
    station
        Name of the station.
    position
        From the array's reference, m: X to the meridian and Y to the east in the plane of the equator, Z to the pole.
    length
        Fixed part of the optical path, m: that of the switchyard and the offset of the delay line.
    throw
        Optical path that the delay line can add, m.
    pops
        Lengths of the Pipes of Pan that can be put in, m; one of 0 where there are none.
    horizon
        What is in the way of the telescope.
    """

    station: str
    position: tuple[float, float, float]
    length: float
    throw: float
    pops: tuple[float, ...] = (0.0,)
    horizon: Horizon = ()


@dataclass(frozen=True)
class Reach:
    """What the delay lines of two stations make up for.

    The projected baseline is w = cos δ · across · cos(h + phase) + sin δ · along, in m, of a star at hour angle h and
    declination δ, with the phase in radians. It must be from `lowest` to `highest`.
    """

    across: float
    phase: float
    along: float
    lowest: float
    highest: float

    def holds(self, hour_angle: Floats, dec: Floats) -> Bools:
        """Whether they do at hour angles, for declinations, both in radians."""
        baseline = np.cos(dec) * self.across * np.cos(hour_angle + self.phase) + np.sin(dec) * self.along
        return np.asarray((baseline >= self.lowest) & (baseline <= self.highest))

    def breaks(self, dec: Floats) -> Floats:
        """Hour angles, radians, at which that changes: four for each declination; where it never does, any."""
        bounds = np.array([self.lowest, self.highest]) - np.sin(dec)[:, None] * self.along
        angle = np.arccos(np.clip(bounds / (np.cos(dec)[:, None] * self.across), -1, 1))
        return np.concatenate([angle - self.phase, -angle - self.phase], axis=1)


@dataclass(frozen=True)
class Array:
    """Some stations of an observatory in the order of an instrument's beams, and how its telescopes may point.

    Parameters
    ----------
    site
        The observatory.
    beams
        The stations.
    lowest, highest
        Elevations, degrees, between which telescopes may point.
    safe
        Elevation, degrees, above which they may, but should not.
    moon
        Distance to the Moon, degrees, within which no star can be tracked.
    hour_angles
        Hour angles, from -12 to 12 hours, between which stars are wanted (ASPRO2's `HAMin` and `HAMax`); None for all.
    bright_moon
        Lit part of the Moon's disk, 0 to 1, from which on it must be farther away, and how far, degrees.
    """

    site: Site
    beams: tuple[Beam, ...]
    lowest: float
    highest: float
    safe: float
    moon: float
    hour_angles: HourAngles | None = None
    bright_moon: tuple[float, float] = (1.0, 0.0)

    def moon_distances(self, lit: Floats) -> Floats:
        """Distance to the Moon, degrees, within which no star can be observed while so much of its disk is lit."""
        least, distance = self.bright_moon
        return np.where(lit >= least, max(self.moon, distance), self.moon)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Every two of its beams, by their places."""
        return tuple(combinations(range(len(self.beams)), 2))

    def reach(self, pair: tuple[int, int], pops: tuple[int, int]) -> Reach:
        """What the delay lines of two beams make up for, with Pipes of Pan given by their places in `Beam.pops`."""
        first, second = (self.beams[place] for place in pair)
        x, y, z = np.subtract(first.position, second.position)
        offset = first.length - second.length + first.pops[pops[0]] - second.pops[pops[1]]
        return Reach(
            float(np.hypot(x, y)), float(np.arctan2(y, x)), float(z), offset - second.throw, offset + first.throw
        )

    def reaches(self, pops: Sequence[int]) -> tuple[Reach, ...]:
        """What the delay lines of each pair of beams make up for."""
        return tuple(self.reach(pair, (pops[pair[0]], pops[pair[1]])) for pair in self.pairs)

    @cached_property
    def horizon(self) -> Floats:
        """Lowest elevation, radians, that all of its telescopes see at each azimuth of `AZIMUTHS`."""
        lines = [np.interp(AZIMUTHS, *np.transpose(beam.horizon)) for beam in self.beams if beam.horizon]
        return np.asarray(np.radians(np.max([np.zeros(len(AZIMUTHS)), *lines], axis=0)))
