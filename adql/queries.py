"""From queries to SQL: WITH, set operators, and the order of what they give."""

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from adql.checked.comparing import brought_together
from adql.checked.scope import Scope, ScopeColumn, ScopeRelation
from adql.checked.typed import shared
from adql.clauses import CommonTable, LimitedQuery, SetQuery, WithQuery, derived, output, take_with
from adql.clauses import select as written
from adql.context import CompiledSelect, ResolveContext
from adql.errors import AdqlError
from adql.order import OutputColumn, ordered, skipped
from adql.selects import select
from adql.template import Node, cast
from adql.tree import Common, Identifier, Query, Select, SetOperation


def query(node: Query, here: ResolveContext) -> CompiledSelect:
    """A query inside another one; raises `AdqlError`."""
    return _closed(whole(node, here))


def _closed(found: CompiledSelect) -> CompiledSelect:
    """A query with its limit written."""
    if found.limit is None:
        return found
    return replace(found, sql=LimitedQuery(this=found.sql, limit=found.limit), limit=None)


def whole(node: Query, here: ResolveContext) -> CompiledSelect:
    """A query, its limit not written yet; raises `AdqlError`."""
    common: list[Node] = []
    names: set[str] = set()
    for each in node.common:
        if each.name.text.lower() in names:
            raise AdqlError(f"{each.name.text} is named twice", each.name.at)
        names.add(each.name.text.lower())
        here, named = _named(each, here)
        common.append(named)
    found = _body(node, here)
    if not common:
        return found
    named_ = [*common, *take_with(found.sql)]  # a query has one WITH
    return replace(found, sql=WithQuery(expressions=named_, this=found.sql))


def _named(common: Common, here: ResolveContext) -> tuple[ResolveContext, Node]:
    inner = query(common.query, here)
    columns = inner.fields
    if common.columns:
        if len(common.columns) != len(columns):
            message = f"{common.name.text} has {len(columns)} columns, not {len(common.columns)}"
            raise AdqlError(message, common.name.at)
        columns = tuple(replace(field, name=name.text) for field, name in zip(columns, common.columns, strict=True))
    sql = here.making.alias("w")
    return replace(here, common=((common.name.text, sql, columns), *here.common)), CommonTable(
        alias=sql, this=inner.sql
    )


def _body(node: Query, here: ResolveContext) -> CompiledSelect:
    match node.body:
        case Select():
            return select(node.body, node.order, node.offset, here)
        case SetOperation():
            found = _united(node.body, here)
        case Query():
            found = whole(node.body, here)
    return _arranged(node, _closed(found), here) if node.order or node.offset is not None else found


def _arranged(node: Query, found: CompiledSelect, here: ResolveContext) -> CompiledSelect:
    """The rows of a query in another order, or without the first."""
    alias = here.making.alias("s")
    relation = ScopeRelation(alias, (Identifier(alias, quoted=True, at=node.at),), found.fields)
    scope = Scope((relation,), tuple((relation, field) for field in found.fields), here.scope)
    told = [OutputColumn(field.value(alias), field.name, None) for field in found.fields]
    outputs = [output(each.sql, f"c{number}") for number, each in enumerate(told)]
    rows = written(outputs, from_=exp.From(this=derived(found.sql, alias)))
    inside = replace(here, scope=scope, clause="the ORDER BY of a set")
    arranged = ordered(rows, node.order, told, inside, distinct=False)
    return CompiledSelect(skipped(arranged, node.offset), found.fields)


def _united(node: SetOperation, here: ResolveContext) -> CompiledSelect:
    left, right = (_side(side, here) for side in (node.left, node.right))
    if len(left.fields) != len(right.fields):
        message = f"{node.operator} of {len(left.fields)} columns and {len(right.fields)}"
        raise AdqlError(message, node.at, "both sides must have as many")
    pairs = enumerate(zip(left.fields, right.fields, strict=True))
    fields = tuple(_column(number, one, other, node) for number, (one, other) in pairs)
    sides = [_brought(side, fields, here) for side in (left, right)]
    operator = f"{node.operator}{' ALL' if node.every else ''}"
    return CompiledSelect(SetQuery(left=sides[0], operator=operator, right=sides[1]), fields)


def _side(side: Select | SetOperation | Query, here: ResolveContext) -> CompiledSelect:
    match side:
        case Select():
            return _closed(select(side, (), None, here))
        case SetOperation():
            return _united(side, here)
        case Query():
            return query(side, here)


def _column(number: int, one: ScopeColumn, other: ScopeColumn, node: SetOperation) -> ScopeColumn:
    scalar = brought_together([one.value(""), other.value("")], node.at)
    known = [field.meaning for field in (one, other) if field.type is not None]
    origin = one.origin if one.origin == other.origin else None
    return ScopeColumn(one.name, f"c{number}", scalar, shared(known or [one.meaning]), origin)


def _brought(side: CompiledSelect, fields: Sequence[ScopeColumn], here: ResolveContext) -> Node:
    """A side with its columns in the types of the whole."""
    pairs = list(zip(side.fields, fields, strict=True))
    if all(_sql_type(field) == _sql_type(wanted) for field, wanted in pairs):
        return side.sql
    alias = here.making.alias("s")
    outputs = [
        output(cast(field.value(alias).sql, _sql_type(wanted)), f"c{number}")
        for number, (field, wanted) in enumerate(pairs)
    ]
    return written(outputs, from_=exp.From(this=derived(side.sql, alias)))


def _sql_type(field: ScopeColumn) -> str:
    return field.type.sql if field.type else "text"
