"""The variables of a request, counted before anything is made of them.

graphql-core takes some 3 µs to coerce a number and 10 µs an object, so that a `where` of eight megabytes would take
half a minute. What is counted here costs some 20 ns a value, as each level of the variables is looked at as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from hub.limits import DocumentLimits
from planning.errors import TooMuch

BRIEF = 2_000
"""Bytes of JSON up to which variables need not be counted, if they have few objects and lists."""
BRIEF_LISTS = 20


@dataclass(frozen=True, slots=True)
class VariablesSize:
    """How much there is in the variables of a request."""

    values: int
    """Values of objects and lists; a list in a list, as a place on the sky, is one."""
    objects: int
    levels: int
    """Objects and lists in each other."""
    text: int
    """Characters of the longest text, names included."""


def brief(variables: Mapping[str, Any]) -> bool:
    """Whether variables are so few and short that they are within all limits, and coerced in no time."""
    if any(isinstance(value, list) and len(value) > BRIEF for value in variables.values()):
        return False
    try:
        text = orjson.dumps(variables)
    except TypeError:  # too many levels, or what no JSON has
        return False
    return len(text) <= BRIEF and text.count(b"{") + text.count(b"[") <= BRIEF_LISTS


def measure(variables: Mapping[str, Any]) -> VariablesSize:
    """Count what is in the variables of a request, as JSON has it."""
    objects: list[Any] = [variables]
    lists: list[Any] = []
    points: list[Any] = []
    size = [0, 0, 0, 0]
    while objects or lists or points:
        members, items = list(chain.from_iterable(map(dict.values, objects))), list(chain.from_iterable(lists))
        coordinates = list(chain.from_iterable(points))
        texts = chain.from_iterable((*objects, *(_of(str, each) for each in (members, items, coordinates))))
        size = [
            size[0] + len(members) + len(items),
            size[1] + len(objects),
            size[2] + 1,
            max(size[3], max(map(len, texts), default=0)),
        ]
        objects = [item for each in (members, items, coordinates) for item in _of(dict, each)]
        lists, points = _of(list, members), [*_of(list, items), *_of(list, coordinates)]
    return VariablesSize(*size)


def check(size: VariablesSize, limits: DocumentLimits) -> None:
    """Raise `TooMuch` where the variables of a request are over a limit."""
    for noun, found, limit, advice in _limited(size, limits):
        if found > limit:
            message = f"The variables have {found} {noun} where {limit} are allowed: {advice}"
            raise TooMuch(message)


def _limited(size: VariablesSize, limits: DocumentLimits) -> Iterator[tuple[str, int, int, str]]:
    split = "split the question"
    yield "values (a place on the sky is one)", size.values, limits.values, split
    yield "objects", size.objects, limits.objects, split
    yield "levels", size.levels, limits.levels, "say the same with fewer groups in each other"
    yield "characters in one text", size.text, limits.text, "no name or pattern here is as long"


def _of(kind: type, items: Iterable[Any]) -> list[Any]:
    """The items of a type; most often there are none, which is seen at the speed of C."""
    return [item for item in items if type(item) is kind] if kind in set(map(type, items)) else []
