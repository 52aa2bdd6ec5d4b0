"""Aggregates: one value of a group of rows."""

from adql.checked.typed import INTEGERS, NUMBERS, TEXTS, TIMES, ColumnMetadata, TypedExpression, kind
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.template import AggregateCall, Node, cast
from adql.tree import AllColumns, Call
from schema.types import DOUBLE, JSON, LONG, Scalar

AGGREGATES = ("COUNT", "MIN", "MAX", "AVG", "SUM")
STATISTIC = {"MIN": "stat.min", "MAX": "stat.max", "AVG": "stat.mean"}
COMPARABLE = (*NUMBERS, *(scalar for scalar in TEXTS if scalar is not JSON), *TIMES)


def inside(node: Call, here: ResolveContext) -> ResolveContext:
    """Where the argument of an aggregate stands; raises `AdqlError` where none may be."""
    if here.clause:
        hint = "HAVING restricts groups" if here.clause == "WHERE" else ""
        raise AdqlError(f"{node.function} may not be in {here.clause}", node.at, hint)
    return here.ungrouped(f"another aggregate ({node.function})")


def aggregate(node: Call, here: ResolveContext) -> TypedExpression:
    """COUNT, MIN, MAX, AVG, SUM; raises `AdqlError`."""
    within = inside(node, here)
    if len(node.arguments) != 1:
        raise AdqlError(f"{node.function} wants one argument, not {len(node.arguments)}", node.at)
    [argument] = node.arguments
    if isinstance(argument, AllColumns):
        if node.function != "COUNT" or node.distinct or argument.qualifier:
            raise AdqlError("only COUNT(*) counts rows", argument.at)
        return TypedExpression(
            AggregateCall(this="count(*)"), LONG, ColumnMetadata("Number of rows", ucd="meta.number")
        )
    mark = len(here.making.found)
    told = here.making.value(argument, within)
    found = here.making.found[mark:]
    if found and within.scope not in found:
        raise AdqlError(f"{node.function} of what the query around has", node.at, "it must be there, not here")
    if told.type is None:
        told = TypedExpression(cast(told.sql, "double precision"), DOUBLE)
    if told.form:
        raise AdqlError(f"{node.function} is not of {kind(told.type)}", node.at)
    return _made(node, told)


def _made(node: Call, told: TypedExpression) -> TypedExpression:
    distinct = "DISTINCT " if node.distinct else ""
    if node.function == "COUNT":
        return TypedExpression(
            _call(f"count({distinct}{{0}})", told.sql), LONG, ColumnMetadata("Number of values", ucd="meta.number")
        )
    allowed = NUMBERS if node.function in ("AVG", "SUM") else COMPARABLE
    if told.type is not None and told.type not in allowed:
        hint = "CAST makes it a character string" if told.type is JSON and node.function in ("MIN", "MAX") else ""
        raise AdqlError(f"{node.function} is not of {kind(told.type)}", node.at, hint)
    if node.function in ("MIN", "MAX"):
        sql: Node = _call(f"{node.function.lower()}({distinct}{{0}})", told.sql)
        return TypedExpression(sql, told.type, _summary(node.function, told.meaning))
    scalar, sql = _sum(told, distinct) if node.function == "SUM" else (DOUBLE, _mean(told, distinct))
    return TypedExpression(sql, scalar, _summary(node.function, told.meaning))


def _sum(told: TypedExpression, distinct: str) -> tuple[Scalar, Node]:
    if told.type in INTEGERS:
        total = _call(f"sum({distinct}{{0}})", told.sql)
        return LONG, cast(total, "bigint") if told.type is LONG else total
    # In double precision: PostgreSQL would add up a `real` as such, and lose what many rows have.
    return DOUBLE, _call(f"sum({distinct}{{0}})", cast(told.sql, "double precision"))


def _mean(told: TypedExpression, distinct: str) -> Node:
    return cast(_call(f"avg({distinct}{{0}})", told.sql), "double precision")


def _call(template: str, argument: Node) -> AggregateCall:
    return AggregateCall(this=template, expressions=[argument])


def _summary(function: str, meaning: ColumnMetadata) -> ColumnMetadata:
    """What is known of a summary: the unit, and the UCD of a quantity with which statistic of it this is."""
    words = [word for word in meaning.ucd.split(";") if word != "meta.main"]
    sound = bool(words) and not words[0].startswith(("meta.", "stat.")) and not any("stat." in word for word in words)
    statistic = STATISTIC.get(function)
    ucd = ";".join([*words, statistic]) if sound and statistic else ""
    description = f"{TOLD[function]}: {meaning.description}" if meaning.description else ""
    return ColumnMetadata(description, meaning.unit, ucd)


TOLD = {"MIN": "Smallest", "MAX": "Largest", "AVG": "Mean", "SUM": "Sum"}
