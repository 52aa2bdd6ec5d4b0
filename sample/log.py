"""The observation log from which both the Obs Portal and OiDB's level 0 are made.

Made-up rows are recognised by their identifiers: observations and targets from MADE_UP on, programmes and exposures
that begin with `SAMPLE`, programmes `S01` to `S08`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sample.binary import Values
from sample.records import Ints

MADE_UP = 1_000_000
Columns = dict[str, Values]


@dataclass(frozen=True, eq=False)
class Log:
    """Columns named as in the Obs Portal, and which row of one refers to which row of another."""

    targets: Columns
    programs: Columns
    observations: Columns
    target: Ints
    """Row of each observation's target."""
    program: Ints
    """Row of each observation's programme."""
    exposures: Columns
    observation: Ints
    """Row of each exposure's observation."""
    baselines: Callable[[slice], list[str]]
    """Projected baselines of a slice of the exposures, as JSON."""

    def __len__(self) -> int:
        return len(self.observation)


def of_exposures(log: Log, name: str) -> Values:
    """A column of the observations, targets or programmes, repeated for every exposure."""
    if name in log.observations:
        return np.asarray(log.observations[name])[log.observation]
    if name in log.targets:
        return np.asarray(log.targets[name])[log.target[log.observation]]
    return np.asarray(log.programs[name])[log.program[log.observation]]


def instants(mjd: Sequence[float] | Values) -> Values:
    """Convert MJD to datetime64 in microseconds; NaN becomes NaT."""
    days = np.asarray(mjd, dtype=float)
    micro = np.where(np.isnan(days), 0, days * 86_400e6).round().astype("timedelta64[us]")
    times = np.datetime64("1858-11-17", "us") + micro
    times[np.isnan(days)] = np.datetime64("NaT")
    return times
