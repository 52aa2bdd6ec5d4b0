"""Values of SIA's parameters (SIA 2.0 section 2.1, DALI 1.1 section 3.3): numbers and intervals."""

import math

from adapters.votable.parameters import real
from planning.errors import BadInput

Interval = tuple[float, float]


def numbers(name: str, told: str, wanted: str, part: str | None = None) -> list[float]:
    """Numbers separated by blanks, in a part of what was told or in all; raises `BadInput` that says what is wanted."""
    found = [real(word) for word in (told if part is None else part).split()]
    if not found or any(map(math.isnan, found)):
        raise wrong(name, told, wanted)
    return found


def interval(name: str, told: str) -> Interval:
    """A value, or two that an interval reaches from and to; raises `BadInput`."""
    wanted = "a number is wanted, or two, the smaller first, -Inf and +Inf among them"
    found = numbers(name, told, wanted)
    if len(found) > 2 or found[0] > found[-1] or found[0] == math.inf or found[-1] == -math.inf:
        raise wrong(name, told, wanted)
    return found[0], found[-1]


def wrong(name: str, told: str, wanted: str) -> BadInput:
    """The error that a value is not one."""
    return BadInput(f"{name} is {told[:60]!r}: {wanted}")
