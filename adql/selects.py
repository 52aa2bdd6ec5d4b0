"""One SELECT: its FROM and WHERE, groups, select list and order; rows left out at the sources (`adql.joins`)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlglot import exp

from adql.aggregates import AGGREGATES
from adql.checked.catalogue import same
from adql.checked.functions import FUNCTIONS
from adql.checked.scope import GroupScope, ScopeColumn
from adql.checked.typed import TypedExpression
from adql.clauses import output
from adql.clauses import select as written
from adql.context import CompiledSelect, ResolveContext
from adql.errors import AdqlError
from adql.joins import semijoin
from adql.joins.close import join_close
from adql.order import FirstRows, OutputColumn, SortTerm, ordered, skipped, sort_terms
from adql.relations import source
from adql.same_rows import tied
from adql.template import Node, cast, fragment
from adql.top import TopSelect, two_armed
from adql.tree import AllColumns, Call, Name, Output, Query, Select, TableName, Term, Value
from adql.walk import nodes
from planning.routing import databases
from planning.text_order import COLLATED

COLUMNS, TERMS = 1600, 64
"""Columns of a select list (PostgreSQL has 1664 at most), and terms of GROUP BY or ORDER BY."""


def select(node: Select, terms: Sequence[Term], offset: int | None, context: ResolveContext) -> CompiledSelect:
    """Compile a SELECT with its order, its TOP left for `CompiledSelect.limit`.

    Parameters
    ----------
    terms, offset
        ORDER BY and OFFSET, which the grammar has on the query around.

    Raises
    ------
    AdqlError
        A name stands for nothing, or single rows stand where groups are.
    """
    joined = tied(node, context)
    from_clause = source(joined.source, context)
    rows = replace(context, scope=from_clause.scope(context.scope), clause="")
    where = joined.where and context.compiler.condition(joined.where, replace(rows, clause="WHERE"))
    typed_keys = [_key(key, node, replace(rows, clause="GROUP BY")) for key in node.group[: TERMS + 1]]
    keys = [key.sql for key in typed_keys]
    also = _collated(typed_keys) if context.compiler.to.order.merged and _merges(from_clause.sql, context) else []
    groups = rows
    if keys or node.having or _aggregated((node.outputs, terms)):
        groups = replace(rows, scope=replace(rows.scope, grouping=GroupScope(frozenset(keys), [])))
    having = node.having and context.compiler.condition(node.having, groups)
    outputs = _output_columns(node, terms, groups)
    _only_groups(groups)
    sql = written(
        [output(item.sql, f"c{number}") for number, item in enumerate(outputs)],
        distinct=exp.Distinct() if node.distinct else None,
        from_=exp.From(this=from_clause.sql),
        where=where and exp.Where(this=where),
        group=exp.Group(expressions=[*keys, *also]) if keys else None,
        having=having and exp.Having(this=having),
    )
    sorting = sort_terms(terms, outputs, groups, distinct=node.distinct)
    order = context.compiler.to.order
    arranged = ordered(sql, sorting, outputs, order, distinct=node.distinct)
    _only_groups(groups)
    context.compiler.size.check(arranged, node.at)
    if not context.scope.relations:  # a query of a value or a condition is not asked once
        single = groups is rows and not node.distinct
        first = _first_rows(node, sorting, offset, context) if single else None
        _push_down(sql, first, context, whole=groups is not rows)
    if where and groups is rows and offset is None and _is_top(node, context):
        arranged = two_armed(TopSelect(outputs, from_clause.sql, where, terms, node.top or 0), rows) or arranged
    return CompiledSelect(skipped(arranged, offset), _fields(outputs, context), node.top)


def _is_top(node: Select, context: ResolveContext) -> bool:
    """Whether a query is TOP of the rows of one table, for a source: postgres_fdw ships no arms."""
    tables = len(node.source) == 1 and isinstance(node.source[0], TableName) and node.source[0].sample is None
    return tables and node.top is not None and not node.distinct and context.compiler.to.direct


def _push_down(sql: exp.Select, first: FirstRows | None, context: ResolveContext, *, whole: bool) -> None:
    """Let sources do, or leave out, what PostgreSQL would not of itself."""
    compiler = context.compiler
    if compiler.backend:
        join_close(sql, compiler.tables, compiler.alias)
        return
    tables = {table.qualified: table for table in compiler.tables}
    compiler.settings |= semijoin.push_down(sql, tables, compiler.alias, first, whole=whole)


def _first_rows(
    node: Select, sorting: tuple[SortTerm, ...], offset: int | None, context: ResolveContext
) -> FirstRows | None:
    """The rows that are wanted of a query: those of TOP, of the whole statement no more than are asked for."""
    limits = [node.top] if node is not context.compiler.root else [node.top, context.compiler.most]
    known = [limit for limit in limits if limit is not None]
    if not sorting or not known:
        return None
    return FirstRows(sorting, min(known) + (offset or 0), context.compiler.to.order)


def _merges(from_sql: Node, context: ResolveContext) -> bool:
    """Whether the hub may merge rows of several queries for a FROM: all but tables of one source are taken for such."""
    declared = {table.qualified: table for table in context.compiler.tables}
    known = [declared.get(f"{found.db}.{found.name}") for found in from_sql.find_all(exp.Table)]
    if from_sql.find(exp.Subquery) or None in known:
        return True
    return len(databases(table for table in known if table)) > 1


def _collated(keys: Sequence[TypedExpression]) -> list[Node]:
    """What rows are grouped by beside texts, so that no source sorts them for the hub."""
    texts = [key.sql for key in keys if key.type and key.type.sql == "text"]
    return [fragment(COLLATED.format("{0}"), text) for text in texts]


def _key(key: Value | int, node: Select, context: ResolveContext) -> TypedExpression:
    """What rows are grouped by: a value, the number of an output, or its alias where no column is called so."""
    typed = context.compiler.value(_meant(key, node, context), context)
    if typed.type is None:
        return replace(typed, sql=cast(typed.sql, "text"))
    # A bare number would be taken for that of an output.
    return typed if typed.number is None else replace(typed, sql=cast(typed.sql, typed.type.sql))


def _meant(key: Value | int, node: Select, context: ResolveContext) -> Value:
    if isinstance(key, int):
        if not 1 <= key <= len(node.outputs):
            raise AdqlError(f"there is no output number {key} to group by", node.at)
        item = node.outputs[key - 1]
        if isinstance(item, AllColumns):
            raise AdqlError(f"output number {key} is no single column", item.at)
        return item.value
    if isinstance(key, Name) and len(key.parts) == 1 and context.scope.find(key) is None:
        for item in node.outputs:
            if isinstance(item, Output) and item.alias and same(key.parts[0], item.alias.text):
                return item.value
    return key


def _aggregated(node: Any) -> bool:
    """Whether there is an aggregate in it, those of queries inside left out."""
    return any(isinstance(item, Call) and _is_aggregate(item.function) for item in nodes(node, but=(Query,)))


def _is_aggregate(function: str) -> bool:
    return function in AGGREGATES or any(item.aggregate for item in FUNCTIONS.get(function, ()))


def _only_groups(context: ResolveContext) -> None:
    """Refuse a column of single rows in the select list of groups."""
    grouping = context.scope.grouping
    if grouping and grouping.loose:
        name = grouping.loose[0]
        text = ".".join(identifier.text for identifier in name.parts)
        hint = "tell it in GROUP BY, or an aggregate of it, such as MAX"
        raise AdqlError(f"{text} is of single rows, not of a group", name.at, hint)


def _output_columns(node: Select, terms: Sequence[Term], context: ResolveContext) -> list[OutputColumn]:
    """Select list, limited to 1600 columns; raises `AdqlError` where there are more, or more than 64 terms."""
    if max(len(node.group), len(terms)) > TERMS:
        raise AdqlError(f"rows are grouped or ordered by {TERMS} values at most", node.at)
    outputs = list(islice(_outputs(node.outputs, context), COLUMNS + 1))
    if len(outputs) > COLUMNS:
        raise AdqlError(f"a query tells {COLUMNS} columns at most", node.at)
    return outputs


def _outputs(outputs: Sequence[Output | AllColumns], context: ResolveContext) -> Iterator[OutputColumn]:
    for item in outputs:
        if isinstance(item, Output):
            typed = context.compiler.value(item.value, context)
            yield OutputColumn(typed, item.alias.text if item.alias else _name(item.value, typed, context), item.alias)
        else:
            yield from _star_columns(item, context)


def _star_columns(star: AllColumns, context: ResolveContext) -> Iterator[OutputColumn]:
    """The columns that a star is."""
    columns = context.scope.columns
    if star.qualifier:
        relation = context.scope.relation(star.qualifier)
        columns = tuple((relation, field) for field in relation.fields)
    grouping = context.scope.grouping
    for relation, field in columns:
        typed = field.value(relation.alias)
        if grouping and typed.sql not in grouping.keys:
            raise AdqlError(f"* has {field.name}, which is of single rows, not of a group", star.at)
        yield OutputColumn(typed, field.name, None)


def _name(value: Value, typed: TypedExpression, context: ResolveContext) -> str:
    """The name of an output that was given none."""
    if isinstance(value, Name):
        match = context.scope.find(value)
        return match[0][1].name if match else value.parts[-1].text
    if isinstance(value, Call):
        return value.function.lower()
    return "expression" if typed.origin is None else typed.origin.column.name


def _fields(outputs: Sequence[OutputColumn], context: ResolveContext) -> tuple[ScopeColumn, ...]:
    """Columns of the result, each under a name of its own."""
    seen: set[str] = set()
    columns: list[ScopeColumn] = []
    for number, item in enumerate(outputs):
        name, count = item.name, 1
        while name.lower() in seen:
            count += 1
            name = f"{item.name}_{count}"
        seen.add(name.lower())
        typed = item.typed
        size = context.compiler.size.of(typed.sql)
        columns.append(ScopeColumn(name, f"c{number}", typed.type, typed.metadata, typed.origin, size=size))
    return tuple(columns)
