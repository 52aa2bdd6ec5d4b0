"""What an operation may cost, known from its plan and variables before anything runs.

The unit is a row made into an answer, some 2 µs. Each level counts the rows that it may have: those of its page times
those of the level above. A statement is taken for `STATEMENT` rows, one that counts for `COUNT`, whatever comes of it.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass
from typing import Any

from graphql import IntValueNode, ListValueNode, NullValueNode, ValueNode, VariableNode
from graphql.execution.values import VariableValues

from planning.arguments import DEFAULT_PAGE
from planning.errors import TooMuch
from resolvers.entities import grouped, references
from resolvers.selection import ConnectionSelection, Entities, Field, PlainField, Root, ToMany
from resolvers.steps import QueryStep
from schema.catalog import Catalog

STATEMENT = 100
COUNT = 1000


class TooExpensive(TooMuch):
    """The operation may cost more than is allowed."""

    def __init__(self, message: str, cost: int, limit: int) -> None:
        super().__init__(message)
        self.cost = cost
        self.limit = limit

    @property
    def extensions(self) -> dict[str, Any]:  # noqa: D102 - as the base
        return {**super().extensions, "cost": self.cost, "limit": self.limit}


@dataclass(frozen=True, slots=True)
class Share:
    """What one level adds to the cost."""

    path: str
    rows: int
    cost: int


@dataclass(frozen=True, slots=True)
class Pricing:
    """How the levels of an operation are priced: the values of its variables, and the largest page."""

    catalog: Catalog
    variables: VariableValues
    largest_page: int

    def field(self, root: Root | Entities, levels: tuple[QueryStep, ...]) -> Iterator[Share]:
        """The shares of a field of Query and of all below it."""
        if isinstance(root, Entities):
            keys = grouped(references(self.catalog, root.field.arguments(self.variables)["representations"]))
            for level in levels:
                if level.table in keys:
                    yield from self._level(root.key, level, 1, len(keys[level.table]))
        elif not levels:  # all rows are looked at to make groups
            rows = self._page(root.field)
            yield Share(root.key, rows, rows + STATEMENT + COUNT)
        else:
            rows = self._page(root.field) if isinstance(levels[0].wanted, ConnectionSelection) else 1
            yield from self._level(root.key, levels[0], 1, rows)

    def plain(self, plain: PlainField) -> Share:
        """The share of a field that is not compiled: the rows of a page, if it has any, and what it is given."""
        given = sum(self._items(argument.value) for argument in plain.nodes[0].arguments or ())
        rows = self._page(plain) if plain.paged else 0
        return Share(plain.key, rows, rows + given + STATEMENT)

    def _items(self, node: ValueNode) -> int:
        value = self.variables.coerced.get(node.name.value) if isinstance(node, VariableNode) else None
        if isinstance(node, ListValueNode):
            return len(node.values)
        return len(value) if isinstance(value, Sized) and not isinstance(value, str) else 0

    def _level(self, path: str, level: QueryStep, parents: int, each: int) -> Iterator[Share]:
        rows = parents * each if level.listed else 0
        yield Share(path, rows, rows + STATEMENT * level.listed + COUNT * level.counted)
        for part in level.parts.values():
            for (entry, _), below in zip(part.completion.links, part.below, strict=True):
                many = self._page(entry.field) if isinstance(entry, ToMany) else 1
                yield from self._level(f"{path}.{entry.link.field}", below, rows, many)

    def _page(self, field: Field | PlainField) -> int:
        """Rows of a page; what is refused or empty costs nothing."""
        told = {node.name.value: node.value for node in field.nodes[0].arguments or ()}
        for name in ("first", "last"):
            asked = self._number(told[name]) if name in told else None
            if asked is not None:
                return max(0, min(asked, self.largest_page))
        return min(DEFAULT_PAGE, self.largest_page)

    def _number(self, node: ValueNode) -> int | None:
        match node:
            case IntValueNode(value=text):
                return int(text)
            case VariableNode():
                asked = self.variables.coerced.get(node.name.value)
                return asked if isinstance(asked, int) else None
            case NullValueNode():
                return None
        return None


def affordable(shares: list[Share], limit: int) -> int:
    """The whole cost; raises `TooExpensive`."""
    cost = sum(share.cost for share in shares)
    if cost > limit:
        most = max(shares, key=lambda share: share.cost)
        message = (
            f"The operation may cost {cost} where {limit} is allowed: {most.path} may have {most.rows} rows; "
            "lower first (or last) there or above, or ask for totalCount less often"
        )
        raise TooExpensive(message, cost, limit)
    return cost
