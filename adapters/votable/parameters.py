"""Parameters as Virtual Observatory clients send them: names in any case, values as text."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from planning.errors import BadInput

Parameters = Mapping[str, str]
FORMAT = "responseformat"
LARGEST = 10**18 - 1
"""The largest MAXREC that is accepted: more rows than there are."""


def single_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Parameters by lower-case name (DALI 1.1 section 3.1); raises `BadInput` for one that has two values."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if values.setdefault(name.lower(), value) != value:
            both = f"{values[name.lower()][:40]!r} and {value[:40]!r}"
            message = f"{name.upper()[:40]} is given twice, as {both}: once is wanted"
            raise BadInput(message)
    return values


def join_repeated(pairs: Iterable[tuple[str, str]], names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The pairs, but for parameters of these names, whose values become one, separated by semicolons."""
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.lower() in names:
            joined.setdefault(name.lower(), []).append(value)
        else:
            yield name, value
    yield from ((name, ";".join(values)) for name, values in joined.items())


def repeated_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Every value of parameters that may be repeated, by lower-case name, without those that say nothing."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            values.setdefault(name.lower(), []).append(value.strip())
    return values


def selected_values(repeated: Mapping[str, Sequence[str]], *names: str) -> Parameters:
    """Those of these parameters that are told; raises `BadInput` for one that has two values (DALI 1.1 section 3.2)."""
    return single_values((name, value) for name in names for value in repeated.get(name, ()))


def last_values(repeated: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The last value of each parameter that may be repeated: what is meant where one alone makes sense."""
    return {name: values[-1] for name, values in repeated.items()}


def float_parameter(parameters: Parameters, name: str, low: float, high: float, unit: str = "decimal degrees") -> float:
    """A number within bounds, both included; raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip()
    if not text:
        message = f"{name} is missing: {unit} from {low:g} to {high:g} are wanted"
        raise BadInput(message)
    value = parse_real(text)
    if not low <= value <= high:
        message = f"{name} is {text[:40]!r}: {unit} from {low:g} to {high:g} are wanted"
        raise BadInput(message)
    return value


def parse_real(text: str) -> float:
    """A number as VOTable writes it, NaN for what is none: Python reads `1_0` too, and digits of every script."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def int_parameter(parameters: Parameters, name: str, default: int, low: int, high: int) -> int:
    """A whole number within bounds, or the default; raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip()
    if not text:
        return default
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 18 or not low <= int(text) <= high:
        message = f"{name} is {text[:40]!r}: a whole number from {low} to {high} is wanted"
        raise BadInput(message)
    return int(text)


def bool_parameter(parameters: Parameters, name: str, *, default: bool) -> bool:
    """A truth value; raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip().lower()
    if not text:
        return default
    if text not in ("true", "false", "1", "0"):
        message = f"{name} is {text[:40]!r}: true or false is wanted"
        raise BadInput(message)
    return text in ("true", "1")
