"""Relations: what FROM holds (ADQL 2.1, <table_reference>)."""

from adql.errors import AdqlError
from adql.grammar.cursor import Cursor
from adql.grammar.lexer import TokenKind
from adql.grammar.values import subquery
from adql.tree import Derived, Identifier, Join, JoinKind, Relation, TableName

LONGEST = 20
"""Characters of a percentage."""
_JOINS = frozenset(("JOIN", "NATURAL", *JoinKind))


def source(cursor: Cursor) -> tuple[Relation, ...]:
    """What follows FROM: relations, commas between."""
    parsed = [relation(cursor)]
    while cursor.accept(","):
        parsed.append(relation(cursor))
    return tuple(parsed)


def relation(cursor: Cursor) -> Relation:
    """A table, a query with a name, or a join of such."""
    left = _single(cursor)
    while cursor.token.word in _JOINS:
        left = _join(cursor, left)
    return left


def _join(cursor: Cursor, left: Relation) -> Join:
    at = cursor.place()
    natural = cursor.accept("NATURAL")
    kind = _kind(cursor)
    cursor.expect("JOIN")
    right = _single(cursor)
    if natural:
        return Join(kind, left, right, None, (), natural, at)
    if cursor.accept("ON"):
        return Join(kind, left, right, cursor.condition(cursor), (), natural, at)
    if cursor.accept("USING"):
        return Join(kind, left, right, None, columns(cursor), natural, at)
    raise AdqlError("a JOIN without ON or USING", at, "perhaps you meant NATURAL JOIN, or a comma between the tables")


def _kind(cursor: Cursor) -> JoinKind:
    for kind in JoinKind:
        if cursor.accept(kind):
            if kind is not JoinKind.INNER:
                cursor.accept("OUTER")
            return kind
    return JoinKind.INNER


def columns(cursor: Cursor) -> tuple[Identifier, ...]:
    """Names of columns in parentheses."""
    cursor.expect("(", "columns in parentheses")
    parsed = [cursor.identifier("a column")]
    while cursor.accept(","):
        parsed.append(cursor.identifier("a column"))
    cursor.expect(")", "a comma, or the ) that ends these columns")
    return tuple(parsed)


def _single(cursor: Cursor) -> Relation:
    if cursor.at_query():
        at = cursor.place()
        query = subquery(cursor)
        alias = cursor.alias("a name for this query")
        if not alias:
            raise cursor.unexpected("a name for the query in FROM")
        return Derived(query, alias, at)
    if cursor.token.word == "(":
        return _parenthesis(cursor)
    name, sample = cursor.qualified("a table", 3), _sample(cursor)
    alias = cursor.alias("a name for this table")
    return TableName(name, alias, _sample(cursor) if sample is None else sample)


def _sample(cursor: Cursor) -> float | None:
    """TABLESAMPLE(percentage), behind a table or its alias, as DaCHS has it; None where there is none.

    The word is not reserved: without a parenthesis behind it, it is a name.
    """
    if cursor.token.text.upper() != "TABLESAMPLE" or cursor.ahead().word != "(":
        return None
    cursor.advance()
    cursor.expect("(")
    at, text = cursor.place(), cursor.token.text
    if cursor.token.kind is not TokenKind.NUMBER or len(text) > LONGEST or text[:2].lower() == "0x":
        raise cursor.unexpected("a percentage, as 10 or 0.5,")
    cursor.advance()
    if not 0 < (sample := float(text)) <= 100:
        raise AdqlError(f"a sample of {text}%", at, "a percentage is more than 0, and 100 at most")
    cursor.expect(")", "the ) after a percentage")
    return sample


def _parenthesis(cursor: Cursor) -> Relation:
    at = cursor.place()
    cursor.deeper()
    cursor.advance()
    parsed = relation(cursor)
    cursor.expect(")", "a JOIN, or the ) that ends it")
    cursor.depth -= 1
    if isinstance(parsed, Join):
        return parsed
    raise AdqlError("a table in parentheses without a JOIN", at)
