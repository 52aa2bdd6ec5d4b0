"""The observation log that the Obs Portal and OiDB's level 0 both come from.

Made-up rows are known by their identifiers: observations and targets from MADE_UP on, programmes and exposures that
begin with `SAMPLE`, programmes `S01` to `S08`.
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
    """Columns named as in the Obs Portal, and from which row to which they point."""

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
    """Projected baselines of some exposures, as JSON."""

    def __len__(self) -> int:
        return len(self.observation)


def of_exposures(log: Log, name: str) -> Values:
    """Look up a column of the observations, targets or programmes for every exposure."""
    if name in log.observations:
        return np.asarray(log.observations[name])[log.observation]
    if name in log.targets:
        return np.asarray(log.targets[name])[log.target[log.observation]]
    return np.asarray(log.programs[name])[log.program[log.observation]]


def instants(mjd: Sequence[float] | Values) -> Values:
    """Convert MJD to datetime64 in microseconds; NaN becomes NaT."""
    days = np.asarray(mjd, dtype=float)
    micro = np.where(np.isnan(days), 0, days * 86_400e6).round().astype("timedelta64[us]")
    found = np.datetime64("1858-11-17", "us") + micro
    found[np.isnan(days)] = np.datetime64("NaT")
    return found
