"""Functions: which one is called, with what, and what is known of the result."""

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from adql import aggregates, histogram, sky, spectral
from adql.checked.comparing import brought_together, moment
from adql.checked.functions import FUNCTIONS, ArgumentKind, SqlFunction
from adql.checked.scope import ScopeColumn
from adql.checked.typed import (
    INTEGERS,
    NUMBERS,
    TEXTS,
    TIMES,
    ColumnMetadata,
    GeometryForm,
    TypedExpression,
    brought,
    instant,
    kind,
    shared,
)
from adql.checked.units import factor
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.predicates import PatternMatch, escaped
from adql.template import AggregateCall, HubCall, Node, SqlTemplate, VolatileCall, cast, fragment, real
from adql.tree import AllColumns, Call, StringLiteral, TextPosition, Value
from schema.catalog import suggestion
from schema.types import ASCII, DOUBLE, INSTANT, INT, LONG, TEXT

ACCEPTED = {
    ArgumentKind.NUMBER: NUMBERS,
    ArgumentKind.NUMERIC: NUMBERS,
    ArgumentKind.INTEGER: INTEGERS,
    ArgumentKind.LONG: INTEGERS,
    ArgumentKind.TEXT: TEXTS,
    ArgumentKind.TIME: TIMES,
}
NULLS = {
    ArgumentKind.TEXT: "text",
    ArgumentKind.TIME: "timestamp with time zone",
    ArgumentKind.INTEGER: "integer",
    ArgumentKind.LONG: "bigint",
}
BROUGHT = {
    ArgumentKind.NUMBER: (DOUBLE, "double precision"),
    ArgumentKind.INTEGER: (None, "integer"),
    ArgumentKind.LONG: (LONG, "bigint"),
}


def call(node: Call, here: ResolveContext) -> TypedExpression:
    """A call in SQL; raises `AdqlError`."""
    if node.function in aggregates.AGGREGATES:
        return aggregates.aggregate(node, here)
    if node.distinct or any(isinstance(each, AllColumns) for each in node.arguments):
        raise AdqlError(f"{node.function} takes neither DISTINCT nor *", node.at)
    if node.function in sky.FUNCTIONS:
        return sky.FUNCTIONS[node.function](node, [_argument(each, here) for each in node.arguments], here)
    match node.function:
        case "COALESCE":
            return _coalesce(node, here)
        case "IN_UNIT":
            return _in_unit(node, here)
        case _:
            return _declared(node, here)


def _argument(argument: Value | AllColumns, here: ResolveContext) -> TypedExpression:
    assert not isinstance(argument, AllColumns)  # noqa: S101 - told to mypy
    return here.making.value(argument, here)


def _coalesce(node: Call, here: ResolveContext) -> TypedExpression:
    told = [_argument(each, here) for each in node.arguments]
    if not told:
        raise AdqlError("COALESCE wants a value", node.at)
    scalar = brought_together(told, node.at)
    sql = _first([brought(each, scalar) for each in told])
    known = [each.meaning for each in told if each.type is not None and each.number is None and each.string is None]
    return TypedExpression(sql, scalar, shared(known) if known else ColumnMetadata())


def _first(nodes: list[Node]) -> Node:
    """The first that is not NULL: of columns as CASE, which postgres_fdw ships, as it does not COALESCE."""
    if all(isinstance(node, exp.Column) for node in nodes[:-1]):
        whens = " ".join(f"WHEN {{{at}}} IS NOT NULL THEN {{{at}}}" for at in range(len(nodes) - 1))
        return fragment(f"(CASE {whens} ELSE {{{len(nodes) - 1}}} END)" if whens else "{0}", *nodes)
    return fragment(f"COALESCE({', '.join(f'{{{at}}}' for at in range(len(nodes)))})", *nodes)


def _in_unit(node: Call, here: ResolveContext) -> TypedExpression:
    if len(node.arguments) != 2 or not isinstance(node.arguments[1], StringLiteral):
        raise AdqlError("IN_UNIT wants a value and a unit in quotes", node.at)
    told, wanted = _argument(node.arguments[0], here), node.arguments[1]
    if told.type not in NUMBERS:
        raise AdqlError(f"IN_UNIT wants a number, not {kind(told.type)}", node.at)
    if not told.meaning.unit:
        raise AdqlError("IN_UNIT wants a value whose unit is known", node.at)
    try:
        times = factor(told.meaning.unit, wanted.value)
    except ValueError as error:
        raise AdqlError(str(error), wanted.at) from None
    sql = cast(told.sql, "double precision") if times == 1 else fragment("({0} * {1})", told.sql, real(times))
    return TypedExpression(
        sql, DOUBLE, ColumnMetadata(told.meaning.description, wanted.value, told.meaning.ucd, told.meaning.utype)
    )


def _declared(node: Call, here: ResolveContext) -> TypedExpression:
    overloads = FUNCTIONS.get(node.function)
    if not overloads:
        known = [*FUNCTIONS, *aggregates.AGGREGATES, *sky.FUNCTIONS, "COALESCE", "IN_UNIT"]
        hint = suggestion(node.function, known).partition("; known")[0].removeprefix("; ")
        raise AdqlError(f"there is no function {node.function}", node.at, hint)
    inside = aggregates.inside(node, here) if overloads[0].aggregate else here
    told = [_argument(each, inside) for each in node.arguments]
    for function in overloads:
        if _fits(function, told):
            here.making.varies |= function.varies
            maker = MADE.get(function.name)
            return maker(node, *_all_brought(function, told, node.at)) if maker else _made(function, told, node.at)
    forms = " or ".join(function.form.partition(" ->")[0] for function in overloads)
    given = ", ".join(kind(each.type) for each in told)
    raise AdqlError(f"{node.function} does not take ({given})", node.at, f"it is {forms}")


def _fits(function: SqlFunction, told: list[TypedExpression]) -> bool:
    return len(told) == len(function.arguments) and all(
        each.form is GeometryForm.POINT if wanted is ArgumentKind.POINT else _accepted(each, wanted)
        for each, (_, wanted) in zip(told, function.arguments, strict=True)
    )


def _accepted(value: TypedExpression, wanted: ArgumentKind) -> bool:
    read = wanted is ArgumentKind.TIME and value.string is not None
    return read or value.type is None or value.type in ACCEPTED[wanted]


def _matched(_node: Call, value: TypedExpression, pattern: TypedExpression) -> TypedExpression:
    truth = PatternMatch(this=value.sql, negated=False, operator="ILIKE", pattern=escaped(pattern.sql))
    return TypedExpression(cast(truth, "integer"), INT, truth=truth)


MADE: dict[str, Callable[..., TypedExpression]] = {
    "IVO_NOCASEMATCH": _matched,
    **dict.fromkeys(("IVO_SPECCONV", "GAVO_SPECCONV"), spectral.converted),
    **dict.fromkeys(("IVO_HISTOGRAM", "GAVO_HISTOGRAM"), histogram.counted),
}
"""Functions whose SQL depends on more than that of their arguments."""


def _made(function: SqlFunction, told: list[TypedExpression], at: TextPosition) -> TypedExpression:
    nodes = [
        node
        for each, (_, wanted) in zip(told, function.arguments, strict=True)
        for node in (
            [part.sql for part in each.parts] if wanted is ArgumentKind.POINT else [_brought(each, wanted, at)]
        )
    ]
    sql: Node = _node_class(function)(this=function.sql, expressions=nodes)
    unit = told[0].meaning.unit if function.keeps_unit else function.unit
    meaning = ColumnMetadata(unit=unit)
    scalar = told[0].type if function.result is None else function.result
    if scalar is TEXT and all(each.type is ASCII for each in told):
        scalar = ASCII
    if function.answers:
        return TypedExpression(cast(sql, "integer"), scalar, meaning, truth=sql)
    made_of = ScopeColumn("", "", scalar, meaning, merged=sql).value("")
    return made_of if made_of.form else TypedExpression(sql, scalar, meaning)


def _node_class(function: SqlFunction) -> type[SqlTemplate]:
    if function.aggregate:
        return AggregateCall
    if function.varies:
        return VolatileCall
    return HubCall if function.hub else SqlTemplate


def _all_brought(function: SqlFunction, told: list[TypedExpression], at: TextPosition) -> list[TypedExpression]:
    wanted = (kind for _, kind in function.arguments)
    return [replace(each, sql=_brought(each, kind, at)) for each, kind in zip(told, wanted, strict=True)]


def _brought(value: TypedExpression, wanted: ArgumentKind, at: TextPosition) -> Node:
    if wanted is ArgumentKind.TIME and value.string is not None:
        return moment(value.string, INSTANT, at)
    if wanted is ArgumentKind.TIME and value.type is not None:
        return instant(value)
    if wanted is ArgumentKind.TEXT and value.type is not None:
        return value.text
    if value.type is None:
        return cast(value.sql, NULLS.get(wanted, "double precision"))
    scalar, sql = BROUGHT.get(wanted, (value.type, ""))
    return value.sql if value.type is scalar else cast(value.sql, sql)
