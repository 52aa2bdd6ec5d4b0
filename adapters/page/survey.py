"""The state of a star in the survey with SPICA."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.page.quantities import Values
from adapters.page.words import Say
from schema.vocabularies import RUN_STATUS, SPICA_MODE

STEPS = ("PLANNED", "SCHEDULED", "OBSERVED", "REDUCED", "VALIDATED")
"""What a run goes through, in this order; it may be rejected at the end."""
REJECTED = "REJECTED"
STATES = {term: status for status, (term, _) in RUN_STATUS.members.items()}
MODES: Mapping[str, str] = dict(SPICA_MODE.members.values())
"""What a programme wants to make of a target."""


@dataclass(frozen=True, slots=True)
class Step:
    """A state of runs."""

    name: str
    runs: int
    """How many are in it."""
    reached: bool
    """Whether a run that was not rejected is in it, or further."""


def steps(runs: Sequence[Values], say: Say) -> Sequence[Step]:
    """How far the runs are, from planned to validated; those that were rejected at the end, if there are any."""
    counts = Counter(run["runStatusTerm"] for run in runs)
    furthest = max((number for number, state in enumerate(STEPS) if counts[state]), default=-1)
    found = [Step(say(STATES[state]), counts[state], number <= furthest) for number, state in enumerate(STEPS)]
    return found + ([Step(say(STATES[REJECTED]), counts[REJECTED], True)] if counts[REJECTED] else [])
