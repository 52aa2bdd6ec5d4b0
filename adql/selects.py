"""One SELECT: what it tells, of which rows, how they are grouped and in which order."""

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
from adql.order import OutputColumn, ordered, skipped
from adql.relations import source
from adql.template import Node, cast
from adql.tree import AllColumns, Call, Name, Output, Query, Select, Term, Value
from adql.walk import nodes

COLUMNS, TERMS = 1600, 64
"""Columns that a query may tell (PostgreSQL has 1664 at most), and terms of GROUP BY or ORDER BY."""


def select(node: Select, terms: Sequence[Term], offset: int | None, here: ResolveContext) -> CompiledSelect:
    """A SELECT with its order, its limit not written yet; raises `AdqlError`."""
    found = source(node.source, here)
    rows = replace(here, scope=found.scope(here.scope), clause="")
    where = node.where and here.making.condition(node.where, replace(rows, clause="WHERE"))
    keys = [_key(key, node, replace(rows, clause="GROUP BY")) for key in node.group[: TERMS + 1]]
    groups = rows
    if keys or node.having or _aggregated((node.outputs, terms)):
        groups = replace(rows, scope=replace(rows.scope, grouping=GroupScope(frozenset(keys), [])))
    having = node.having and here.making.condition(node.having, groups)
    told = _bounded(node, terms, groups)
    _only_groups(groups)
    sql = written(
        [output(each.sql, f"c{number}") for number, each in enumerate(told)],
        distinct=exp.Distinct() if node.distinct else None,
        from_=exp.From(this=found.sql),
        where=where and exp.Where(this=where),
        group=exp.Group(expressions=keys) if keys else None,
        having=having and exp.Having(this=having),
    )
    arranged = ordered(sql, terms, told, groups, distinct=node.distinct)
    _only_groups(groups)
    if not here.making.body and not here.scope.relations:  # a query of a value or a condition is not asked once
        semijoin.push_down(sql, {table.qualified: table for table in here.making.tables}, here.making.alias)
    return CompiledSelect(skipped(arranged, offset), _fields(told), node.top)


def _key(key: Value | int, node: Select, here: ResolveContext) -> Node:
    """What rows are grouped by: a value, the number of an output, or its alias where no column is called so."""
    typed = here.making.value(_meant(key, node, here), here)
    if typed.type is None:
        return cast(typed.sql, "text")
    # A bare number would be taken for that of an output.
    return typed.sql if typed.number is None else cast(typed.sql, typed.type.sql)


def _meant(key: Value | int, node: Select, here: ResolveContext) -> Value:
    if isinstance(key, int):
        if not 1 <= key <= len(node.outputs):
            raise AdqlError(f"there is no output number {key} to group by", node.at)
        wanted = node.outputs[key - 1]
        if isinstance(wanted, AllColumns):
            raise AdqlError(f"output number {key} is no single column", wanted.at)
        return wanted.value
    if isinstance(key, Name) and len(key.parts) == 1 and here.scope.find(key) is None:
        for each in node.outputs:
            if isinstance(each, Output) and each.alias and same(key.parts[0], each.alias.text):
                return each.value
    return key


def _aggregated(node: Any) -> bool:
    """Whether there is an aggregate in it, those of queries inside left out."""
    return any(isinstance(each, Call) and _is_aggregate(each.function) for each in nodes(node, but=(Query,)))


def _is_aggregate(function: str) -> bool:
    return function in AGGREGATES or any(each.aggregate for each in FUNCTIONS.get(function, ()))


def _only_groups(here: ResolveContext) -> None:
    """Refuse what is of single rows where groups are told."""
    grouping = here.scope.grouping
    if grouping and grouping.loose:
        name = grouping.loose[0]
        text = ".".join(part.text for part in name.parts)
        hint = "tell it in GROUP BY, or an aggregate of it, such as MAX"
        raise AdqlError(f"{text} is of single rows, not of a group", name.at, hint)


def _bounded(node: Select, terms: Sequence[Term], here: ResolveContext) -> list[OutputColumn]:
    """What is told, as much of it as PostgreSQL can have and no more terms than can be looked for in it."""
    if max(len(node.group), len(terms)) > TERMS:
        raise AdqlError(f"rows are grouped or ordered by {TERMS} values at most", node.at)
    told = list(islice(_told(node.outputs, here), COLUMNS + 1))
    if len(told) > COLUMNS:
        raise AdqlError(f"a query tells {COLUMNS} columns at most", node.at)
    return told


def _told(outputs: Sequence[Output | AllColumns], here: ResolveContext) -> Iterator[OutputColumn]:
    for each in outputs:
        if isinstance(each, Output):
            typed = here.making.value(each.value, here)
            yield OutputColumn(typed, each.alias.text if each.alias else _name(each.value, typed, here), each.alias)
        else:
            yield from _every(each, here)


def _every(star: AllColumns, here: ResolveContext) -> Iterator[OutputColumn]:
    """The columns that a star is."""
    columns = here.scope.columns
    if star.qualifier:
        relation = here.scope.relation(star.qualifier)
        columns = tuple((relation, field) for field in relation.fields)
    grouping = here.scope.grouping
    for relation, field in columns:
        typed = field.value(relation.alias)
        if grouping and typed.sql not in grouping.keys:
            raise AdqlError(f"* has {field.name}, which is of single rows, not of a group", star.at)
        yield OutputColumn(typed, field.name, None)


def _name(value: Value, typed: TypedExpression, here: ResolveContext) -> str:
    """The name of an output that was given none."""
    if isinstance(value, Name):
        found = here.scope.find(value)
        return found[0][1].name if found else value.parts[-1].text
    if isinstance(value, Call):
        return value.function.lower()
    return "expression" if typed.origin is None else typed.origin.column.name


def _fields(told: Sequence[OutputColumn]) -> tuple[ScopeColumn, ...]:
    """Columns of the result, each under a name of its own."""
    seen: set[str] = set()
    found: list[ScopeColumn] = []
    for number, each in enumerate(told):
        name, again = each.name, 1
        while name.lower() in seen:
            again += 1
            name = f"{each.name}_{again}"
        seen.add(name.lower())
        typed = each.typed
        found.append(ScopeColumn(name, f"c{number}", typed.type, typed.meaning, typed.origin))
    return tuple(found)
