"""The rules of SPICA's night scheduler: what a target still needs, and how urgently. Source: spica-nss `nss.py` (2026).

The scheduler looks at targets whose completion rate is below 1, sorts them into three states of progress, and gives
each the priority of the last of its rules that matches. In the real code one of them never does: it compares the name
of the second programme with True. Here it means what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schema.column import Enumeration

DONE = 1.0
"""Completion rate from which on a target needs no more observations."""
HOUR_ANGLES: tuple[float, float] | None = None
"""Hour angles, hours, between which the survey observes if who asks says no others; None: its scheduler has none."""
PROGRAMMES = tuple(f"S{number:02}" for number in range(1, 9))


@dataclass(frozen=True)
class Mode:
    """A mode of observation.

    Parameters
    ----------
    description
        What is observed for.
    step
        What one validated observation adds to the completion rate.
    enough
        Completion rate above 0 from which on a target is sufficiently observed; None where a part counts for nothing.
    """

    description: str
    step: float
    enough: float | None = 0.5


MODES: Mapping[str, Mode] = {
    "DIA": Mode("Diameter", 0.5, enough=0.0),
    "DLD": Mode("Diameter and limb darkening", 0.25),
    "IMA": Mode("Image", 0.1),
    "TMP": Mode("Monitoring in time", 0.1),
    "SPI": Mode("Spectro-imaging", 0.2, enough=None),
}
"""By their names in `spica_mode`, in the scheduler's order."""
SUFFICIENT, PARTLY, NOT_STARTED = 1, 2, 3
FLAG = Enumeration(
    "SpicaProgress",
    "How far the observations of a target have come",
    {
        SUFFICIENT: ("SUFFICIENT", "Observed sufficiently, though not completely"),
        PARTLY: ("PARTLY", "Observed partly"),
        NOT_STARTED: ("NOT_STARTED", "Not observed yet, or in a mode in which a part counts for nothing"),
    },
)
"""The scheduler's flags 1 to 3."""
HIGH, LOW = 0, 1
"""Priorities of principal investigators (`priority_pi`)."""
PRIORITIES_PI = (0, 2)
"""The least and the greatest of them: 2, which clients of the catalogue API write (a2p2's own tests), counts as low."""


@dataclass(frozen=True)
class Rule:
    """A rule of the final priority; what is None matches all.

    Parameters
    ----------
    priority
        The priority that it gives, 1 first.
    flag
        Of `FLAG`.
    pi
        Priority that the principal investigator gave.
    shared
        Whether a second programme wants the target.
    """

    priority: int
    flag: int | None = None
    pi: int | None = None
    shared: bool | None = None

    def matches(self, flag: int, pi: int, *, shared: bool) -> bool:
        """Whether it is about such a target."""
        return self.flag in (None, flag) and self.pi in (None, pi) and self.shared in (None, shared)


RULES = (
    Rule(1, flag=SUFFICIENT),
    Rule(1, flag=PARTLY, pi=HIGH),
    Rule(2, flag=NOT_STARTED, pi=HIGH),
    Rule(2, pi=LOW, shared=True),
    Rule(3, flag=PARTLY, pi=LOW),
    Rule(4, flag=NOT_STARTED, pi=LOW),
)
"""In the order of the scheduler: the last that matches decides."""


PRIORITIES = (min(rule.priority for rule in RULES), max(rule.priority for rule in RULES))
"""The first and the last final priority (`priority_final`)."""


def progress(mode: str, completion: float) -> int:
    """The flag (`FLAG`) of a target by its mode, of `MODES`, and completion rate."""
    enough = MODES[mode].enough
    if enough is None or completion <= 0:
        return NOT_STARTED
    return SUFFICIENT if completion >= enough else PARTLY


def final_priority(flag: int, pi: int, *, shared: bool) -> int:
    """The priority of a target by its flag, the priority of its investigator, and whether two programmes want it.

    A priority of an investigator other than `HIGH` counts as `LOW`.
    """
    given = HIGH if pi == HIGH else LOW
    return [rule.priority for rule in RULES if rule.matches(flag, given, shared=shared)][-1]
