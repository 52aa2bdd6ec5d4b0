"""Aggregates: one value of a group of rows."""

from adql.checked.typed import INTEGERS, NUMBERS, TEXTS, TIMES, ColumnMetadata, TypedExpression, kind
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.template import AggregateCall, Node, cast, fragment
from adql.tree import AllColumns, Call
from planning.text_order import COLLATED, TextOrder
from schema.types import DOUBLE, JSON, LONG, Scalar

AGGREGATES = ("COUNT", "MIN", "MAX", "AVG", "SUM", "STDDEV", "MEDIAN")
STATISTIC = {
    "MIN": "stat.min", "MAX": "stat.max", "AVG": "stat.mean", "STDDEV": "stat.stdev", "MEDIAN": "stat.median"
}  # fmt: skip
MEANS = {
    "AVG": "avg({distinct}{{0}})",
    "STDDEV": "stddev_samp({distinct}{{0}})",
    "MEDIAN": "percentile_cont(0.5) WITHIN GROUP (ORDER BY {{0}})",
}
COMPARABLE = (*NUMBERS, *(scalar for scalar in TEXTS if scalar is not JSON), *TIMES)


def inside(node: Call, context: ResolveContext) -> ResolveContext:
    """The context in which the argument of an aggregate is resolved: the rows before they are grouped.

    Raises
    ------
    AdqlError
        No aggregate may stand in this clause.
    """
    if context.clause:
        hint = "HAVING restricts groups" if context.clause == "WHERE" else ""
        raise AdqlError(f"{node.function} may not be in {context.clause}", node.at, hint)
    return context.ungrouped(f"another aggregate ({node.function})")


def aggregate(node: Call, context: ResolveContext) -> TypedExpression:
    """COUNT, MIN, MAX, AVG, SUM, STDDEV or MEDIAN as SQL, with its type, unit and UCD.

    NULLs are passed over. STDDEV is that of a sample, NULL of fewer than two values; MEDIAN is halfway between the two
    in the middle where there are as many below as above.

    Raises
    ------
    AdqlError
        It stands where none may be, or is not of the type of its argument.
    """
    within = inside(node, context)
    if len(node.arguments) != 1:
        raise AdqlError(f"{node.function} wants one argument, not {len(node.arguments)}", node.at)
    [argument] = node.arguments
    if isinstance(argument, AllColumns):
        if node.function != "COUNT" or node.distinct or argument.qualifier:
            raise AdqlError("only COUNT(*) counts rows", argument.at)
        return TypedExpression(
            AggregateCall(this="count(*)"), LONG, ColumnMetadata("Number of rows", ucd="meta.number")
        )
    mark = len(context.compiler.lookups)
    operand = context.compiler.value(argument, within)
    scopes = context.compiler.lookups[mark:]
    if scopes and within.scope not in scopes:
        raise AdqlError(f"{node.function} of what the query around has", node.at, "it must be there, not here")
    if operand.type is None:
        operand = TypedExpression(cast(operand.sql, "double precision"), DOUBLE)
    if operand.form and node.function != "COUNT":
        raise AdqlError(f"{node.function} is not of {kind(operand.type)}", node.at)
    return _typed_call(node, operand, context.compiler.to.order)


def _typed_call(node: Call, operand: TypedExpression, order: TextOrder) -> TypedExpression:
    distinct = "DISTINCT " if node.distinct else ""
    if node.function == "COUNT":
        return TypedExpression(
            _aggregate_call(f"count({distinct}{{0}})", _counted(node, operand, order)),
            LONG,
            ColumnMetadata("Number of values", ucd="meta.number"),
        )
    allowed = COMPARABLE if node.function in ("MIN", "MAX") else NUMBERS
    if operand.type is not None and operand.type not in allowed:
        hint = "CAST makes it a character string" if operand.type is JSON and node.function in ("MIN", "MAX") else ""
        raise AdqlError(f"{node.function} is not of {kind(operand.type)}", node.at, hint)
    if node.function in ("MIN", "MAX"):
        sql: Node = _aggregate_call(f"{node.function.lower()}({distinct}{{0}})", operand.sql)
        if order is not TextOrder.NATIVE and operand.type is not None and operand.type.sql == "text":
            sql = _aggregate_call(order.extreme(largest=node.function == "MAX").format("{0}"), operand.sql)
        return TypedExpression(sql, operand.type, _summary(node.function, operand.metadata))
    if node.function == "SUM":
        scalar, sql = _sum(operand, distinct)
        return TypedExpression(sql, scalar, _summary(node.function, operand.metadata))
    if node.function == "MEDIAN" and node.distinct:
        raise AdqlError("MEDIAN takes no DISTINCT", node.at)
    argument = operand.sql if node.function == "AVG" else _double(operand)
    sql = cast(_aggregate_call(MEANS[node.function].format(distinct=distinct), argument), "double precision")
    return TypedExpression(sql, DOUBLE, _summary(node.function, operand.metadata))


def _counted(node: Call, operand: TypedExpression, order: TextOrder) -> Node:
    """What is counted: distinct texts of several databases so that no source sorts them for the hub."""
    text = operand.type is not None and operand.type.sql == "text"
    return fragment(COLLATED.format("{0}"), operand.sql) if node.distinct and text and order.merged else operand.sql


def _sum(operand: TypedExpression, distinct: str) -> tuple[Scalar, Node]:
    if operand.type in INTEGERS:
        total = _aggregate_call(f"sum({distinct}{{0}})", operand.sql)
        return LONG, cast(total, "bigint") if operand.type is LONG else total
    # In double precision: PostgreSQL would add up a `real` as such, and lose what many rows have.
    return DOUBLE, _aggregate_call(f"sum({distinct}{{0}})", _double(operand))


def _double(operand: TypedExpression) -> Node:
    return operand.sql if operand.type is DOUBLE else cast(operand.sql, "double precision")


def _aggregate_call(template: str, argument: Node) -> AggregateCall:
    return AggregateCall(this=template, expressions=[argument])


def _summary(function: str, metadata: ColumnMetadata) -> ColumnMetadata:
    """What is known of a summary: the unit, and the UCD of a quantity with which statistic of it this is."""
    words = [word for word in metadata.ucd.split(";") if word != "meta.main"]
    sound = bool(words) and not words[0].startswith(("meta.", "stat.")) and not any("stat." in word for word in words)
    statistic = STATISTIC.get(function)
    ucd = ";".join([*words, statistic]) if sound and statistic else ""
    description = f"{SUMMARIES[function]}: {metadata.description}" if metadata.description else ""
    return ColumnMetadata(description, metadata.unit, ucd)


SUMMARIES = {
    "MIN": "Smallest", "MAX": "Largest", "AVG": "Mean", "SUM": "Sum", "STDDEV": "Standard deviation", "MEDIAN": "Median"
}  # fmt: skip
