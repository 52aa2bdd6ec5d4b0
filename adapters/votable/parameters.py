"""Parameters as Virtual Observatory clients send them: names in any case, values as text."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from planning.errors import BadInput

Parameters = Mapping[str, str]
FORMAT = "responseformat"
LARGEST = 10**18 - 1
"""The largest MAXREC that is accepted: more rows than there are."""


def folded(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Parameters by lower-case name (DALI 1.1 section 3.1); raises `BadInput` for one that has two values."""
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if parameters.setdefault(name.lower(), value) != value:
            both = f"{parameters[name.lower()][:40]!r} and {value[:40]!r}"
            message = f"{name.upper()[:40]} is given twice, as {both}: once is wanted"
            raise BadInput(message)
    return parameters


def accumulated(pairs: Iterable[tuple[str, str]], names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Join the values of parameters of these names (lower case) by semicolons; the others are passed on."""
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.lower() in names:
            joined.setdefault(name.lower(), []).append(value)
        else:
            yield name, value
    yield from ((name, ";".join(values)) for name, values in joined.items())


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """All values of parameters that may be repeated, by lower-case name; empty values are left out."""
    repeated: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            repeated.setdefault(name.lower(), []).append(value.strip())
    return repeated


def once(repeated: Mapping[str, Sequence[str]], *names: str) -> Parameters:
    """These parameters, as far as they are given; raises `BadInput` for one with two values (DALI 1.1 section 3.2)."""
    return folded((name, value) for name in names for value in repeated.get(name, ()))


def last(repeated: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The last value of each parameter, where only one makes sense."""
    return {name: values[-1] for name, values in repeated.items()}


def number(parameters: Parameters, name: str, low: float, high: float, unit: str = "decimal degrees") -> float:
    """Read a number within bounds, both included; raises `BadInput`, also where it is missing.

    `name` is the parameter as messages write it, `unit` what they say is wanted.
    """
    text = parameters.get(name.lower(), "").strip()
    if not text:
        message = f"{name} is missing: {unit} from {low:g} to {high:g} are wanted"
        raise BadInput(message)
    value = real(text)
    if not low <= value <= high:
        message = f"{name} is {text[:40]!r}: {unit} from {low:g} to {high:g} are wanted"
        raise BadInput(message)
    return value


def real(text: str) -> float:
    """Read a number as VOTable writes it, NaN for anything else: Python reads `1_0` too, and digits of every script."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def whole(parameters: Parameters, name: str, default: int, low: int, high: int) -> int:
    """Read a whole number within bounds, both included, or the default; raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip()
    if not text:
        return default
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 18 or not low <= int(text) <= high:
        message = f"{name} is {text[:40]!r}: a whole number from {low} to {high} is wanted"
        raise BadInput(message)
    return int(text)


def flag(parameters: Parameters, name: str, *, default: bool) -> bool:
    """Read a truth value, or the default; raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip().lower()
    if not text:
        return default
    if text not in ("true", "false", "1", "0"):
        message = f"{name} is {text[:40]!r}: true or false is wanted"
        raise BadInput(message)
    return text in ("true", "1")
