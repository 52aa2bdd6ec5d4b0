"""What was perhaps meant by a query that is not ADQL: the mistakes that people make."""

from difflib import get_close_matches

from adql.grammar.lexer import Token, TokenKind
from adql.grammar.signatures import NAMED
from adql.grammar.words import words

_CHANGES = words(
    "INSERT UPDATE DELETE DROP CREATE ALTER GRANT REVOKE SET COMMIT BEGIN ROLLBACK EXEC EXECUTE "
    "TRUNCATE COPY EXPLAIN VACUUM CALL DO MERGE REPLACE SHOW ANALYZE"
)
_WRITTEN_OTHERWISE = {
    "LIMIT": "perhaps you meant SELECT TOP n",
    "FETCH": "perhaps you meant SELECT TOP n",
    "CROSS": "perhaps you meant a comma between the tables",
    "INTO": "a query only reads",
    "NULLS": "ADQL has no NULLS FIRST and no NULLS LAST",
    "OVER": "ADQL has no window functions",
    "ESCAPE": "ADQL has no ESCAPE",
    "TIMESTAMP": "a time is written '2024-05-17T21:30:00Z'; CAST(value AS TIMESTAMP) makes one of a character string",
    "CURRENT_TIMESTAMP": "no query knows what time it is: write it, as '2024-05-17T21:30:00Z'",
    "CURRENT_DATE": "no query knows what day it is: write it, as '2024-05-17'",
    "NULLIF": "perhaps you meant CASE WHEN a = b THEN NULL ELSE a END",
    "ANY": "perhaps you meant IN (...)",
    "SOME": "perhaps you meant IN (...)",
    "VALUES": "perhaps you meant an uploaded table (TAP_UPLOAD)",
    "WITH": "WITH stands once, at the beginning of the whole query",
    "ON": "ON belongs to a JOIN",
    "USING": "USING belongs to a JOIN",
}
_PAIRS = {
    ("=", "="): "perhaps you meant = alone",
    ("&", "&"): "perhaps you meant AND",
    ("NOT", "NULL"): "perhaps you meant IS NOT NULL",
    ("/", "*"): "perhaps you meant --, which comments to the end of a line",
}
_AS_FUNCTIONS = words("NULLIF ANY SOME")
_NO_FUNCTIONS = words(
    "SUBSTRING EXTRACT TRIM POSITION CHAR_LENGTH CHARACTER_LENGTH OCTET_LENGTH TRANSLATE CONVERT LEFT RIGHT "
    "DATE TIME YEAR MONTH DAY HOUR MINUTE SECOND"
)
_COMPARISONS = words("= <> != < > <= >= BETWEEN LIKE ILIKE IN IS")
_OPERATORS = words("UNION EXCEPT INTERSECT")
_CLAUSES = words("FROM WHERE GROUP HAVING ORDER OFFSET") | _OPERATORS
_STRUCTURE = _CLAUSES | words(
    "SELECT AS BY AND OR NOT JOIN INNER LEFT RIGHT FULL OUTER NATURAL CASE WHEN THEN ELSE END NULL TRUE FALSE"
)
_MISSPELT = sorted(_CLAUSES | words("SELECT DISTINCT JOIN BETWEEN LIKE AND"))
_BEFORE_NAMES = words(
    ", . ( = <> != < > <= >= + - * / || AS SELECT FROM JOIN WHERE AND OR NOT ON BY HAVING DISTINCT ALL"
)
_VALUES = (TokenKind.NAME, TokenKind.QUOTED, TokenKind.NUMBER, TokenKind.TEXT)


def hint(tokens: list[Token], index: int) -> str:
    """What was perhaps meant where a token is not what was expected there; empty if nothing comes to mind."""
    token = tokens[index]
    if index == 0:
        changes = token.text.upper() in _CHANGES
        return "a query begins with SELECT or WITH, and only reads" if changes else _nearest(token)
    before, after = tokens[index - 1], tokens[min(index + 1, len(tokens) - 1)]
    return (
        _of_pair(before, token)
        or _otherwise(token, after)
        or (_otherwise(before, token) if before.word not in ("ON", "USING", "TIMESTAMP") else "")
        or _of_place(before, token)
        or _nearest(token)
        or _nearest(before)
        or _missing(before, token)
    )


def _of_pair(before: Token, token: Token) -> str:
    if pair := _PAIRS.get((before.word, token.word)):
        return pair
    if before.word == "," and (token.word in _CLAUSES or token.word == ")"):
        return "perhaps one comma too many"
    if before.kind is TokenKind.NUMBER and token.word == "DISTINCT":
        return "perhaps you meant SELECT DISTINCT TOP n"
    if ";" in (before.word, token.word):
        return "one query at a time, and nothing after its ;"
    if before.kind is TokenKind.TEXT and token.kind is TokenKind.NAME:
        return "a quote within a character string is written twice, and the string stands in one pair of quotes"
    return ""


def _otherwise(token: Token, after: Token) -> str:
    word = token.text.upper()
    if token.kind not in (TokenKind.NAME, TokenKind.WORD) or (word in _AS_FUNCTIONS and after.word != "("):
        return ""
    if word in _NO_FUNCTIONS and after.word == "(":
        return f"{word} is no function of ADQL"
    return _WRITTEN_OTHERWISE.get(word, "")


def _of_place(before: Token, token: Token) -> str:
    if token.word in _COMPARISONS and before.kind is not TokenKind.WORD:
        return "conditions are joined by AND or OR; one as a value is written CASE WHEN condition THEN 1 ELSE 0 END"
    if token.word in _OPERATORS:
        return f"in parentheses a part of {token.word} may have an order of its own"
    named = before.word in _BEFORE_NAMES or before.kind is TokenKind.NAME
    if token.kind is TokenKind.WORD and token.word not in _STRUCTURE and named:
        what = f"a function, {token.word}(...)" if token.word in NAMED else "a reserved word"
        return f'{token.word} is {what}: as a name it is written "{token.text}"'
    return ""


def _nearest(token: Token) -> str:
    if token.kind is not TokenKind.NAME:
        return ""
    close = get_close_matches(token.text.upper(), _MISSPELT, n=1, cutoff=0.75)
    return f"perhaps you meant {close[0]}" if close else ""


def _missing(before: Token, token: Token) -> str:
    adjoining = token.kind in _VALUES and (before.kind in _VALUES or before.word == ")")
    return "perhaps a comma or an operator is missing" if adjoining else ""
