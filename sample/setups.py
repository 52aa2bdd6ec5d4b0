"""Interferometers, their instruments and modes, and the set-ups that made-up observations use."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from sample.records import Floats, number, rows

TITLES = {
    "VLTI": "Very Large Telescope Interferometer, Cerro Paranal",
    "CHARA": "Center for High Angular Resolution Astronomy array, Mount Wilson",
}


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of an instrument; wavelengths in metres."""

    mode_id: int
    interferometer: str
    instrument: str
    name: str
    em_min: float
    em_max: float
    em_res_power: float
    channels: float


@dataclass(frozen=True, slots=True)
class Setup:
    """A mode with stations, and when and how often the sample uses it."""

    mode: Mode
    submode: str
    stations: tuple[str, ...]
    prefix: str
    """What names of files begin with."""
    first: float
    last: float
    """Period of use, MJD."""
    exposure: float
    """Length of an exposure, seconds."""
    weight: float


@cache
def modes() -> tuple[Mode, ...]:
    """List every mode, numbered from 1 in the order of `modes.csv`."""
    return tuple(
        Mode(
            place, row["interferometer"], row["instrument"], row["mode"],
            *(number(row[name]) for name in ("em_min", "em_max", "em_res_power", "nb_channels")),
        )
        for place, row in enumerate(rows("modes"), 1)
    )  # fmt: skip


def mode(instrument: str, name: str) -> Mode:
    """Find a mode by its instrument and its name."""
    return next(one for one in modes() if (one.instrument, one.name) == (instrument, name))


@cache
def setups() -> tuple[Setup, ...]:
    """List the set-ups of made-up observations; SPICA's, the last, is left to SPICA-DB's runs."""
    return tuple(
        Setup(
            mode(row["instrument"], row["mode"]), row["submode"], tuple(row["stations"].split()), row["prefix"],
            *(float(row[name]) for name in ("mjd_first", "mjd_last", "exposure_s", "weight")),
        )
        for row in rows("setups")
    )  # fmt: skip


def chances(interferometer: str) -> Floats:
    """Probability of each set-up at an interferometer; 0 for those of the other."""
    weights = np.array([one.weight if one.mode.interferometer == interferometer else 0.0 for one in setups()])
    return np.asarray(weights / weights.sum())
