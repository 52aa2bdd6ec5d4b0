"""ADQL 2.1 and 2.0, whole and nothing else: text → tree."""

from dataclasses import fields, is_dataclass
from typing import Any

from adql import tree
from adql.errors import AdqlError
from adql.grammar.conditions import condition, expression
from adql.grammar.cursor import Cursor
from adql.grammar.lexer import LineIndex, TokenKind, tokens
from adql.grammar.queries import common, query
from adql.tree import Query

TALLEST = 150
"""Height of a syntax tree at most: what walks it may recurse."""


def parse(text: str) -> Query:
    """Read a query.

    Raises
    ------
    AdqlError
        Where the text is not ADQL, with what was perhaps meant.
    """
    lines = LineIndex(text)
    cursor = Cursor(tokens(text, lines), lines, expression, condition, query)
    at, named = cursor.place(), common(cursor)
    parsed = query(cursor)
    cursor.accept(";")
    if cursor.token.kind is not TokenKind.END:
        raise cursor.unexpected("the end of the query")
    whole = Query(named, parsed.body, parsed.order, parsed.offset, at)
    if len(cursor.tokens) > TALLEST and _height(whole) > TALLEST:
        raise AdqlError(f"operators or joins within one another, more than {TALLEST}", at)
    return whole


def _height(query: Query) -> int:
    level: list[Any] = [query]
    height = 0
    while level:
        height += 1
        level = [child for node in level for child in _parts(node)]
    return height


def _parts(node: Any) -> list[Any]:
    """What a node or a tuple holds that may hold more."""
    held = node if type(node) is tuple else [getattr(node, name) for name in _HOLDING[type(node)]]
    return [child for child in held if type(child) is tuple or type(child) in _HOLDING]


_HOLDING = {
    kind: tuple(child.name for child in fields(kind) if child.name != "at")
    for kind in vars(tree).values()
    if isinstance(kind, type) and is_dataclass(kind)
}
"""The kinds of nodes, and where they hold others."""
