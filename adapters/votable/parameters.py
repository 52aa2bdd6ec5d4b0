"""Read parameters of Virtual Observatory protocols (DALI 1.1 section 3): names in any case, values as text."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from planning.errors import BadInput
from schema.numerals import real_number, whole_number

Parameters = Mapping[str, str]
"""Values by lower-case name."""
FORMATS = ("responseformat", "format")
"""Names of the parameter that names a format, that of DALI and that of TAP 1.0: the first that is given decides."""
LARGEST = 10**18 - 1
"""The largest MAXREC that is accepted; a `bigint` holds every number of 18 digits."""


def single_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map parameters by lower-case name (DALI 1.1 section 3.1); raises `BadInput` for one with two values.

    The same value given twice is accepted.
    """
    return exact_values((name.lower(), value) for name, value in pairs)


def exact_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The same by names as they are written."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if values.setdefault(name, value) != value:
            both = f"{values[name][:40]!r} and {value[:40]!r}"
            message = f"{name.upper()[:40]} is given twice, as {both}: once is wanted"
            raise BadInput(message)
    return values


def join_repeated(pairs: Iterable[tuple[str, str]], names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Join the values of some parameters by semicolons; others pass as they are.

    Parameters
    ----------
    names
        Lower-case names of the parameters to join, as `upload`.
    """
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.lower() in names:
            joined.setdefault(name.lower(), []).append(value)
        else:
            yield name, value
    yield from ((name, ";".join(values)) for name, values in joined.items())


def repeated_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Map parameters that may be repeated to their values, stripped, by lower-case name; blank values are left out."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            values.setdefault(name.lower(), []).append(value.strip())
    return values


def format_name(parameters: Parameters) -> str | None:
    """The format that RESPONSEFORMAT names, else FORMAT; None without either."""
    return next((parameters[name] for name in FORMATS if parameters.get(name)), None)


def selected_values(repeated: Mapping[str, Sequence[str]], *names: str) -> Parameters:
    """Select single-valued parameters among repeated ones; raises `BadInput` for one with two values.

    `names` are in lower case; those not given are left out (DALI 1.1 section 3.2).
    """
    return single_values((name, value) for name in names for value in repeated.get(name, ()))


def float_parameter(parameters: Parameters, name: str, low: float, high: float, unit: str = "decimal degrees") -> float:
    """Read a required number within bounds, both included.

    Raises `BadInput` if it is missing, NaN or out of bounds; `unit` is for the message.
    """
    text = parameters.get(name.lower(), "").strip()
    bounds = f"{unit} from {low:g} on" if math.isinf(high) else f"{unit} from {low:g} to {high:g}"
    if not text:
        message = f"{name} is missing: {bounds} are wanted"
        raise BadInput(message)
    value = parse_real(text)
    if not low <= value <= high:
        message = f"{name} is {text[:40]!r}: {bounds} are wanted"
        raise BadInput(message)
    return value


def radius_parameter(parameters: Parameters, name: str, unit: str = "decimal degrees", whole: float = 180) -> float:
    """Read a required radius in a unit of which `whole` are 180 degrees, the whole sky, which more of them are too.

    Raises `BadInput` if it is missing, NaN or negative.
    """
    return min(float_parameter(parameters, name, 0, math.inf, unit), whole)


def parse_real(text: str) -> float:
    """Read a number as VOTable writes it; NaN for anything else."""
    try:
        return real_number(text)
    except ValueError:
        return math.nan


def int_parameter(parameters: Parameters, name: str, default: int, low: int, high: int) -> int:
    """Read a whole number within bounds, both included; the default if it is not given. Raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip()
    if not text:
        return default
    try:
        value = whole_number(text)
    except ValueError:
        value = low - 1
    if len(text) > 18 or not low <= value <= high:
        message = f"{name} is {text[:40]!r}: a whole number from {low} to {high} is wanted"
        raise BadInput(message)
    return value


def bool_parameter(parameters: Parameters, name: str, *, default: bool) -> bool:
    """Read true, false, 1 or 0 in any case; the default if it is not given. Raises `BadInput`."""
    text = parameters.get(name.lower(), "").strip().lower()
    if not text:
        return default
    if text not in ("true", "false", "1", "0"):
        message = f"{name} is {text[:40]!r}: true or false is wanted"
        raise BadInput(message)
    return text in ("true", "1")
