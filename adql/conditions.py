"""From conditions as they are written to typed predicates (`adql.predicates`)."""

from collections.abc import Callable, Iterator
from typing import Any

from adql.checked.comparing import beside_numbers, compared
from adql.checked.typed import TEXTS, TypedExpression, kind
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
    NotInQuery,
    NullTest,
    PatternMatch,
    all_of,
    any_of,
    escaped,
    negation,
)
from adql.template import Node, fragment
from adql.tree import And, Between, Comparison, Condition, Exists, In, IsNull, Like, Not, Or, Query, TextPosition, Value
from planning.text_order import TextOrder
from schema.operators import LONGEST_PATTERN
from schema.types import JSON

TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}


def condition(node: Condition, context: ResolveContext) -> Node:
    """A condition as a predicate.

    Raises
    ------
    AdqlError
        A name in it stands for nothing, or what it compares cannot be compared.
    """
    predicate: Node = _MAKERS[type(node)](node, context)
    return predicate


def _value(node: Value, context: ResolveContext) -> TypedExpression:
    return context.compiler.value(node, context)


def _all(node: Condition, kind_of: type[And] | type[Or]) -> Iterator[Condition]:
    """The parts of a chain of AND, or of OR, from left to right, however it leans."""
    waiting = [node]
    while waiting:
        member = waiting.pop()
        if isinstance(member, kind_of):
            waiting += [member.right, member.left]
        else:
            yield member


def _and(node: And, context: ResolveContext) -> Node:
    return all_of([condition(member, context) for member in _all(node, And)])


def _or(node: Or, context: ResolveContext) -> Node:
    return any_of([condition(member, context) for member in _all(node, Or)])


def _not(node: Not, context: ResolveContext) -> Node:
    return negation(condition(node.condition, context))


def _comparison(node: Comparison, context: ResolveContext) -> Node:
    left, right = beside_numbers([_value(node.left, context), _value(node.right, context)], node.at)
    sky_condition = _sky_condition(node.operator, left, right, context, node.at) or _sky_condition(
        TURNED[node.operator], right, left, context, node.at
    )
    if sky_condition:
        return sky_condition
    one, other = compared(left, right, node.at)
    if node.operator == "=":
        return Equality(left=one, right=other)
    return _inequality(one, node.operator, other, context, texts=_are_texts(left, right))


def _are_texts(*values: TypedExpression) -> bool:
    """Whether these are compared as character strings."""
    return all(value.type in (*TEXTS, None) for value in values)


def _inequality(left: Node, operator: str, right: Node, context: ResolveContext, *, texts: bool) -> Inequality:
    said = context.compiler.to.order.operator(operator) if texts else operator
    return Inequality(left=left, operator=said, right=right)


def _sky_condition(
    operator: str, left: TypedExpression, right: TypedExpression, context: ResolveContext, at: TextPosition
) -> Node | None:
    """`1 = CONTAINS(…)`, `DISTANCE(…) < r` and their kin as the condition on the sky that they are; None for others."""
    if left.truth and right.number in (0, 1) and operator in ("=", "<>"):
        return left.truth if (right.number == 1) == (operator == "=") else negation(left.truth)
    if left.between and right.number == 0 and operator in ("<", ">="):
        return None  # never, and always: what is near includes its edge
    if left.between and operator in ("<", "<="):
        return near(*left.between, right, context.compiler, at)
    if left.between and operator in (">", ">="):
        return negation(near(*left.between, right, context.compiler, at))
    return None


def _between(node: Between, context: ResolveContext) -> Node:
    middle, low, high = (_value(member, context) for member in (node.value, node.low, node.high))
    (one, least), (other, most) = compared(middle, low, node.at), compared(middle, high, node.at)
    if _are_texts(middle, low, high) and context.compiler.to.order is not TextOrder.NATIVE:
        bounds = ((one, ">=", least), (other, "<=", most))
        inside = all_of([_inequality(*bound, context, texts=True) for bound in bounds])
        return negation(inside) if node.negated else inside
    if one is other:
        return InRange(this=one, negated=node.negated, low=least, high=most)
    negated = "NOT " if node.negated else ""
    return fragment(f"({negated}({{0}} >= {{1}} AND {{2}} <= {{3}}))", one, least, other, most)


def _in(node: In, context: ResolveContext) -> Node:
    tested = _value(node.value, context)
    if not isinstance(node.choices, tuple):
        value, query = _of_query(tested, node.choices, node, context)
        return NotInQuery(this=value, query=query) if node.negated else InQuery(this=value, query=query)
    pairs = [compared(tested, _value(member, context), node.at) for member in node.choices]
    if all(left is pairs[0][0] for left, _ in pairs):
        return InList(this=pairs[0][0], negated=node.negated, expressions=[right for _, right in pairs])
    some = any_of([Equality(left=left, right=right) for left, right in pairs])
    return negation(some) if node.negated else fragment("({0})", some)


def _of_query(tested: TypedExpression, choices: Query, node: In, context: ResolveContext) -> tuple[Node, Node]:
    """The value before IN and the query after it, in types that PostgreSQL compares."""
    query = context.compiler.query(choices, context)
    if len(query.fields) != 1:
        raise AdqlError(f"a query after IN has one column, not {len(query.fields)}", node.at)
    scalar = query.fields[0].type
    if scalar is JSON:
        raise AdqlError("what is compared may not be JSON", node.at, "CAST makes it a character string")
    if scalar is None and tested.type is not None:  # rows of NULL, which has a type in PostgreSQL
        nothing = f"SELECT CAST(NULL AS {tested.type.sql}) AS c0 FROM ({{0}}) AS nothing"  # noqa: S608 - a type of ours
        return tested.sql, fragment(nothing, query.sql)
    one = compared(tested, TypedExpression(fragment("NULL"), scalar), node.at)[0]
    return one, query.sql


def _like(node: Like, context: ResolveContext) -> Node:
    value, pattern = _value(node.value, context), _value(node.pattern, context)
    for member in (value, pattern):
        if member.type not in (*TEXTS, None):
            raise AdqlError(f"LIKE wants character strings, not {kind(member.type)}", node.at, "CAST makes one")
    return PatternMatch(
        this=value.text,
        negated=node.negated,
        operator="ILIKE" if node.insensitive else "LIKE",
        pattern=_literally(pattern, context, node.at),
    )


def _literally(pattern: TypedExpression, context: ResolveContext, at: TextPosition) -> Node:
    """A pattern in which a backslash stands for itself, as in ADQL; PostgreSQL's takes away the meaning of `%`."""
    if pattern.string is None:
        return escaped(pattern.text)
    if len(pattern.string) > LONGEST_PATTERN:
        raise AdqlError(f"a pattern has {LONGEST_PATTERN} characters at most, not {len(pattern.string)}", at)
    return context.compiler.bind(pattern.string.replace("\\", "\\\\"), at)


def _is_null(node: IsNull, context: ResolveContext) -> Node:
    return NullTest(this=_value(node.value, context).sql, negated=node.negated)


def _exists(node: Exists, context: ResolveContext) -> Node:
    return ExistsQuery(query=context.compiler.query(node.query, context).sql)


_MAKERS: dict[type, Callable[[Any, ResolveContext], Node]] = {
    And: _and,
    Or: _or,
    Not: _not,
    Comparison: _comparison,
    Between: _between,
    In: _in,
    Like: _like,
    IsNull: _is_null,
    Exists: _exists,
}
