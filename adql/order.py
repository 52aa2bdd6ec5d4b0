"""The order of a query's rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from adql.checked.catalogue import same
from adql.checked.scope import Scope, ScopeColumn, ScopeRelation
from adql.checked.typed import TypedExpression
from adql.clauses import OffsetQuery, OrderedQuery
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.template import Node, fragment
from adql.tree import Identifier, Name, Term, TextPosition
from planning.text_order import TextOrder
from schema.types import TEXT, Scalar


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of a select list."""

    typed: TypedExpression
    name: str
    alias: Identifier | None

    @property
    def sql(self) -> Node:
        """Its SQL; a bare NULL is cast to text, so that it may stand in a union or a group."""
        return fragment("CAST(NULL AS text)") if self.typed.type is None else self.typed.sql


@dataclass(frozen=True, slots=True)
class SortTerm:
    """What rows are sorted by, first or next."""

    node: Node
    """As ORDER BY says it: an output by its name."""
    value: Node
    """The same in columns of the FROM."""
    scalar: Scalar | None
    descending: bool

    def directed(self, node: Node, scalar: Scalar | None, order: TextOrder) -> Node:
        """A value that is sorted in the same direction, for ORDER BY."""
        return directed(node, scalar, order, descending=self.descending)


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The rows that a query begins with: no others of its FROM are wanted."""

    terms: tuple[SortTerm, ...]
    count: int
    order: TextOrder


def sort_terms(
    terms: Sequence[Term], select_list: Sequence[OutputColumn], context: ResolveContext, *, distinct: bool
) -> tuple[SortTerm, ...]:
    """What a query is sorted by.

    Parameters
    ----------
    select_list
        Its columns, which terms name by number or alias; aliases come before columns of the FROM.
    distinct
        Whether it is SELECT DISTINCT, whose rows can be in no order but that of the select list.

    Raises
    ------
    AdqlError
        A term stands for nothing.
    """
    if not terms:
        return ()
    inside = replace(context, scope=_with_aliases(select_list, context.scope))
    return tuple(_term(term, select_list, inside, distinct=distinct) for term in terms)


def ordered(
    sql: Node, terms: Sequence[SortTerm], select_list: Sequence[OutputColumn], order: TextOrder, *, distinct: bool
) -> Node:
    """A query with its ORDER BY; itself where there are no terms."""
    sorted_by = [term.directed(term.node, term.scalar, order) for term in terms]
    if distinct and order.merged:
        sorted_by += _remaining(select_list, [term.node for term in terms], order)
    return OrderedQuery(this=sql, expressions=sorted_by) if sorted_by else sql


def _remaining(select_list: Sequence[OutputColumn], sorted_by: Sequence[Node], order: TextOrder) -> list[Node]:
    """Texts that SELECT DISTINCT tells and its order does not name: in it, they are not sorted by a collation."""
    texts = [
        fragment(f"c{at}") for at, item in enumerate(select_list) if item.typed.type and item.typed.type.sql == "text"
    ]
    return [directed(node, TEXT, order, descending=False) for node in texts if node not in sorted_by]


def directed(node: Node, scalar: Scalar | None, order: TextOrder, *, descending: bool) -> Node:
    """A term of ORDER BY: a value of a type, sorted as a destination sorts text."""
    if scalar is not None and scalar.sql == "text" and order is not TextOrder.NATIVE:
        return fragment(f"{{0}} {order.sorting(descending=descending)}", node)
    return fragment("{0} DESC", node) if descending else node


def plain_columns(
    terms: Sequence[Term], select_list: Sequence[OutputColumn], context: ResolveContext
) -> list[TypedExpression]:
    """The columns of tables that rows are sorted by; empty where a term is anything else."""
    columns = []
    for term in terms:
        number = _number(term, select_list)
        value = term.value
        if number is None and isinstance(value, Name) and context.scope.find(value):
            typed = context.compiler.value(value, context)
        elif number is not None:
            typed = select_list[number].typed
        else:
            return []
        if typed.origin is None or not isinstance(typed.sql, exp.Column):
            return []
        columns.append(typed)
    return columns


def skipped(sql: Node, offset: int | None) -> Node:
    """A query with its OFFSET; itself where `offset` is None."""
    return sql if offset is None else OffsetQuery(this=sql, offset=offset)


def _term(term: Term, select_list: Sequence[OutputColumn], context: ResolveContext, *, distinct: bool) -> SortTerm:
    number = _number(term, select_list)
    if number is not None:
        return _of_output(number, select_list, term)
    assert not isinstance(term.value, int)  # noqa: S101 - told to mypy: it has a number, or was refused
    typed = context.compiler.value(term.value, context)
    for at, selected in enumerate(select_list):
        if selected.typed.sql == typed.sql:
            return _of_output(at, select_list, term)
    if distinct:
        hint = "rows that are told once can only be in the order of what is told"
        raise AdqlError("ORDER BY of what SELECT DISTINCT does not tell", term.at, hint)
    # A constant orders nothing, and a bare number would be taken for that of an output.
    constant = typed.number is not None or typed.type is None
    sql, scalar = (fragment("CAST(NULL AS text)"), None) if constant else (typed.sql, typed.type)
    return SortTerm(sql, sql, scalar, term.descending)


def _of_output(number: int, select_list: Sequence[OutputColumn], term: Term) -> SortTerm:
    output = select_list[number]
    return SortTerm(fragment(f"c{number}"), output.sql, output.typed.type, term.descending)


def _number(term: Term, select_list: Sequence[OutputColumn]) -> int | None:
    """Which output a term is, by its number or its alias."""
    if isinstance(term.value, int):
        if not 1 <= term.value <= len(select_list):
            raise AdqlError(f"there is no output number {term.value} to order by", term.at)
        return term.value - 1
    if isinstance(term.value, Name) and len(term.value.parts) == 1:
        [identifier] = term.value.parts
        return next(
            (at for at, selected in enumerate(select_list) if selected.alias and same(identifier, selected.alias.text)),
            None,
        )
    return None


def _with_aliases(select_list: Sequence[OutputColumn], scope: Scope) -> Scope:
    """Where expressions of ORDER BY stand: they may use an alias that no column has."""
    taken = {field.name.lower() for _, field in scope.columns}
    at = TextPosition(1, 1)
    outputs = [
        (ScopeRelation("", (selected.alias or Identifier("", quoted=True, at=at),), ()), selected)
        for selected in select_list
        if selected.alias and selected.alias.text.lower() not in taken
    ]
    if not outputs:
        return scope
    columns = tuple((relation, _field(selected)) for relation, selected in outputs)
    grouping = scope.grouping
    if grouping:
        grouping = replace(grouping, keys=grouping.keys | {selected.sql for _, selected in outputs})
    return replace(scope, columns=(*scope.columns, *columns), grouping=grouping)


def _field(selected: OutputColumn) -> ScopeColumn:
    typed = selected.typed
    return ScopeColumn(selected.name, "", typed.type, typed.metadata, typed.origin, merged=selected.sql)
