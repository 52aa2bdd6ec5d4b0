"""Parameters of `/spica/targets` → variables of its GraphQL document: the page, its files and its links go by them."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.page.places import cone_of
from adapters.page.spica_words import ACTIVITIES, MODE_WORDS
from planning.errors import BadInput
from schema.spica_rules import DONE
from schema.vocabularies import ROW_STATE

Params = Mapping[str, str]
Condition = dict[str, Any]
PAGE = 100
"""Targets of a page."""
RADIUS, WIDEST = 1.0, 180.0
"""Degrees around a place, where none are said, and at most."""
COMPLETIONS: Mapping[str, Condition] = {
    "none": {"or": [{"completionRate": {"le": 0}}, {"completionRate": {"isNull": True}}]},
    "partly": {"completionRate": {"gt": 0, "lt": DONE}},
    "complete": {"completionRate": {"ge": DONE}},
}
FLAGS: Mapping[str, Condition] = {
    "qcs0": {"qcsFlag": {"eq": 0}}, "qcs1": {"qcsFlag": {"eq": 1}}, "qcsnone": {"qcsFlag": {"isNull": True}},
    **{name.lower(): {f"flagActivity{name}": {"isNull": False}} for name in ACTIVITIES},
}  # fmt: skip
STATES = tuple(map(str, ROW_STATE.members))
SORTS = {
    "id": "spicadbId", "name": "targetMainId", "ra": "ra", "vmag": "vmag", "diameter": "ldJsdc2",
    "priority": "priorityFinal", "completion": "completionRate",
}  # fmt: skip
"""What the list is sorted by; `-` before it turns it round."""


def target_variables(params: Params) -> dict[str, Any]:
    """The variables of `SpicaTargets`; what is empty leaves nothing out. Raises `BadInput`."""
    conditions = [found for read in READERS for found in read(params)]
    variables: dict[str, Any] = {"where": {"and": conditions}, "orderBy": _order(params.get("sort", ""))}
    if near := params.get("near", "").strip():
        variables["cone"] = _cone(near, params.get("radius", "").strip())
    before = params.get("before", "")
    size = ({"last": PAGE, "before": before}) if before else {"first": PAGE, "after": params.get("after") or None}
    return variables | size


def _state(params: Params) -> Iterable[Condition]:
    yield {"rowState": {"eq": _one_of(params.get("state") or STATES[0], "state", STATES)}}


def _program(params: Params) -> Iterable[Condition]:
    """All that is said of a programme is said of one and the same."""
    wanted: Condition = {}
    if name := params.get("programme"):
        wanted["progname"] = {"eq": name}
    if mode := params.get("mode"):
        wanted["spicaMode"] = {"eq": _one_of(mode, "mode", MODE_WORDS)}
    if given := params.get("pi"):
        wanted["priorityPi"] = {"isNull": True} if given == "none" else {"eq": int(_one_of(given, "pi", ("0", "1")))}
    if wanted:
        yield {"programs": {"some": wanted}}


def _priority(params: Params) -> Iterable[Condition]:
    if given := params.get("priority"):
        yield {"priorityFinal": {"eq": int(_one_of(given, "priority", ("1", "2", "3", "4")))}}


def _completion(params: Params) -> Iterable[Condition]:
    if given := params.get("completion"):
        yield COMPLETIONS[_one_of(given, "completion", COMPLETIONS)]


def _flag(params: Params) -> Iterable[Condition]:
    if given := params.get("flag"):
        yield FLAGS[_one_of(given, "flag", FLAGS)]


def _magnitude(params: Params) -> Iterable[Condition]:
    for name, operator in (("vmin", "ge"), ("vmax", "le")):
        if given := params.get(name, "").strip():
            yield {"vmag": {operator: _number(given, name)}}


def _name(params: Params) -> Iterable[Condition]:
    if given := params.get("name", "").strip():
        pattern = "%" + re.sub(r"([\\%_])", r"\\\1", re.sub(r"\s+", " ", given)) + "%"
        yield {"or": [{column: {"ilike": pattern}} for column in ("targetMainId", "hd", "gaiaId", "spt")]}


READERS: tuple[Callable[[Params], Iterable[Condition]], ...] = (
    _state, _program, _priority, _completion, _flag, _magnitude, _name,
)  # fmt: skip


def _order(text: str) -> list[Condition]:
    """The terms of an order; where nothing is said, what is urgent comes first."""
    if not text:
        return [{"priorityFinal": "ASC"}, {"completionRate": "DESC"}, {"spicadbId": "ASC"}]
    name = _one_of(text.removeprefix("-"), "sort", SORTS)
    return [{SORTS[name]: "DESC" if text.startswith("-") else "ASC"}]


def _cone(near: str, radius: str) -> Condition:
    """Around a place, decimal or sexagesimal, or around a star by its name."""
    wide = _number(radius, "radius") if radius else RADIUS
    if not 0 < wide <= WIDEST:
        message = f"radius is {radius[:20]}: degrees, more than 0 and at most {WIDEST:g}, are wanted"
        raise BadInput(message)
    return cone_of(near, wide)


def _number(text: str, name: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        message = f"{name} is {text[:20]!r}: a number is wanted"
        raise BadInput(message) from None


def _one_of(text: str, name: str, known: Iterable[str]) -> str:
    if text not in known:
        message = f"{name} is {text[:20]!r}: one of {', '.join(known)} is wanted"
        raise BadInput(message)
    return text
