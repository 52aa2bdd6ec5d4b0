"""Complete rows into the objects of a GraphQL answer: one generated function a selection, hardly a call a cell.

The function is a list comprehension over records. Response keys are written into it as string literals, values come
from the record by position; `id` and derived fields alone call something. Its text depends on the selection alone, on
no argument or variable of a client.

Worked example: for `{ name ldd { value } exposures { … } }` over records (name, ldd, id) it is

    def complete(R, L):
        return [{"name": v0, "ldd": {"value": v1}, "exposures": L[0].get(v2)} for v0, v1, v2 in R]
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import Any

from planning.node_ids import node_id
from resolvers.derived_values import reader
from resolvers.selection import (
    Constant,
    DerivedSelection,
    Entry,
    LinkEntry,
    NameMatchSelection,
    NodeIdSelection,
    PartEntries,
    PartSelection,
    QuantitySelection,
    Row,
    ToGroups,
    ToMany,
    ToOne,
)
from schema.column import Column, Enumeration

Lookups = Sequence[Mapping[Any, Any]]
"""One mapping a link of the row, in order: value of the link's origin column → completed target(s)."""
Completed = Callable[[Iterable[Sequence[Any]], Lookups], list[Any]]


class Unexpected(Exception):
    """A row breaks its declaration: NULL in a required column, or a code that no enumeration knows."""


@dataclass(frozen=True, eq=False, slots=True)
class Completion:
    """How to complete the rows of one selection; call it with records and the lookups of their links."""

    function: Completed
    links: tuple[tuple[LinkEntry, int], ...]
    """Each link of the selection, with the index of its origin column in a record."""
    required: tuple[int, ...]
    """Indexes of columns that must not be NULL."""
    objects: bool
    """Whether it makes objects of JSON values, which takes a tenth of a millisecond a row."""

    def __call__(self, rows: Sequence[Sequence[Any]], lookups: Lookups) -> list[Any]:
        """Return the records as dictionaries, one each, in order; raises `Unexpected`."""
        for index in self.required:
            if None in map(itemgetter(index), rows):
                raise Unexpected
        try:
            return self.function(rows, lookups)
        except KeyError as error:
            raise Unexpected from error


def needed(row: Row) -> Iterator[Column]:
    """Yield the columns that a selection reads, in no particular order and perhaps more than once."""
    for _, entry in row.entries:
        match entry:
            case Column():
                yield entry
            case QuantitySelection(_, values):
                yield from (column for _, column in values if isinstance(column, Column))
            case NodeIdSelection(table):
                yield table.key
            case DerivedSelection(derived):
                yield from derived.columns
            case ToOne(link) | ToMany(link) | ToGroups(link):
                yield link.from_column


def completion(row: Row, place: Mapping[Column, int], width: int | None) -> Completion:
    """Generate the function that completes a selection's rows.

    Parameters
    ----------
    place
        Index of each column in a record.
    width
        Length of the records; None where it is not known yet, because columns of the order may follow.
    """
    links: list[tuple[LinkEntry, int]] = []
    constants: list[Any] = []
    used: set[int] = set()

    def value(column: Column) -> str:
        used.add(place[column])
        return f"v{place[column]}"

    def constant(value_: Any) -> str:
        constants.append(value_)
        return f"K[{len(constants) - 1}]"

    def source(entry: Entry) -> str:
        match entry:
            case Column():
                return f"{constant(decoder(entry.enumeration))}[{value(entry)}]" if entry.enumeration else value(entry)
            case Constant(literal):
                return constant(literal)
            case NameMatchSelection():
                return constant(None)  # of one row at most, which `resolvers.steps.with_name_match` knows
            case NodeIdSelection() | DerivedSelection():
                function, columns = _function(entry)
                return f"{constant(function)}({','.join(map(value, columns))})"
            case QuantitySelection(_, values):
                return _dictionary((key, source(member)) for key, member in values)
            case ToOne(link) | ToMany(link) | ToGroups(link):
                links.append((entry, place[link.from_column]))
                return f"L[{len(links) - 1}].get({value(link.from_column)})"

    body = _dictionary([(key, source(entry)) for key, entry in row.entries])
    required = {place[entry] for _, entry in row.entries if isinstance(entry, Column) and entry.non_null}
    objects = any(isinstance(entry, DerivedSelection) and entry.below is not None for _, entry in row.entries)
    return Completion(_generated(body, used, width, constants), tuple(links), tuple(required), objects)


def _function(entry: NodeIdSelection | DerivedSelection) -> tuple[Callable[..., Any], tuple[Column, ...]]:
    """What makes the value of a field, and the columns that it makes it of."""
    if isinstance(entry, NodeIdSelection):
        return partial(node_id, entry.table), (entry.table.key,)
    return partial(_derived, reader(entry.derived), entry.below), entry.derived.columns


def _derived(read: Callable[..., Any], below: PartEntries | None, *values: Any) -> Any:
    made = read(*values)
    return made if below is None else _selected(below, made)


def _selected(entries: PartEntries, made: Any) -> Any:
    """What is selected of an object, of each of a list of objects, or null."""
    if made is None:
        return None
    if isinstance(made, list):
        return [_selected(entries, one) for one in made]
    return {key: entry.value if isinstance(entry, Constant) else _part(entry, made) for key, entry in entries}


def _part(part: PartSelection, made: Any) -> Any:
    value = getattr(made, part.name)
    value = value(**part.arguments) if callable(value) else value
    return value if part.below is None else _selected(part.below, value)


def _dictionary(parts: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{key!r}:{source}" for key, source in parts) + "}"


@cache
def decoder(enumeration: Enumeration) -> dict[int | None, str | None]:
    """Code → name, None for None."""
    return {None: None} | {code: name for code, (name, _) in enumeration.members.items()}


def _generated(body: str, used: set[int], width: int | None, constants: list[Any]) -> Completed:
    # Records unpack by position, which is the fastest way to read them.
    names = "".join(f"v{index}," if index in used else "_," for index in range(width or max(used, default=-1) + 1))
    pattern = names if width else f"{names}*_" if names else "_"
    text = f"def complete(R, L): return [{body} for {pattern} in R]"
    scope: dict[str, Any] = {"K": constants}
    exec(text, scope)  # noqa: S102 - the text holds positions and GraphQL names as literals, nothing else
    function: Completed = scope["complete"]
    return function
