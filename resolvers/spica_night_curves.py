"""Altitudes of a night as its plots show them: of a target, of the Sun and of the Moon, at the same instants."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from planning.errors import BadInput
from resolvers.spica_night_rows import to_datetime
from resolvers.spica_survey import Row
from sky.curves import altitudes, grid
from sky.night import Night

MINUTES = range(1, 61)
"""From one altitude to the next."""
DIGITS = 3
"""Of an altitude, degrees: 4″."""


@dataclass(frozen=True, slots=True)
class Course:
    """The way of a target over the sky, by its place (CIRS of the night, radians)."""

    night: Night
    ra: float
    dec: float

    def altitudes(self, every: int) -> list[float]:
        """Altitudes, degrees, every so many minutes; raises `BadInput` for too few or too many."""
        return _degrees(altitudes(self.night, (self.ra, self.dec), _checked(every)))


def bodies(night: Night, every: int) -> Row:
    """The fields of `SpicaNightGrid`; raises `BadInput` as `Course.altitudes`."""
    instants = grid(night, _checked(every))
    moving = {"sun": night.ephemeris.sun, "moon": night.ephemeris.moon}
    seen = {name: _degrees(np.degrees(body(instants).altitudes)) for name, body in moving.items()}
    return {"start": to_datetime(float(instants[0])), "every": every, **seen}


def _checked(every: int) -> int:
    if every not in MINUTES:
        message = f"every is {every}: from {MINUTES.start} to {MINUTES.stop - 1} minutes are wanted"
        raise BadInput(message)
    return every


def _degrees(values: Any) -> list[float]:
    rounded: list[float] = values.round(DIGITS).tolist()
    return rounded
