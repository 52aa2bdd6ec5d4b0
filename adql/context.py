"""The state of a compilation: what a statement binds, what it calls its relations, which tables it touches."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from adql.checked.catalogue import Catalogue
from adql.checked.scope import Scope, ScopeColumn
from adql.checked.typed import TypedExpression
from adql.errors import AdqlError
from adql.size import StatementSize
from adql.template import Node, Parameter
from adql.tree import Condition, Query, Select, SetOperation, TextPosition, Value
from planning.routing import Destination
from schema.space import SpatialBackend
from schema.table import Table

Places = tuple[tuple[str, tuple[float, float]], ...]
"""Names as a query writes them out, each with right ascension and declination (ICRS degrees)."""


@dataclass(frozen=True, slots=True)
class CompiledSelect:
    """A compiled query, with its columns under the names that they go out by."""

    sql: Node
    fields: tuple[ScopeColumn, ...]
    limit: int | None = None
    """TOP, not written in `sql` yet: the last LIMIT of a statement depends on MAXREC too. None for a query inside."""


@dataclass(slots=True)
class Compiler:
    """State that the parts of one statement share; one for each statement."""

    catalogue: Catalogue
    to: Destination
    """The database that the statement is for."""
    value: "Callable[[Value, ResolveContext], TypedExpression]"
    condition: "Callable[[Condition, ResolveContext], Node]"
    query: "Callable[[Query, ResolveContext], CompiledSelect]"
    """These three resolve what stands inside a value or a condition: passed in, as modules do not import in circles."""
    root: Query | Select | SetOperation | None = None
    """What the statement is, without its order."""
    most: int | None = None
    """Rows that are asked for of the statement; None for all."""
    places: Places = ()
    """Where the stars are that the query names."""
    values: dict[str, int] = field(default_factory=dict)
    """Character strings to bind, and their numbers."""
    tables: dict[Table, None] = field(default_factory=dict)
    lookups: list[Scope] = field(default_factory=list)
    """The scope in which each name was found, in the order of their lookup."""
    hub_only: bool = False
    """Whether it calls a function that only the hub has; known once the statement is written."""
    varies: bool = False
    """Whether it gives another answer each time, though no row changes (RAND)."""
    settings: dict[str, str] = field(default_factory=dict)
    """PostgreSQL's settings that the statement is to be planned and run with."""
    size: StatementSize = field(default_factory=StatementSize)
    _number: int = 0

    @property
    def backend(self) -> SpatialBackend | None:
        """The spatial extension of the source that the statement is for; None for the hub."""
        return self.to.backend

    def alias(self, prefix: str) -> str:
        """A name that nothing else in the statement has."""
        self._number += 1
        return f"{prefix}{self._number}"

    def bind(self, value: str, at: TextPosition) -> Node:
        """A character string as a parameter of the statement; raises `AdqlError` where PostgreSQL cannot have it."""
        if "\0" in value:
            raise AdqlError("a character string may not have the character of code 0", at)
        return Parameter(this=self.values.setdefault(value, len(self.values)), text=value)


@dataclass(frozen=True, slots=True)
class ResolveContext:
    """A place in a query where names are resolved."""

    compiler: Compiler
    scope: Scope
    clause: str
    """The clause, where aggregates may not stand; empty where they may."""
    common: "tuple[tuple[str, str, tuple[ScopeColumn, ...]], ...]" = ()
    """Queries named by WITH, last first: name in lower case, name in SQL, columns."""

    def ungrouped(self, clause: str) -> "ResolveContext":
        """The rows before they are grouped, as an aggregate sees them; `clause` may have none itself."""
        return replace(self, clause=clause, scope=replace(self.scope, grouping=None))
