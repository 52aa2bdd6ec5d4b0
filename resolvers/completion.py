"""From rows to answers: one generated function a selection, so that no Python call is made a cell.

The function is a list comprehension over records; names of the answer are written into it as string literals, values
come from the record by position. What a row is made of, and nothing of what a client wrote, decides its text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from resolvers.selection import Constant, Entry, QuantitySelection, Row, ToMany, ToOne
from schema.table import Column, Enumeration

Lookups = Sequence[Mapping[Any, Any]]
"""For each link of a row, in order: origin's column value → what the link leads to, complete."""
Completed = Callable[[Iterable[Sequence[Any]], Lookups], list[Any]]


class Unexpected(Exception):
    """A row holds what its declaration excludes: NULL in a required column, a code that no enumeration knows."""


@dataclass(frozen=True, eq=False, slots=True)
class Completion:
    """How to complete rows: the function, the links with the column they start from, what must not be NULL."""

    function: Completed
    links: tuple[tuple[ToOne | ToMany, int], ...]
    required: tuple[int, ...]

    def __call__(self, rows: Sequence[Sequence[Any]], lookups: Lookups) -> list[Any]:
        """The rows as dictionaries; raises `Unexpected`."""
        for index in self.required:
            if None in map(itemgetter(index), rows):
                raise Unexpected
        try:
            return self.function(rows, lookups)
        except KeyError as error:
            raise Unexpected from error


def needed(row: Row) -> Iterator[Column]:
    """The columns that a selection reads, in no particular order and perhaps more than once."""
    for _, entry in row.entries:
        match entry:
            case Column():
                yield entry
            case QuantitySelection(_, parts):
                yield from (part for _, part in parts if isinstance(part, Column))
            case ToOne(link) | ToMany(link):
                yield link.from_column


def completion(row: Row, place: Mapping[Column, int], width: int | None) -> Completion:
    """Generate the function of a selection.

    `place` tells where in a record each column comes; `width` how long records are, None where that is not yet known.
    """
    links: list[tuple[ToOne | ToMany, int]] = []
    constants: list[Any] = []
    used: set[int] = set()

    def value(column: Column) -> str:
        used.add(place[column])
        return f"v{place[column]}"

    def constant(told: Any) -> str:
        constants.append(told)
        return f"K[{len(constants) - 1}]"

    def source(entry: Entry) -> str:
        match entry:
            case Column():
                return f"{constant(decoder(entry.enumeration))}[{value(entry)}]" if entry.enumeration else value(entry)
            case Constant(told):
                return constant(told)
            case QuantitySelection(_, parts):
                return _dictionary((key, source(part)) for key, part in parts)
            case ToOne(link) | ToMany(link):
                links.append((entry, place[link.from_column]))
                return f"L[{len(links) - 1}].get({value(link.from_column)})"

    body = _dictionary([(key, source(entry)) for key, entry in row.entries])
    required = {place[entry] for _, entry in row.entries if isinstance(entry, Column) and entry.never_null}
    return Completion(_generated(body, used, width, constants), tuple(links), tuple(required))


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
    made: Completed = scope["complete"]
    return made
