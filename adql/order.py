"""The order of a query's rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adql.checked.catalogue import same
from adql.checked.scope import Scope, ScopeColumn, ScopeRelation
from adql.checked.typed import TypedExpression
from adql.clauses import OffsetQuery, OrderedQuery
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.template import Node, fragment
from adql.tree import Identifier, Name, Term, TextPosition


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that a query tells."""

    typed: TypedExpression
    name: str
    alias: Identifier | None

    @property
    def sql(self) -> Node:
        """Its SQL: NULL has a type in PostgreSQL, so that it may stand beside what has."""
        return fragment("CAST(NULL AS text)") if self.typed.type is None else self.typed.sql


def ordered(
    sql: Node, terms: Sequence[Term], told: Sequence[OutputColumn], here: ResolveContext, *, distinct: bool
) -> Node:
    """A query with its ORDER BY; raises `AdqlError`."""
    if terms:
        inside = replace(here, scope=_with_aliases(told, here.scope))
        nodes = [_term(term, told, inside, distinct=distinct) for term in terms]
        directed = [
            fragment("{0} DESC", node) if term.descending else node for node, term in zip(nodes, terms, strict=True)
        ]
        sql = OrderedQuery(this=sql, expressions=directed)
    return sql


def skipped(sql: Node, offset: int | None) -> Node:
    """A query without its first rows."""
    return sql if offset is None else OffsetQuery(this=sql, offset=offset)


def _term(term: Term, told: Sequence[OutputColumn], here: ResolveContext, *, distinct: bool) -> Node:
    number = _number(term, told)
    if number is not None:
        return fragment(f"c{number}")
    assert not isinstance(term.value, int)  # noqa: S101 - told to mypy: it has a number, or was refused
    typed = here.making.value(term.value, here)
    for at, each in enumerate(told):
        if each.typed.sql == typed.sql:
            return fragment(f"c{at}")
    if distinct:
        hint = "rows that are told once can only be in the order of what is told"
        raise AdqlError("ORDER BY of what SELECT DISTINCT does not tell", term.at, hint)
    # A constant orders nothing, and a bare number would be taken for that of an output.
    return typed.sql if typed.number is None and typed.type is not None else fragment("CAST(NULL AS text)")


def _number(term: Term, told: Sequence[OutputColumn]) -> int | None:
    """Which output a term is, by its number or its alias."""
    if isinstance(term.value, int):
        if not 1 <= term.value <= len(told):
            raise AdqlError(f"there is no output number {term.value} to order by", term.at)
        return term.value - 1
    if isinstance(term.value, Name) and len(term.value.parts) == 1:
        [wanted] = term.value.parts
        return next((at for at, each in enumerate(told) if each.alias and same(wanted, each.alias.text)), None)
    return None


def _with_aliases(told: Sequence[OutputColumn], scope: Scope) -> Scope:
    """Where expressions of ORDER BY stand: they may use an alias that no column has."""
    taken = {field.name.lower() for _, field in scope.columns}
    at = TextPosition(1, 1)
    outputs = [
        (ScopeRelation("", (each.alias or Identifier("", quoted=True, at=at),), ()), each)
        for each in told
        if each.alias and each.alias.text.lower() not in taken
    ]
    if not outputs:
        return scope
    columns = tuple((relation, _field(each)) for relation, each in outputs)
    grouping = scope.grouping
    if grouping:
        grouping = replace(grouping, keys=grouping.keys | {each.sql for _, each in outputs})
    return replace(scope, columns=(*scope.columns, *columns), grouping=grouping)


def _field(told: OutputColumn) -> ScopeColumn:
    typed = told.typed
    return ScopeColumn(told.name, "", typed.type, typed.meaning, typed.origin, merged=told.sql)
