"""Conditions: what WHERE, HAVING, ON and WHEN hold (ADQL 2.1, <search_condition>)."""

from collections.abc import Callable, Sequence

from adql.errors import AdqlError
from adql.grammar.cursor import Cursor
from adql.grammar.lexer import Token
from adql.grammar.values import operation, subquery, value, values
from adql.tree import And, Between, Call, Comparison, Condition, Exists, In, IsNull, Like, Not, Or, Query, Value

_COMPARISONS = frozenset(("=", "<>", "!=", "<", "<=", ">", ">="))
_ASKS = frozenset(("CONTAINS", "INTERSECTS"))
_COMPARED = "a comparison (=, <, BETWEEN, IN, LIKE, IS NULL)"


def condition(cursor: Cursor) -> Condition:
    """A condition, and surely no value."""
    first = cursor.token
    return _surely(cursor, expression(cursor), first)


def _surely(cursor: Cursor, parsed: Value | Condition, first: Token) -> Condition:
    if isinstance(parsed, Condition):
        return parsed
    if isinstance(parsed, Call):
        called = f"{parsed.function}(...)"
        hint = f"perhaps you meant 1 = {called}" if parsed.function in _ASKS else "perhaps a comparison is missing"
        raise AdqlError(f"{called} is a value and no condition", cursor.place(first), hint)
    raise cursor.unexpected(_COMPARED)


def expression(cursor: Cursor) -> Value | Condition:
    """A condition or a value, as a parenthesis may hold either."""
    return _joined(cursor, "OR", Or, _conjunction)


def _conjunction(cursor: Cursor) -> Value | Condition:
    return _joined(cursor, "AND", And, _negation)


def _joined(
    cursor: Cursor, word: str, join: type[Or | And], operand: Callable[[Cursor], Value | Condition]
) -> Value | Condition:
    first = cursor.token
    parsed = operand(cursor)
    if cursor.token.word != word:
        return parsed
    parts = [_surely(cursor, parsed, first)]
    while cursor.accept(word):
        first = cursor.token
        parts.append(_surely(cursor, operand(cursor), first))
    return _balanced(join, parts)


def _balanced(join: type[Or | And], parts: Sequence[Condition]) -> Condition:
    """A thousand conditions make a tree ten deep, not a thousand: AND and OR are associative."""
    while len(parts) > 1:
        pairs = [join(left, right) for left, right in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + list(parts[len(pairs) * 2 :])
    return parts[0]


def _negation(cursor: Cursor) -> Value | Condition:
    at = cursor.place()
    if cursor.accept("NOT"):
        cursor.deeper()
        first = cursor.token
        negated = Not(_surely(cursor, _negation(cursor), first), at)
        cursor.depth -= 1
        return negated
    if cursor.accept("EXISTS"):
        return Exists(subquery(cursor), at)
    return _predicate(cursor)


def _predicate(cursor: Cursor) -> Value | Condition:
    left = operation(cursor)
    at, word = cursor.place(), cursor.token.word
    if not (word in _COMPARISONS or word in _PREDICATES or word == "NOT"):
        return left
    if isinstance(left, Condition):
        raise AdqlError(f"a condition before {word}, where only a value may stand", at)
    if word in _COMPARISONS:
        cursor.advance()
        return Comparison("<>" if word == "!=" else word, left, value(cursor), at)
    negated = cursor.accept("NOT")
    if cursor.token.word not in _PREDICATES or (negated and cursor.token.word == "IS"):
        raise cursor.unexpected("BETWEEN, IN, LIKE or ILIKE")
    return _PREDICATES[cursor.token.word](cursor, left, negated)


def _between(cursor: Cursor, left: Value, negated: bool) -> Between:
    at = cursor.place(cursor.advance())
    low = value(cursor)
    cursor.expect("AND", "AND and the upper end of BETWEEN")
    return Between(left, low, value(cursor), negated, at)


def _in(cursor: Cursor, left: Value, negated: bool) -> In:
    at = cursor.place(cursor.advance())
    choices: tuple[Value, ...] | Query
    if cursor.at_query():
        choices = subquery(cursor)
    else:
        cursor.expect("(", "a list of values or a query in parentheses")
        cursor.deeper()
        choices = values(cursor)
        cursor.expect(")", "a comma, or the ) that ends this list")
        cursor.depth -= 1
    return In(left, choices, negated, at)


def _like(cursor: Cursor, left: Value, negated: bool) -> Like:
    token = cursor.advance()
    return Like(left, value(cursor), token.word == "ILIKE", negated, cursor.place(token))


def _is_null(cursor: Cursor, left: Value, _negated: bool) -> IsNull:
    at = cursor.place(cursor.advance())
    negated = cursor.accept("NOT")
    cursor.expect("NULL", "NULL or NOT NULL")
    return IsNull(left, negated, at)


_PREDICATES: dict[str, Callable[[Cursor, Value, bool], Condition]] = {
    "BETWEEN": _between,
    "IN": _in,
    "LIKE": _like,
    "ILIKE": _like,
    "IS": _is_null,
}
