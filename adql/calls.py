"""Functions: which one is called, with what, and what is known of the result."""

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from adql import aggregates, astrometry, healpix, histogram, sexagesimal, sky, spectral
from adql.checked.comparing import alike, common_type, moment
from adql.checked.functions import FUNCTIONS, ArgumentKind, SqlFunction
from adql.checked.literals import as_number
from adql.checked.scope import ScopeColumn
from adql.checked.typed import (
    INTEGERS,
    NUMBERS,
    TEXTS,
    TIMES,
    ColumnMetadata,
    GeometryForm,
    TypedExpression,
    coerced,
    instant,
    kind,
    shared_metadata,
)
from adql.checked.units import factor
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.grammar.numerals import is_number
from adql.predicates import PatternMatch, escaped
from adql.template import AggregateCall, HubCall, Node, SqlTemplate, VolatileCall, cast, fragment, real
from adql.tree import AllColumns, Call, StringLiteral, TextPosition, Value
from schema.catalog import suggestion
from schema.operators import LONGEST_PATTERN
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
CONVERSIONS = {
    ArgumentKind.NUMBER: (DOUBLE, "double precision"),
    ArgumentKind.INTEGER: (None, "integer"),
    ArgumentKind.LONG: (LONG, "bigint"),
}


def call(node: Call, context: ResolveContext) -> TypedExpression:
    """A call as SQL, with its type and what is known of its result.

    Raises
    ------
    AdqlError
        There is no such function, it does not take these arguments, or an aggregate stands where none may be.
    """
    if node.function in aggregates.AGGREGATES:
        return aggregates.aggregate(node, context)
    if node.distinct or any(isinstance(operand, AllColumns) for operand in node.arguments):
        raise AdqlError(f"{node.function} takes neither DISTINCT nor *", node.at)
    if node.function in sky.FUNCTIONS:
        return sky.FUNCTIONS[node.function](node, [_argument(operand, context) for operand in node.arguments], context)
    match node.function:
        case "COALESCE":
            return _coalesce(node, context)
        case "IN_UNIT":
            return _in_unit(node, context)
        case _:
            return _declared(node, context)


def _argument(argument: Value | AllColumns, context: ResolveContext) -> TypedExpression:
    assert not isinstance(argument, AllColumns)  # noqa: S101 - told to mypy
    return context.compiler.value(argument, context)


def _coalesce(node: Call, context: ResolveContext) -> TypedExpression:
    operands = alike([_argument(operand, context) for operand in node.arguments], node.at)
    if not operands:
        raise AdqlError("COALESCE wants a value", node.at)
    scalar = common_type(operands, node.at)
    sql = _first([coerced(operand, scalar) for operand in operands])
    known = [
        operand.metadata
        for operand in operands
        if operand.type is not None and operand.number is None and operand.string is None
    ]
    return TypedExpression(sql, scalar, shared_metadata(known) if known else ColumnMetadata())


def _first(nodes: list[Node]) -> Node:
    """The first that is not NULL: of columns as CASE, which postgres_fdw ships, as it does not COALESCE."""
    if all(isinstance(node, exp.Column) for node in nodes[:-1]):
        whens = " ".join(f"WHEN {{{at}}} IS NOT NULL THEN {{{at}}}" for at in range(len(nodes) - 1))
        return fragment(f"(CASE {whens} ELSE {{{len(nodes) - 1}}} END)" if whens else "{0}", *nodes)
    return fragment(f"COALESCE({', '.join(f'{{{at}}}' for at in range(len(nodes)))})", *nodes)


def _in_unit(node: Call, context: ResolveContext) -> TypedExpression:
    if len(node.arguments) != 2 or not isinstance(node.arguments[1], StringLiteral):
        raise AdqlError("IN_UNIT wants a value and a unit in quotes", node.at)
    operand, unit = as_number(_argument(node.arguments[0], context), node.at), node.arguments[1]
    if operand.type not in NUMBERS:
        raise AdqlError(f"IN_UNIT wants a number, not {kind(operand.type)}", node.at)
    if not operand.metadata.unit:
        raise AdqlError("IN_UNIT wants a value whose unit is known", node.at)
    try:
        times = factor(operand.metadata.unit, unit.value)
    except ValueError as error:
        raise AdqlError(str(error), unit.at) from None
    sql = cast(operand.sql, "double precision") if times == 1 else fragment("({0} * {1})", operand.sql, real(times))
    return TypedExpression(
        sql,
        DOUBLE,
        ColumnMetadata(operand.metadata.description, unit.value, operand.metadata.ucd, operand.metadata.utype),
    )


def _declared(node: Call, context: ResolveContext) -> TypedExpression:
    overloads = FUNCTIONS.get(node.function)
    if not overloads:
        known = [*FUNCTIONS, *aggregates.AGGREGATES, *sky.FUNCTIONS, "COALESCE", "IN_UNIT"]
        hint = suggestion(node.function, known).partition("; known")[0].removeprefix("; ")
        raise AdqlError(f"there is no function {node.function}", node.at, hint)
    inside = aggregates.inside(node, context) if overloads[0].aggregate else context
    operands = [_argument(operand, inside) for operand in node.arguments]
    if node.function in PATTERNS and any(len(operand.string or "") > LONGEST_PATTERN for operand in operands):
        raise AdqlError(f"{node.function} takes character strings of {LONGEST_PATTERN} characters at most", node.at)
    for function in overloads:
        if _fits(function, read := _read(function, operands, node.at)):
            operands = read
            context.compiler.varies |= function.varies
            maker = SPECIAL.get(function.name)
            return (
                maker(node, *_all_converted(function, operands, node.at))
                if maker
                else _from_template(function, operands, node.at, context)
            )
    forms = " or ".join(function.form.partition(" ->")[0] for function in overloads)
    given = ", ".join(kind(operand.type) for operand in operands)
    raise AdqlError(f"{node.function} does not take ({given})", node.at, f"it is {forms}")


def _fits(function: SqlFunction, operands: list[TypedExpression]) -> bool:
    return len(operands) == len(function.arguments) and all(
        operand.form is GeometryForm.POINT if expected is ArgumentKind.POINT else _accepted(operand, expected)
        for operand, (_, expected) in zip(operands, function.arguments, strict=True)
    )


def _read(function: SqlFunction, operands: list[TypedExpression], at: TextPosition) -> list[TypedExpression]:
    """The arguments, with character strings that read as numbers read so where the function wants numbers."""
    return [
        as_number(operand, at)
        if ACCEPTED.get(expected) in (NUMBERS, INTEGERS) and is_number(operand.string or "")
        else operand
        for operand, (_, expected) in zip(operands, function.arguments, strict=False)
    ] + operands[len(function.arguments) :]


def _accepted(value: TypedExpression, expected: ArgumentKind) -> bool:
    read = expected is ArgumentKind.TIME and value.string is not None
    return read or value.type is None or value.type in ACCEPTED[expected]


def _matched(_node: Call, value: TypedExpression, pattern: TypedExpression) -> TypedExpression:
    truth = PatternMatch(this=value.sql, negated=False, operator="ILIKE", pattern=escaped(pattern.sql))
    return TypedExpression(cast(truth, "integer"), INT, truth=truth)


PATTERNS = frozenset(("IVO_NOCASEMATCH", "GAVO_MATCH", "IVO_HASWORD"))
"""Functions whose cost grows with the product of what they compare."""
SPECIAL: dict[str, Callable[..., TypedExpression]] = {
    "IVO_NOCASEMATCH": _matched,
    **dict.fromkeys(("IVO_SPECCONV", "GAVO_SPECCONV"), spectral.converted),
    **dict.fromkeys(("IVO_HISTOGRAM", "GAVO_HISTOGRAM"), histogram.counted),
    "IVO_EPOCH_PROP_POS": astrometry.carried,
    "IVO_HMS_TO_DEGREES": sexagesimal.reader("h", 15.0),
    "IVO_DMS_TO_DEGREES": sexagesimal.reader("d", 1.0),
}
"""Functions whose SQL depends on more than that of their arguments."""


def _from_template(
    function: SqlFunction, operands: list[TypedExpression], at: TextPosition, context: ResolveContext
) -> TypedExpression:
    nodes = [
        node
        for operand, (_, expected) in zip(operands, function.arguments, strict=True)
        for node in (
            [coordinate.sql for coordinate in operand.parts]
            if expected is ArgumentKind.POINT
            else [_converted(operand, expected, at)]
        )
    ]
    sql: Node = _node_class(function)(this=function.sql, expressions=nodes)
    if function.name == "IVO_HEALPIX_INDEX" and context.compiler.backend:
        sql = healpix.at_source(operands[0].number, nodes, context.compiler) or sql
    unit = operands[0].metadata.unit if function.keeps_unit else function.unit
    metadata = ColumnMetadata(unit=unit)
    scalar = operands[0].type if function.result is None else function.result
    if scalar is TEXT and all(operand.type is ASCII for operand in operands):
        scalar = ASCII
    if function.answers:
        return TypedExpression(cast(sql, "integer"), scalar, metadata, truth=sql)
    composed = ScopeColumn("", "", scalar, metadata, merged=sql).value("")
    return composed if composed.form else TypedExpression(sql, scalar, metadata)


def _node_class(function: SqlFunction) -> type[SqlTemplate]:
    if function.aggregate:
        return AggregateCall
    if function.varies:
        return VolatileCall
    return HubCall if function.hub else SqlTemplate


def _all_converted(function: SqlFunction, operands: list[TypedExpression], at: TextPosition) -> list[TypedExpression]:
    expected = (kind for _, kind in function.arguments)
    return [
        replace(operand, sql=_converted(operand, kind, at)) for operand, kind in zip(operands, expected, strict=True)
    ]


def _converted(value: TypedExpression, expected: ArgumentKind, at: TextPosition) -> Node:
    if expected is ArgumentKind.TIME and value.string is not None:
        return moment(value.string, INSTANT, at)
    if expected is ArgumentKind.TIME and value.type is not None:
        return instant(value)
    if expected is ArgumentKind.TEXT and value.type is not None:
        return value.text
    if value.type is None:
        return cast(value.sql, NULLS.get(expected, "double precision"))
    scalar, sql = CONVERSIONS.get(expected, (value.type, ""))
    return value.sql if value.type is scalar else cast(value.sql, sql)
