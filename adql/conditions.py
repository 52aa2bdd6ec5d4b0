"""From conditions as they are written to SQL."""

from collections.abc import Callable, Iterator
from typing import Any

from adql.checked.comparing import compared
from adql.checked.typed import TEXTS, WRITTEN, TypedExpression, instant, kind
from adql.cones import near
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.predicates import (
    Equality,
    ExistsQuery,
    Inequality,
    InList,
    InQuery,
    InRange,
    Negation,
    NotInQuery,
    NullTest,
    PatternMatch,
    all_of,
    any_of,
    escaped,
)
from adql.template import Node, column, fragment
from adql.tree import And, Between, Comparison, Condition, Exists, In, IsNull, Like, Not, Or, Query, TextPosition, Value
from schema.types import JSON

TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}


def condition(node: Condition, here: ResolveContext) -> Node:
    """A condition in SQL; raises `AdqlError`."""
    found: Node = _MAKERS[type(node)](node, here)
    return found


def _value(node: Value, here: ResolveContext) -> TypedExpression:
    return here.making.value(node, here)


def _all(node: Condition, kind_of: type[And] | type[Or]) -> Iterator[Condition]:
    """The parts of a chain of AND, or of OR, from left to right, however it leans."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, kind_of):
            waiting += [each.right, each.left]
        else:
            yield each


def _both(node: And, here: ResolveContext) -> Node:
    return all_of([condition(each, here) for each in _all(node, And)])


def _either(node: Or, here: ResolveContext) -> Node:
    return any_of([condition(each, here) for each in _all(node, Or)])


def _not(node: Not, here: ResolveContext) -> Node:
    return Negation(this=condition(node.condition, here))


def _comparison(node: Comparison, here: ResolveContext) -> Node:
    left, right = _value(node.left, here), _value(node.right, here)
    told = _told(node.operator, left, right, here, node.at) or _told(TURNED[node.operator], right, left, here, node.at)
    if told:
        return told
    one, other = compared(left, right, node.at)
    if node.operator == "=":
        return Equality(left=one, right=other)
    return Inequality(left=one, operator=node.operator, right=other)


def _told(
    operator: str, left: TypedExpression, right: TypedExpression, here: ResolveContext, at: TextPosition
) -> Node | None:
    """A comparison of what CONTAINS, INTERSECTS or DISTANCE say, as the condition on the sky that it is."""
    if left.truth and right.number in (0, 1) and operator in ("=", "<>"):
        return left.truth if (right.number == 1) == (operator == "=") else Negation(this=left.truth)
    if left.between and right.number == 0 and operator in ("<", ">="):
        return None  # never, and always: what is near includes its edge
    if left.between and operator in ("<", "<="):
        return near(*left.between, right, here.making, at)
    if left.between and operator in (">", ">="):
        return Negation(this=near(*left.between, right, here.making, at))
    return None


def _between(node: Between, here: ResolveContext) -> Node:
    middle, low, high = (_value(each, here) for each in (node.value, node.low, node.high))
    (one, least), (other, most) = compared(middle, low, node.at), compared(middle, high, node.at)
    if one is other:
        return InRange(this=one, negated=node.negated, low=least, high=most)
    negated = "NOT " if node.negated else ""
    return fragment(f"({negated}({{0}} >= {{1}} AND {{2}} <= {{3}}))", one, least, other, most)


def _in(node: In, here: ResolveContext) -> Node:
    wanted = _value(node.value, here)
    if not isinstance(node.choices, tuple):
        value, query = _of_query(wanted, node.choices, node, here)
        return NotInQuery(this=value, query=query) if node.negated else InQuery(this=value, query=query)
    pairs = [compared(wanted, _value(each, here), node.at) for each in node.choices]
    if all(left is pairs[0][0] for left, _ in pairs):
        return InList(this=pairs[0][0], negated=node.negated, expressions=[right for _, right in pairs])
    some = any_of([Equality(left=left, right=right) for left, right in pairs])
    return Negation(this=some) if node.negated else fragment("({0})", some)


def _of_query(wanted: TypedExpression, choices: Query, node: In, here: ResolveContext) -> tuple[Node, Node]:
    """A value, and the query that it may be a row of."""
    query = here.making.query(choices, here)
    if len(query.fields) != 1:
        raise AdqlError(f"a query after IN has one column, not {len(query.fields)}", node.at)
    told = query.fields[0].type
    if told is JSON:
        raise AdqlError("what is compared may not be JSON", node.at, "CAST makes it a character string")
    if told is None and wanted.type is not None:  # rows of NULL, which has a type in PostgreSQL
        nothing = f"SELECT CAST(NULL AS {wanted.type.sql}) FROM ({{0}}) AS nothing"  # noqa: S608 - a type of ours
        return wanted.sql, fragment(nothing, query.sql)
    one = compared(wanted, TypedExpression(fragment("NULL"), told), node.at)[0]
    if told is not WRITTEN or wanted.type is None:
        return one, query.sql
    moment = instant(TypedExpression(column("written", "moment"), told))
    return one, fragment("SELECT {0} FROM ({1}) AS written(moment)", moment, query.sql)


def _like(node: Like, here: ResolveContext) -> Node:
    value, pattern = _value(node.value, here), _value(node.pattern, here)
    for each in (value, pattern):
        if each.type not in (*TEXTS, None):
            raise AdqlError(f"LIKE wants character strings, not {kind(each.type)}", node.at, "CAST makes one")
    return PatternMatch(
        this=value.text,
        negated=node.negated,
        operator="ILIKE" if node.insensitive else "LIKE",
        pattern=_literally(pattern, here, node.at),
    )


def _literally(pattern: TypedExpression, here: ResolveContext, at: TextPosition) -> Node:
    """A pattern in which a backslash stands for itself, as in ADQL; PostgreSQL's takes away the meaning of `%`."""
    if pattern.string is None:
        return escaped(pattern.text)
    return here.making.bound(pattern.string.replace("\\", "\\\\"), at)


def _is_null(node: IsNull, here: ResolveContext) -> Node:
    return NullTest(this=_value(node.value, here).sql, negated=node.negated)


def _exists(node: Exists, here: ResolveContext) -> Node:
    return ExistsQuery(query=here.making.query(node.query, here).sql)


_MAKERS: dict[type, Callable[[Any, ResolveContext], Node]] = {
    And: _both,
    Or: _either,
    Not: _not,
    Comparison: _comparison,
    Between: _between,
    In: _in,
    Like: _like,
    IsNull: _is_null,
    Exists: _exists,
}
