"""Which part of a file is wanted, and which rows of a table of measurements are in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import asin, cos, degrees, isfinite, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from oifits.described import Array, Target, Wavelengths
from oifits.measurements import Measurements
from oifits.names import instrument_name

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Interval = tuple[float, float]
"""From the first to the second, both included; either may be infinite."""
Circle = tuple[float, float, float]
"""Right ascension, declination and radius, degrees (ICRS)."""
STATIONS = 1 << 20
"""More than STA_INDEX has values, which are of 16 bits."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions on what is wanted: of each kind one is to be met, and all kinds; of an empty kind anything is.

    Parameters
    ----------
    targets
        Names of OI_TARGET, whatever their case, blanks and underscores.
    insnames
        INSNAMEs, or instruments, as GRAVITY of GRAVITY_SC and GRAVITY_FT.
    bands
        Wavelengths in metres: a channel is wanted whose band meets one.
    times
        MJD in UTC days: an exposure is wanted whose middle is in one; INT_TIME, often wrong, does not count.
    lengths
        Projected baselines in metres: a triangle is wanted with all its sides in one of these, a flux if
        anything else is.
    baselines
        Pairs of station names; a triangle is wanted with all its sides among these, a flux with its telescope.
    circles
        Places of targets.
    """

    targets: tuple[str, ...] = ()
    insnames: tuple[str, ...] = ()
    bands: tuple[Interval, ...] = ()
    times: tuple[Interval, ...] = ()
    lengths: tuple[Interval, ...] = ()
    baselines: tuple[tuple[str, str], ...] = ()
    circles: tuple[Circle, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it has no condition."""
        return not any(getattr(self, one.name) for one in fields(self))


def plain(name: str) -> str:
    """A name as it is compared: without blanks, underscores and differences of case.

    >>> plain("HD 45677") == plain("hd_45677")
    True
    """
    return "".join(name.replace("_", " ").split()).casefold()


def wanted_targets(selection: Selection, targets: Iterable[Target]) -> frozenset[int] | None:
    """TARGET_ID of the targets that are wanted; None for any."""
    if not selection.targets and not selection.circles:
        return None
    names = set(map(plain, selection.targets))
    return frozenset(
        target.number
        for target in targets
        if (not names or plain(target.name) in names)
        and (not selection.circles or any(_inside(target, *circle) for circle in selection.circles))
    )


def _inside(target: Target, ra: float, dec: float, radius: float) -> bool:
    """Whether a target is in a circle; one without a place is in none."""
    if not (isfinite(target.ra) and isfinite(target.dec)):
        return False
    across, up = radians(target.ra - ra) / 2, radians(target.dec - dec) / 2
    half = sin(up) ** 2 + cos(radians(target.dec)) * cos(radians(dec)) * sin(across) ** 2
    return degrees(2 * asin(min(1.0, sqrt(max(0.0, half))))) <= radius


def wanted_insname(selection: Selection, insname: str, instrume: str) -> bool:
    """Whether an INSNAME is wanted; `instrume` is INSTRUME of the primary header."""
    names = {insname.casefold(), instrument_name(instrume, insname).casefold()}
    return not selection.insnames or any(name.casefold() in names for name in selection.insnames)


def wanted_channels(selection: Selection, wavelengths: Wavelengths | None) -> Ints | None:
    """Numbers of the channels that are wanted, from 0; None for all."""
    if not selection.bands or wavelengths is None:
        return None
    low, high = wavelengths.edges
    chosen = np.zeros(len(low), bool)
    for first, last in selection.bands:
        chosen |= (high >= first) & (low <= last)
    return None if chosen.all() else np.flatnonzero(chosen)


def chosen_rows(selection: Selection, read: Measurements, targets: frozenset[int] | None, array: Array | None) -> Bools:
    """Which rows of a table are wanted.

    Parameters
    ----------
    selection
        The conditions.
    read
        The rows.
    targets
        TARGET_ID as `wanted_targets` finds them.
    array
        The array of the table, whose stations baselines are named by; None where it is unknown, which none then meet.
    """
    chosen = np.ones(len(read.target), bool)
    if targets is not None:
        chosen &= np.isin(read.target, list(targets))
    if selection.times:
        chosen &= _within(read.middle, selection.times)
    if selection.lengths:
        chosen &= np.all(_within(read.lengths, selection.lengths), axis=1)
    if selection.baselines and read.stations.shape[1]:
        chosen &= _on_baselines(selection.baselines, read, array)
    return chosen


def _within(values: Floats, intervals: Sequence[Interval]) -> Bools:
    inside = np.zeros(values.shape, bool)
    for first, last in intervals:
        inside |= (values >= first) & (values <= last)
    return inside


def _on_baselines(names: Sequence[tuple[str, str]], read: Measurements, array: Array | None) -> Bools:
    """Which rows are on pairs of stations of these names alone; those of one station, on an end of such a pair."""
    numbers: dict[str, list[int]] = {}
    for number, name in (array.stations if array else {}).items():
        numbers.setdefault(name.casefold(), []).append(number)
    pairs = [
        (one, other)
        for first, second in names
        for one in numbers.get(first.casefold(), ())
        for other in numbers.get(second.casefold(), ())
    ]
    if not read.pairs:
        return np.isin(read.stations[:, 0], [number for pair in pairs for number in pair])
    codes = [min(pair) * STATIONS + max(pair) for pair in pairs]
    sides = [np.minimum(one, other) * STATIONS + np.maximum(one, other) for one, other in read.pairs]
    chosen = np.ones(len(read.target), bool)
    for side in sides:
        chosen &= np.isin(side, codes)
    return chosen
