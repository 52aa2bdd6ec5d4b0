"""What is asked of a night of SPICA, and what of it is wrong."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from planning.errors import BadInput
from schema.catalog import suggestion
from schema.spica_rules import HOUR_ANGLES
from sky.chara import FEWEST, TELESCOPES, spica_array
from sky.interferometer import Array, HourAngles
from sky.night import FIRST, LAST

SIX = tuple(TELESCOPES)
EVERY = (-12.0, 12.0)
"""All hour angles, hours."""
LOWEST = 30.0
"""Lowest elevation, degrees, where none is said: as in ASPRO2's samples for CHARA."""


@dataclass(frozen=True)
class NightRequest:
    """What is asked of a night; what is empty leaves nothing out.

    Parameters
    ----------
    evening
        Date of the evening at the observatory.
    modes
        Modes of `MODES`.
    programmes
        Programmes, as S01, of which one wants the target, as the first or the second.
    priorities
        Final priorities.
    stations
        Telescopes of CHARA.
    pops
        Digits from 1 to 5, the Pipe of Pan of each telescope in the order of SPICA's beams; "" for the best.
    lowest
        Lowest elevation, degrees.
    hour_angles
        First and last hour angle, hours; None for all.
    observable
        Whether targets are left out that cannot be observed.
    """

    evening: date
    modes: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    priorities: frozenset[int] = frozenset()
    stations: tuple[str, ...] = SIX
    pops: str = ""
    lowest: float = LOWEST
    hour_angles: HourAngles | None = HOUR_ANGLES
    observable: bool = False

    def check(self) -> None:
        """Raise `BadInput` for what is no night, telescope, Pipe of Pan or elevation."""
        if not FIRST <= self.evening <= LAST:
            message = f"date is {self.evening}: an evening from {FIRST} to {LAST} is wanted"
            raise BadInput(message)
        for name in self.stations:
            if name not in TELESCOPES:
                message = f"stations has {name[:20]!r}{suggestion(name, list(TELESCOPES))}"
                raise BadInput(message)
        if not FEWEST <= len(set(self.stations)) == len(self.stations):
            message = f"stations has {len(self.stations)} telescopes: {FEWEST} to {len(SIX)} different ones are wanted"
            raise BadInput(message)
        if self.pops and (len(self.pops) != len(self.stations) or not set(self.pops) <= set("12345")):
            message = f"pops is {self.pops[:20]!r}: a digit from 1 to 5 for each of {' '.join(self.ordered)} is wanted"
            raise BadInput(message)
        if not 0 <= self.lowest < self.array.safe:
            message = f"minElevation is {self.lowest}: degrees from 0 to less than {self.array.safe:g} are wanted"
            raise BadInput(message)

        first, last = self.hour_angles or EVERY
        if not EVERY[0] <= first < last <= EVERY[1]:
            message = f"hour angles are {first:g} to {last:g}: the first is before the last, and both from -12 to 12 h"
            raise BadInput(message)

    def check_programmes(self, known: Set[str]) -> None:
        """Raise `BadInput` for a programme that is not among those that want a target."""
        for name in sorted(self.programmes - known):
            message = f"programmes has {name[:20]!r}, which wants no target{suggestion(name, sorted(known))}"
            raise BadInput(message)

    @property
    def ordered(self) -> tuple[str, ...]:
        """The telescopes in the order of SPICA's beams."""
        return tuple(name for name in SIX if name in self.stations)

    @cached_property
    def array(self) -> Array:
        """The telescopes as an array."""
        return spica_array(self.stations, self.lowest, self.hour_angles)


def hour_angles(first: float | None, last: float | None) -> HourAngles | None:
    """Hour angles between these, hours; None for both is what the survey's rules have, for one of them no limit."""
    if first is None and last is None:
        return HOUR_ANGLES
    return EVERY[0] if first is None else first, EVERY[1] if last is None else last
