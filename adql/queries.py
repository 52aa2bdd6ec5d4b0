"""From queries to SQL: WITH, set operators, and the order of what they give."""

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from adql.checked.comparing import common_type
from adql.checked.scope import Scope, ScopeColumn, ScopeRelation
from adql.checked.typed import shared_metadata
from adql.clauses import CommonTable, LimitedQuery, SetQuery, WithQuery, derived, output, take_with
from adql.clauses import select as written
from adql.context import CompiledSelect, ResolveContext
from adql.errors import AdqlError
from adql.order import OutputColumn, ordered, skipped, sort_terms
from adql.selects import select
from adql.template import Node, cast, column, fragment
from adql.tree import Common, Identifier, Query, Select, SetOperation


def query(node: Query, context: ResolveContext) -> CompiledSelect:
    """Compile a query inside another one, its limit written; raises `AdqlError`."""
    return _closed(whole(node, context))


def _closed(compiled: CompiledSelect) -> CompiledSelect:
    """A query with its limit written."""
    if compiled.limit is None:
        return compiled
    return replace(compiled, sql=LimitedQuery(this=compiled.sql, limit=compiled.limit), limit=None)


def whole(node: Query, context: ResolveContext) -> CompiledSelect:
    """Compile a whole query, its TOP left for `CompiledSelect.limit`; raises `AdqlError`."""
    common: list[Node] = []
    names: set[str] = set()
    for item in node.common:
        if item.name.text.lower() in names:
            raise AdqlError(f"{item.name.text} is named twice", item.name.at)
        names.add(item.name.text.lower())
        context, named = _named(item, context)
        common.append(named)
    body = _body(node, context)
    if not common:
        return body
    tables = [*common, *take_with(body.sql)]  # a query has one WITH
    return replace(body, sql=WithQuery(expressions=tables, this=body.sql))


def _named(common: Common, context: ResolveContext) -> tuple[ResolveContext, Node]:
    inner = query(common.query, context)
    columns = inner.fields
    if common.columns:
        if len(common.columns) != len(columns):
            message = f"{common.name.text} has {len(columns)} columns, not {len(common.columns)}"
            raise AdqlError(message, common.name.at)
        columns = tuple(replace(field, name=name.text) for field, name in zip(columns, common.columns, strict=True))
    sql = context.compiler.alias("w")
    return replace(context, common=((common.name.text, sql, columns), *context.common)), CommonTable(
        alias=sql, this=inner.sql
    )


def _body(node: Query, context: ResolveContext) -> CompiledSelect:
    match node.body:
        case Select():
            return select(node.body, node.order, node.offset, context)
        case SetOperation():
            compiled = _united(node.body, context)
        case Query():
            compiled = whole(node.body, context)
    return _arranged(node, _closed(compiled), context) if node.order or node.offset is not None else compiled


def _arranged(node: Query, compiled: CompiledSelect, context: ResolveContext) -> CompiledSelect:
    """The rows of a query in another order, or without the first."""
    alias = context.compiler.alias("s")
    context.compiler.size.columns |= {(alias, field.sql): field.size for field in compiled.fields}
    relation = ScopeRelation(alias, (Identifier(alias, quoted=True, at=node.at),), compiled.fields)
    scope = Scope((relation,), tuple((relation, field) for field in compiled.fields), context.scope)
    columns = [OutputColumn(field.value(alias), field.name, None) for field in compiled.fields]
    outputs = [output(column.sql, f"c{number}") for number, column in enumerate(columns)]
    rows = written(outputs, from_=exp.From(this=derived(compiled.sql, alias)))
    inside = replace(context, scope=scope, clause="the ORDER BY of a set")
    terms = sort_terms(node.order, columns, inside, distinct=False)
    arranged = ordered(rows, terms, columns, context.compiler.to.order, distinct=False)
    return CompiledSelect(skipped(arranged, node.offset), compiled.fields)


def _united(node: SetOperation, context: ResolveContext) -> CompiledSelect:
    left, right = (_side(side, context) for side in (node.left, node.right))
    if len(left.fields) != len(right.fields):
        message = f"{node.operator} of {len(left.fields)} columns and {len(right.fields)}"
        raise AdqlError(message, node.at, "both sides must have as many")
    pairs = enumerate(zip(left.fields, right.fields, strict=True))
    fields = tuple(_column(number, one, other, node) for number, (one, other) in pairs)
    sides = [_side_in_types(side, fields, context) for side in (left, right)]
    operator = f"{node.operator}{' ALL' if node.every else ''}"
    merges = context.compiler.to.order.merged and operator != "UNION ALL" and any(map(_is_text, fields))
    if not merges:
        united = SetQuery(left=sides[0], operator=operator, right=sides[1])
        context.compiler.size.check(united, node.at)
        return CompiledSelect(united, fields)
    # Collated so that no source sorts a side for the hub; not outside, where columns are of the database's collation.
    one, other = (_in_collation("C", side, fields, context) for side in sides)
    rows = SetQuery(left=one, operator=operator, right=other)
    context.compiler.size.check(rows, node.at)
    return CompiledSelect(_in_collation("default", rows, fields, context), fields)


def _in_collation(collation: str, rows: Node, fields: Sequence[ScopeColumn], context: ResolveContext) -> Node:
    """A query whose texts have a collation."""
    alias = context.compiler.alias("s")
    columns = [column(alias, f"c{number}") for number in range(len(fields))]
    outputs = [
        output(fragment(f'{{0}} COLLATE "{collation}"', node) if _is_text(field) else node, f"c{number}")
        for number, (node, field) in enumerate(zip(columns, fields, strict=True))
    ]
    return written(outputs, from_=exp.From(this=derived(rows, alias)))


def _is_text(field: ScopeColumn) -> bool:
    return _sql_type(field) == "text"


def _side(side: Select | SetOperation | Query, context: ResolveContext) -> CompiledSelect:
    match side:
        case Select():
            return _closed(select(side, (), None, context))
        case SetOperation():
            return _united(side, context)
        case Query():
            return query(side, context)


def _column(number: int, one: ScopeColumn, other: ScopeColumn, node: SetOperation) -> ScopeColumn:
    scalar = common_type([one.value(""), other.value("")], node.at)
    known = [field.metadata for field in (one, other) if field.type is not None]
    origin = one.origin if one.origin == other.origin else None
    metadata = shared_metadata(known or [one.metadata])
    return ScopeColumn(one.name, f"c{number}", scalar, metadata, origin, size=one.size + other.size)


def _side_in_types(side: CompiledSelect, fields: Sequence[ScopeColumn], context: ResolveContext) -> Node:
    """A side with its columns in the types of the whole."""
    pairs = list(zip(side.fields, fields, strict=True))
    if all(_sql_type(field) == _sql_type(target) for field, target in pairs):
        return side.sql
    alias = context.compiler.alias("s")
    outputs = [
        output(cast(field.value(alias).sql, _sql_type(target)), f"c{number}")
        for number, (field, target) in enumerate(pairs)
    ]
    return written(outputs, from_=exp.From(this=derived(side.sql, alias)))


def _sql_type(field: ScopeColumn) -> str:
    return field.type.sql if field.type else "text"
