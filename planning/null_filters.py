"""The argument `ignoreNull`: a null in a filter is then no condition, instead of an error.

A page of search fields has a variable for each, and null for those that are left empty:
`where: {name: {like: $name}, vmag: {value: {lt: $vmag}}}` with `{"name": "HD%", "vmag": null}` is then
`where: {name: {like: "HD%"}}`.
"""

from collections.abc import Mapping
from typing import Any

ARGUMENT = "ignoreNull"
FILTERING = ("where", ARGUMENT, "cone", "region")
"""Arguments that say which rows are asked, of every table that has them."""
DESCRIPTION = "Whether a null in where is no condition, nor a group of nothing but nulls; else null is refused there"


def without_nulls(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The coerced arguments of a field with a `where` without nulls, if they say so; else as they are.

    A comparison or a group in which nothing but nulls was goes with them; one that was empty from the start stays, so
    that `or: []` still holds for no row.

    Examples
    --------
    >>> where = {"name": {"like": None}, "or": [{"ra": {"lt": 1.0}}, {"dec": {"lt": None}}], "not": {"ra": None}}
    >>> without_nulls({"where": where, "ignoreNull": True})["where"]
    {'or': [{'ra': {'lt': 1.0}}]}
    """
    if not arguments.get(ARGUMENT) or not arguments.get("where"):
        return arguments
    return {**arguments, "where": _pruned(arguments["where"])}


def _pruned(part: Any) -> Any:
    """A part of a filter without nulls; None where there was nothing else."""
    match part:
        case dict():
            kept = {name: inner for name, value in part.items() if (inner := _pruned(value)) is not None}
            return kept or (None if part else part)
        case list():
            items = [inner for item in part if (inner := _pruned(item)) is not None]
            return items or (None if part else part)
        case _:
            return part
