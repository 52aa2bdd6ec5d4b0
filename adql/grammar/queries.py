"""Queries: SELECT, what joins several, and their order (ADQL 2.1, <query_specification>)."""

from collections.abc import Callable

from adql.grammar.cursor import Cursor
from adql.grammar.lexer import TokenKind
from adql.grammar.relations import columns, source
from adql.grammar.values import subquery, value
from adql.tree import AllColumns, Common, Number, Output, Query, Select, SetOperation, Term, Value

Rows = Select | SetOperation | Query
_NAMES = (TokenKind.NAME, TokenKind.QUOTED)


def common(cursor: Cursor) -> tuple[Common, ...]:
    """The queries that WITH gives names to, if it begins the whole."""
    if not cursor.accept("WITH"):
        return ()
    parsed = [_named(cursor)]
    while cursor.accept(","):
        parsed.append(_named(cursor))
    return tuple(parsed)


def _named(cursor: Cursor) -> Common:
    name = cursor.identifier("a name for a query")
    named = columns(cursor) if cursor.token.word == "(" else ()
    cursor.expect("AS", "AS and a query in parentheses")
    return Common(name, named, subquery(cursor))


def query(cursor: Cursor) -> Query:
    """Rows, their order, how many are skipped."""
    at = cursor.place()
    body = _rows(cursor)
    order = _order(cursor) if cursor.accept("ORDER") else ()
    offset = cursor.whole("a number of rows") if cursor.accept("OFFSET") else None
    return Query((), body, order, offset, at)


def _rows(cursor: Cursor) -> Rows:
    """INTERSECT binds stronger than UNION and EXCEPT; those that bind alike, from the left."""
    return _operation(cursor, ("UNION", "EXCEPT"), _intersection)


def _intersection(cursor: Cursor) -> Rows:
    return _operation(cursor, ("INTERSECT",), _single)


def _operation(cursor: Cursor, words: tuple[str, ...], operand: Callable[[Cursor], Rows]) -> Rows:
    left = operand(cursor)
    while cursor.token.word in words:
        at, operator = cursor.place(), cursor.advance().word
        every = cursor.accept("ALL")
        left = SetOperation(operator, every, left, operand(cursor), at)
    return left


def _single(cursor: Cursor) -> Rows:
    if cursor.token.word != "(":
        return _select(cursor)
    inner = subquery(cursor)
    return inner if inner.order or inner.offset is not None else inner.body


def _select(cursor: Cursor) -> Select:
    at = cursor.place()
    cursor.expect("SELECT")
    distinct = cursor.accept("DISTINCT")
    if not distinct:
        cursor.accept("ALL")
    top = cursor.whole("a number of rows") if cursor.accept("TOP") else None
    outputs = _outputs(cursor)
    cursor.expect("FROM", "a comma or FROM")
    return Select(
        distinct,
        top,
        outputs,
        source(cursor),
        cursor.condition(cursor) if cursor.accept("WHERE") else None,
        _group(cursor) if cursor.accept("GROUP") else (),
        cursor.condition(cursor) if cursor.accept("HAVING") else None,
        at,
    )


def _outputs(cursor: Cursor) -> tuple[Output | AllColumns, ...]:
    parsed = [_output(cursor)]
    while cursor.accept(","):
        parsed.append(_output(cursor))
    return tuple(parsed)


def _output(cursor: Cursor) -> Output | AllColumns:
    at, parts = cursor.place(), _stars(cursor)
    if parts is None:
        return Output(value(cursor), cursor.alias("a name for this column"))
    qualifier = []
    for _ in range(parts):
        qualifier.append(cursor.identifier("a table"))
        cursor.expect(".")
    cursor.expect("*")
    return AllColumns(tuple(qualifier), at)


def _stars(cursor: Cursor) -> int | None:
    """How many names qualify the `*` that is next; None where none is."""
    parts = 0
    while parts < 3 and cursor.ahead(2 * parts).kind in _NAMES and cursor.ahead(2 * parts + 1).word == ".":
        parts += 1
    return parts if cursor.ahead(2 * parts).word == "*" else None


def _group(cursor: Cursor) -> tuple[Value | int, ...]:
    cursor.expect("BY")
    parsed = [_counted(value(cursor))]
    while cursor.accept(","):
        parsed.append(_counted(value(cursor)))
    return tuple(parsed)


def _order(cursor: Cursor) -> tuple[Term, ...]:
    cursor.expect("BY")
    parsed = [_term(cursor)]
    while cursor.accept(","):
        parsed.append(_term(cursor))
    return tuple(parsed)


def _term(cursor: Cursor) -> Term:
    at, by = cursor.place(), _counted(value(cursor))
    descending = cursor.accept("DESC")
    if not descending:
        cursor.accept("ASC")
    return Term(by, descending, at)


def _counted(by: Value) -> Value | int:
    """The number of an output, if it is one: of four digits at most."""
    return int(by.text) if isinstance(by, Number) and by.text.isdigit() and len(by.text) <= 4 else by
