"""Where the parser stands in a query; it only goes forward."""

from collections.abc import Callable
from dataclasses import dataclass, field

from adql.errors import AdqlError
from adql.grammar.hints import hint
from adql.grammar.lexer import LineIndex, Token, TokenKind
from adql.tree import Condition, Identifier, Query, TextPosition, Value

DEEPEST = 50
"""Parentheses within parentheses; a query within a query counts for two. Each is some 13 frames of Python's 1 000."""

_MOST = 2**63 - 1


@dataclass(slots=True)
class Cursor:
    """The tokens and the one to be read, and the rules that others need in turn (modules do not import in circles)."""

    tokens: list[Token]
    lines: LineIndex
    expression: "Callable[[Cursor], Value | Condition]"
    condition: "Callable[[Cursor], Condition]"
    query: "Callable[[Cursor], Query]"
    index: int = 0
    depth: int = 0
    pairs: dict[int, int] | None = None
    """Parentheses and where they end, once needed."""
    token: Token = field(init=False)

    def __post_init__(self) -> None:
        self.token = self.tokens[0]

    def advance(self) -> Token:
        """Go on by one token; the answer is the one left behind."""
        passed = self.token
        self.index += 1
        self.token = self.tokens[self.index]
        return passed

    def accept(self, word: str) -> bool:
        """Go past a reserved word or symbol if it is next."""
        if self.token.word != word:
            return False
        self.advance()
        return True

    def expect(self, word: str, expected: str = "") -> Token:
        """Go past a reserved word or symbol that must be next."""
        if self.token.word != word:
            raise self.unexpected(expected or word)
        return self.advance()

    def ahead(self, count: int = 1) -> Token:
        """The token so many further, or the end."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def place(self, token: Token | None = None) -> TextPosition:
        """Line and column of a token; of the next one where it is None."""
        return self.lines.place((token or self.token).start)

    def deeper(self, levels: int = 1) -> None:
        """Count nesting, by so many levels; the caller takes them off `depth`. Raises `AdqlError` past `DEEPEST`."""
        self.depth += levels
        if self.depth > DEEPEST:
            raise AdqlError(f"parentheses within parentheses, more than {DEEPEST} deep", self.place())

    def unexpected(self, expected: str) -> AdqlError:
        """The refusal of the next token, where something else was expected: said in words that end `… was expected`."""
        token = self.token
        if token.kind is TokenKind.END:
            problem = f"{expected} was expected, and the query ends"
        else:
            problem = f"{expected} was expected, not {_shown(token.text)}"
        return AdqlError(problem, self.place(), self._unpaired() or hint(self.tokens, self.index))

    def _unpaired(self) -> str:
        """Which parenthesis has no other, if that is what is wrong with the next token."""
        _, unclosed = _parentheses(self.tokens[: self.index])
        if self.token.word == ")" and not unclosed:
            return "there is no ( for this )"
        if self.token.kind is TokenKind.END and unclosed:
            at = self.place(self.tokens[unclosed[-1]])
            return f"the ( of line {at.line}, column {at.column} is not closed"
        return ""

    def identifier(self, expected: str) -> Identifier:
        """A name that must be next."""
        token = self.token
        if token.kind is TokenKind.NAME:
            self.advance()
            return Identifier(token.text, quoted=False, at=self.place(token))
        if token.kind is TokenKind.QUOTED:
            self.advance()
            return Identifier(token.text[1:-1].replace('""', '"'), quoted=True, at=self.place(token))
        raise self.unexpected(expected)

    def whole(self, expected: str) -> int:
        """A whole number, written in decimal digits, that must be next."""
        if not (self.token.kind is TokenKind.NUMBER and self.token.text.isdigit()):
            raise self.unexpected(expected)
        at, digits = self.place(), self.advance().text.lstrip("0") or "0"
        if len(digits) > 19 or int(digits) > _MOST:
            raise AdqlError(f"a number larger than {_MOST}", at)
        return int(digits)

    def qualified(self, expected: str, most: int) -> tuple[Identifier, ...]:
        """A name with what qualifies it, dots between."""
        parts = [self.identifier(expected)]
        while self.token.word == ".":
            if len(parts) == most:
                raise AdqlError(f"a name of more than {most} parts", self.place())
            self.advance()
            parts.append(self.identifier("a name"))
        return tuple(parts)

    def alias(self, expected: str) -> Identifier | None:
        """A new name for what was just read, with AS or without."""
        if self.accept("AS"):
            return self.identifier(expected)
        return self.identifier(expected) if self.token.kind in (TokenKind.NAME, TokenKind.QUOTED) else None

    def at_query(self) -> bool:
        """Whether the parenthesis that is next holds a query, and not a value, a condition or a join."""
        if self.token.word != "(":
            return False
        inner = self.index + 1
        while self.tokens[inner].word == "(" and inner - self.index <= DEEPEST:
            inner += 1
        return self.tokens[inner].word in ("SELECT", "WITH") and all(
            self._after(opening) in _AFTER_QUERY for opening in range(self.index + 1, inner)
        )

    def _after(self, opening: int) -> str:
        """What follows the end of a parenthesis, if it has one."""
        if self.pairs is None:
            self.pairs, _ = _parentheses(self.tokens)
        closing = self.pairs.get(opening)
        return self.tokens[closing + 1].word if closing else ""


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."


_AFTER_QUERY = frozenset(("UNION", "EXCEPT", "INTERSECT", "ORDER", "OFFSET", ")"))


def _parentheses(tokens: list[Token]) -> tuple[dict[int, int], list[int]]:
    """Where each parenthesis that is closed is so, and those that are not."""
    pairs: dict[int, int] = {}
    unclosed: list[int] = []
    for index, token in enumerate(tokens):
        if token.word == "(":
            unclosed.append(index)
        elif token.word == ")" and unclosed:
            pairs[unclosed.pop()] = index
    return pairs, unclosed
