"""Quantities in the texts of measurements: `522 ms`, `+1.65 ms`, `19× faster`, and their ranges over several runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_QUANTITY = re.compile(r"(?<![\w.])([+-]?\d+(?: \d{3})*(?:\.\d+)?(?:e[+-]?\d+)?) ?(ms|s|MB|×|%|/s|a second)(?![\w/])")


@dataclass(frozen=True, slots=True)
class ParsedQuantity:
    """A number with its unit; durations are in milliseconds."""

    value: float
    unit: str
    signed: bool


def quantities(text: str) -> list[ParsedQuantity]:
    """All quantities of a text, in order."""
    return [_quantity(*match.groups()) for match in _QUANTITY.finditer(text)]


def template(text: str) -> str:
    """The text with its numbers left out: what must be the same in two runs for their numbers to be compared."""
    return _QUANTITY.sub(lambda match: f"{{{_dimension(match[2])}}}", text)


def span(values: Sequence[ParsedQuantity]) -> str:
    """Write the range of quantities of one unit.

    Examples
    --------
    `6.8×` and `19×` are `6.8–19×`; `900 ms` and `2.04 s` are `0.9–2.04 s`; twice the same is said once.
    """
    low, high = min(values, key=_value), max(values, key=_value)
    seconds = high.unit == "ms" and abs(high.value) >= 1000
    ends = [_number(end, 1000 if seconds else 1) for end in (low, high)]
    unit = "s" if seconds else high.unit
    numbers = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}" if high.signed else "–".join(ends)
    return f"{numbers}{unit}" if unit in {"×", "%", "/s"} else f"{numbers} {unit}"


def ranges(texts: Sequence[str]) -> str:
    """Write the last text with the range of each of its quantities over those texts that say the same."""
    alike = [quantities(text) for text in texts if template(text) == template(texts[-1])]
    spans = iter([span(values) for values in zip(*alike, strict=True)])
    return _QUANTITY.sub(lambda _: next(spans), texts[-1])


def _quantity(number: str, unit: str) -> ParsedQuantity:
    value = float(number.replace(" ", ""))
    return ParsedQuantity(1000 * value if unit == "s" else value, "ms" if unit == "s" else unit, number[0] in "+-")


def _dimension(unit: str) -> str:
    return "ms" if unit == "s" else unit


def _value(quantity: ParsedQuantity) -> float:
    return quantity.value


def _number(quantity: ParsedQuantity, divisor: float) -> str:
    value = quantity.value / divisor
    digits = 4 if quantity.unit == "%" else 3
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:{'+' if quantity.signed else ''}g}"
