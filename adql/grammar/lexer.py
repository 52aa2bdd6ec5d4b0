"""The text of a query as tokens: words, numbers, character strings, symbols."""

import re
from bisect import bisect_right
from enum import StrEnum
from typing import NamedTuple

from adql.errors import AdqlError
from adql.grammar.words import RESERVED
from adql.tree import TextPosition

LONGEST = 100_000
"""Characters of a query."""

# Possessive (`++`, `*+`): what cannot match fails at once, however long it is.
_GAP = r"(?:[\s\u00a0]|--[^\n]*+)*+"
_TOKEN = re.compile(
    rf"""{_GAP}
    (?: (?P<name>[A-Za-z][A-Za-z0-9_]*+)
    | (?P<number>0[xX][0-9A-Fa-f]++|(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?)
    | (?P<symbol><>|!=|<=|>=|\|\||[-+*/(),.;=<>&|^~])
    | (?P<text>'(?:[^']++|'')*+')
    | (?P<quoted>"(?:[^"]++|"")++")
    | (?P<end>\Z) )""",
    re.VERBOSE | re.ASCII,
)
_SPACE = re.compile(_GAP, re.ASCII)
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
_STRAY = {
    "'": ("the character string that begins here does not end", "a quote within a string is written twice"),
    '"': ("the name in double quotes that begins here is empty or does not end", ""),
    "_": ("a plain name begins with a letter", "perhaps you meant it in double quotes"),
    "%": ("% is no operator of ADQL", "perhaps you meant MOD(a, b)"),
    "`": ("` is no character of ADQL", "perhaps you meant double quotes, for a name"),
    "[": ("[ is no character of ADQL", "perhaps you meant double quotes, for a name"),
    ":": (": is no character of ADQL", "perhaps you meant CAST(value AS type)"),
    "!": ("! is no operator of ADQL", "perhaps you meant <> or NOT"),
    **dict.fromkeys("‘’´“”", ("a typographic quote is no character of ADQL", "a character string stands in ' and '")),
    "−": ("a typographic minus is no character of ADQL", "perhaps you meant -"),
}


class TokenKind(StrEnum):
    """What a token is."""

    NAME = "name"
    WORD = "word"
    SYMBOL = "symbol"
    NUMBER = "number"
    TEXT = "text"
    QUOTED = "quoted"
    END = "end"


class Token(NamedTuple):
    """A piece of a query."""

    kind: TokenKind
    word: str
    """A reserved word in upper case, or a symbol; else empty."""
    text: str
    """As it was written."""
    start: int
    """Characters before it."""


class LineIndex:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(read.end() for read in re.finditer("\n", text))] if "\n" in text else [0]

    def place(self, start: int) -> TextPosition:
        """Line and column of the character after so many."""
        line = bisect_right(self._starts, start)
        return TextPosition(line, start - self._starts[line - 1] + 1)


def tokens(text: str, lines: LineIndex) -> list[Token]:
    """All tokens of a query, the end of it last."""
    _check_text(text, lines)
    read: list[Token] = []
    match, position = _TOKEN.match, 0
    while True:
        matched = match(text, position)
        if not matched or not matched.lastgroup:
            raise _stray(text, position, lines)
        token = _token(matched.lastgroup, matched[matched.lastgroup], matched.start(matched.lastgroup))
        read.append(token)
        if token.kind is TokenKind.END:
            return read
        position = matched.end()


def _token(group: str, text: str, start: int) -> Token:
    if group == "symbol":
        return Token(TokenKind.SYMBOL, text, text, start)
    if group == "name" and (upper := text.upper()) in RESERVED:
        return Token(TokenKind.WORD, upper, text, start)
    return Token(_KINDS[group], "", text, start)


_KINDS = {str(kind): kind for kind in TokenKind}


def _check_text(text: str, lines: LineIndex) -> None:
    if len(text) > LONGEST:
        raise AdqlError(
            f"the query has {len(text)} characters, and {LONGEST} are the most",
            lines.place(LONGEST),
            "a long list is better uploaded as a table and joined",
        )
    if unsendable := _UNSENDABLE.search(text):
        raise AdqlError("a character that no text may have", lines.place(unsendable.start()))


def _stray(text: str, position: int, lines: LineIndex) -> AdqlError:
    gap = _SPACE.match(text, position)
    start = gap.end() if gap else position
    character = text[start]
    problem, hint = _STRAY.get(character, (f"{character} is no character of ADQL", ""))
    if character.isalpha():
        hint = "a name with other letters than a to z stands in double quotes"
    return AdqlError(problem, lines.place(start), hint)
