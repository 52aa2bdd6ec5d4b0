"""Parse values of SIA's parameters (SIA 2.0 section 2.1, DALI 1.1 section 3.3): numbers and intervals."""

import math

from adapters.votable.parameters import parse_real
from planning.errors import BadInput

Interval = tuple[float, float]


def parse_numbers(name: str, value: str, expected: str, words: str | None = None) -> list[float]:
    """Read numbers separated by blanks.

    Parameters
    ----------
    name, value
        The parameter, for the message.
    expected
        What the value should be, for the message.
    words
        The numbers, where they are not all of the value.

    Raises
    ------
    BadInput
        There is none, or one cannot be read.
    """
    read = [parse_real(word) for word in (value if words is None else words).split()]
    if not read or any(map(math.isnan, read)):
        raise invalid_value(name, value, expected)
    return read


def parse_interval(name: str, value: str) -> Interval:
    """Read the bounds of an interval, infinities included; a single number is both. Raises `BadInput`."""
    expected = "a number is wanted, or two, the smaller first, -Inf and +Inf among them"
    bounds = parse_numbers(name, value, expected)
    if len(bounds) > 2 or bounds[0] > bounds[-1] or bounds[0] == math.inf or bounds[-1] == -math.inf:
        raise invalid_value(name, value, expected)
    return bounds[0], bounds[-1]


def invalid_value(name: str, value: str, expected: str) -> BadInput:
    """Return the error for a parameter whose value cannot be read."""
    return BadInput(f"{name} is {value[:60]!r}: {expected}")
