"""Values: what stands between operators (ADQL 2.1, <value_expression>)."""

from collections.abc import Callable

from adql.errors import AdqlError
from adql.grammar.cursor import Cursor
from adql.grammar.lexer import TokenKind
from adql.grammar.signatures import AGGREGATES, NAMED, check_operand, checked
from adql.tree import (
    AllColumns,
    BooleanLiteral,
    Call,
    Case,
    Cast,
    Condition,
    Name,
    Null,
    Number,
    Operation,
    Query,
    ScalarSubquery,
    Signed,
    StringLiteral,
    Value,
)

_POWERS = {"|": 1, "^": 2, "&": 3, "||": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_LENGTHS = frozenset(("CHAR", "VARCHAR"))
_MEANT = {
    **dict.fromkeys(("INT", "INT4"), "INTEGER"),
    **dict.fromkeys(("LONG", "INT8"), "BIGINT"),
    **dict.fromkeys(("DECIMAL", "NUMERIC", "FLOAT", "FLOAT8"), "DOUBLE PRECISION"),
    **dict.fromkeys(("TEXT", "STRING", "CHARACTER"), "VARCHAR"),
    **dict.fromkeys(("DATE", "TIME"), "TIMESTAMP"),
}
_TYPES = _LENGTHS | {"SMALLINT", "INTEGER", "BIGINT", "REAL", "TIMESTAMP", "POINT", "CIRCLE", "POLYGON"}


def value(cursor: Cursor) -> Value:
    """A value, and surely no condition."""
    at = cursor.place()
    parsed = operation(cursor)
    if isinstance(parsed, Condition):
        raise AdqlError("a condition where a value was expected", at, _AS_VALUE)
    return parsed


_AS_VALUE = "as a value a condition is written CASE WHEN condition THEN 1 ELSE 0 END"


def operation(cursor: Cursor, power: int = 0) -> Value | Condition:
    """Values with operators between them that bind stronger than a power; one parenthesis may hold a condition."""
    left = _signed(cursor)
    while (binding := _POWERS.get(cursor.token.word, 0)) > power:
        at = cursor.place()
        if isinstance(left, Condition):
            raise AdqlError(f"a condition before {cursor.token.word}", at, _AS_VALUE)
        operator = cursor.advance().word
        right = operation(cursor, binding)
        if isinstance(right, Condition):
            raise AdqlError(f"a condition after {operator}", at, _AS_VALUE)
        check_operand(operator, left, at)
        check_operand(operator, right, at)
        left = Operation(operator, left, right, at)
    return left


def _signed(cursor: Cursor) -> Value | Condition:
    if cursor.token.word not in ("-", "+", "~"):
        return _primary(cursor)
    at, sign = cursor.place(), cursor.advance().word
    operand = _primary(cursor)
    if isinstance(operand, Condition):
        raise AdqlError(f"a condition after {sign}", at, _AS_VALUE)
    check_operand(sign, operand, at)
    return Signed(sign, operand, at)


def _primary(cursor: Cursor) -> Value | Condition:
    token = cursor.token
    match token.kind:
        case TokenKind.NAME | TokenKind.QUOTED:
            called = token.kind is TokenKind.NAME and cursor.ahead().word == "("
            return _call(cursor) if called else Name(cursor.qualified("a column", 4))
        case TokenKind.NUMBER:
            return Number(cursor.advance().text, cursor.place(token))
        case TokenKind.TEXT:
            return _text(cursor)
        case TokenKind.WORD if token.word in NAMED and cursor.ahead().word == "(":
            return _call(cursor)
        case _ if token.word in _SPECIAL:
            return _SPECIAL[token.word](cursor)
        case _:
            raise cursor.unexpected("a value")


def _text(cursor: Cursor) -> StringLiteral:
    """A character string; several with nothing but space between are one (SQL 92, section 5.3)."""
    at, parts = cursor.place(), []
    while cursor.token.kind is TokenKind.TEXT:
        parts.append(cursor.advance().text[1:-1].replace("''", "'"))
    return StringLiteral("".join(parts), at)


def _parenthesis(cursor: Cursor) -> Value | Condition:
    at = cursor.place()
    if cursor.at_query():
        return ScalarSubquery(subquery(cursor), at)
    cursor.deeper()
    cursor.advance()
    parsed = cursor.expression(cursor)
    cursor.expect(")", "an operator or )")
    cursor.depth -= 1
    return parsed


def subquery(cursor: Cursor) -> Query:
    """A query in parentheses."""
    cursor.deeper(2)
    cursor.expect("(", "a query in parentheses")
    parsed = cursor.query(cursor)
    cursor.expect(")", "the ) that ends this query")
    cursor.depth -= 2
    return parsed


def _call(cursor: Cursor) -> Call:
    at, token = cursor.place(), cursor.advance()
    function = token.text.upper()
    cursor.deeper()
    cursor.expect("(")
    distinct = function in AGGREGATES and _distinct(cursor)
    arguments = _arguments(cursor, star=function == "COUNT" and not distinct)
    cursor.expect(")", f"a comma, or the ) that ends {function}")
    cursor.depth -= 1
    call = Call(function, arguments, at, distinct)
    return checked(call) if function in NAMED else call


def _distinct(cursor: Cursor) -> bool:
    return cursor.accept("DISTINCT") or (cursor.accept("ALL") and False)


def _arguments(cursor: Cursor, *, star: bool) -> tuple[Value | AllColumns, ...]:
    if star and cursor.token.word == "*":
        at = cursor.place()
        cursor.advance()
        return (AllColumns((), at),)
    if cursor.token.word == ")":
        return ()
    return values(cursor)


def values(cursor: Cursor) -> tuple[Value, ...]:
    """One value or more, commas between."""
    parsed = [value(cursor)]
    while cursor.accept(","):
        parsed.append(value(cursor))
    return tuple(parsed)


def _cast(cursor: Cursor) -> Cast:
    at = cursor.place()
    cursor.advance()
    cursor.deeper()
    cursor.expect("(")
    operand = value(cursor)
    cursor.expect("AS", "AS and a type")
    kind = _type(cursor)
    length = _length(cursor) if kind in _LENGTHS and cursor.accept("(") else None
    cursor.expect(")", "the ) that ends CAST")
    cursor.depth -= 1
    return Cast(operand, kind, length, at)


def _type(cursor: Cursor) -> str:
    if cursor.accept("DOUBLE"):
        cursor.expect("PRECISION")
        return "DOUBLE PRECISION"
    if cursor.token.word not in _TYPES:
        meant = _MEANT.get(cursor.token.text.upper(), "INTEGER, BIGINT, REAL, DOUBLE PRECISION, VARCHAR or TIMESTAMP")
        raise AdqlError("a type was expected", cursor.place(), f"perhaps you meant {meant}")
    return cursor.advance().word


def _length(cursor: Cursor) -> int:
    length = cursor.whole("a length")
    cursor.expect(")", "the ) after a length")
    return length


def _case(cursor: Cursor) -> Case:
    at = cursor.place()
    cursor.advance()
    cursor.deeper()
    operand = None if cursor.token.word == "WHEN" else value(cursor)
    branches = [_branch(cursor, value if operand else cursor.condition)]
    while cursor.token.word == "WHEN":
        branches.append(_branch(cursor, value if operand else cursor.condition))
    otherwise = value(cursor) if cursor.accept("ELSE") else None
    cursor.expect("END", "WHEN, ELSE or END")
    cursor.depth -= 1
    return Case(operand, tuple(branches), otherwise, at)


def _branch(cursor: Cursor, when: Callable[[Cursor], Value | Condition]) -> tuple[Value | Condition, Value]:
    cursor.expect("WHEN")
    expected = when(cursor)
    cursor.expect("THEN")
    return expected, value(cursor)


def _null(cursor: Cursor) -> Null:
    return Null(cursor.place(cursor.advance()))


def _truth(cursor: Cursor) -> BooleanLiteral:
    token = cursor.advance()
    return BooleanLiteral(token.word == "TRUE", cursor.place(token))


_SPECIAL: dict[str, Callable[[Cursor], Value | Condition]] = {
    "(": _parenthesis,
    "CAST": _cast,
    "CASE": _case,
    "NULL": _null,
    "TRUE": _truth,
    "FALSE": _truth,
}
