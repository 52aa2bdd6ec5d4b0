"""One statement while it is made: what it binds, what it calls its relations, which tables it touches."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from adql.checked.catalogue import Catalogue
from adql.checked.scope import Scope, ScopeColumn
from adql.checked.typed import TypedExpression
from adql.errors import AdqlError
from adql.template import Node, Parameter
from adql.tree import Condition, Query, TextPosition, Value
from schema.space import SpatialBackend
from schema.table import Table


@dataclass(frozen=True, slots=True)
class CompiledSelect:
    """A query in SQL, with its columns under the names that they go out by."""

    sql: Node
    fields: tuple[ScopeColumn, ...]
    limit: int | None = None
    """What is still to be written behind it: only of the whole statement."""


@dataclass(slots=True)
class Compiler:
    """What the parts of one statement share."""

    catalogue: Catalogue
    body: SpatialBackend | None
    """Set where the statement is for a source itself, which has no function of ours."""
    value: "Callable[[Value, ResolveContext], TypedExpression]"
    condition: "Callable[[Condition, ResolveContext], Node]"
    query: "Callable[[Query, ResolveContext], CompiledSelect]"
    values: dict[str, int] = field(default_factory=dict)
    tables: dict[Table, None] = field(default_factory=dict)
    found: list[Scope] = field(default_factory=list)
    """Where each name was found, as they came."""
    hub_only: bool = False
    """Whether it calls a function that only the hub has; known once the statement is written."""
    varies: bool = False
    """Whether it gives another answer each time it is asked."""
    _number: int = 0

    def alias(self, prefix: str) -> str:
        """A name that nothing else in the statement has."""
        self._number += 1
        return f"{prefix}{self._number}"

    def bound(self, value: str, at: TextPosition) -> Node:
        """A character string, as a value of the statement."""
        if "\0" in value:
            raise AdqlError("a character string may not have the character of code 0", at)
        return Parameter(this=self.values.setdefault(value, len(self.values)))


@dataclass(frozen=True, slots=True)
class ResolveContext:
    """A place in a query where values stand."""

    making: Compiler
    scope: Scope
    clause: str
    """Where aggregates may not stand, the name of the clause; else empty."""
    common: "tuple[tuple[str, str, tuple[ScopeColumn, ...]], ...]" = ()
    """Queries named by WITH, last first: name in lower case, name in SQL, columns."""

    def ungrouped(self, clause: str) -> "ResolveContext":
        """The rows before they are grouped, as an aggregate sees them; `clause` may have none itself."""
        return replace(self, clause=clause, scope=replace(self.scope, grouping=None))
