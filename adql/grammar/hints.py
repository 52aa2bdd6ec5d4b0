"""What was perhaps meant by a query that is not ADQL: the mistakes that people make."""

from adql.grammar.lexer import Kind, Token
from adql.grammar.words import words

_CHANGES = words(
    "INSERT UPDATE DELETE DROP CREATE ALTER GRANT REVOKE SET COMMIT BEGIN ROLLBACK EXEC EXECUTE "
    "TRUNCATE COPY EXPLAIN VACUUM CALL DO MERGE REPLACE SHOW ANALYZE"
)
_PLAIN = {
    "LIMIT": "perhaps you meant SELECT TOP n",
    "FETCH": "perhaps you meant SELECT TOP n",
    "CROSS": "perhaps you meant a comma between the tables",
    "INTO": "a query only reads",
    "NULLS": "ADQL has no NULLS FIRST or NULLS LAST",
    "OVER": "ADQL has no window functions",
    "ESCAPE": "ADQL has no ESCAPE",
    "SUBSTRING": "SUBSTRING is no function of ADQL",
    "EXTRACT": "EXTRACT is no function of ADQL",
    "ANY": "perhaps you meant IN (...)",
    "SOME": "perhaps you meant IN (...)",
    "VALUES": "perhaps you meant an uploaded table (TAP_UPLOAD)",
    "WITH": "WITH stands once, at the beginning of the whole query",
}
_COMPARISONS = words("= <> != < > <= >= BETWEEN LIKE ILIKE IN IS")
_CLAUSES = words("FROM WHERE GROUP HAVING ORDER OFFSET UNION EXCEPT INTERSECT")


def hint(tokens: list[Token], index: int) -> str:
    """What was perhaps meant where a token is not what was expected there; empty if nothing comes to mind."""
    token, before = tokens[index], tokens[index - 1] if index else None
    word = token.text.upper()
    if before is None:
        return "a query begins with SELECT or WITH, and only reads" if word in _CHANGES else ""
    if before.word == ";":
        return "one query at a time, and nothing after its ;"
    return (
        _of_pair(before, token)
        or _PLAIN.get(word, "")
        or _PLAIN.get(before.text.upper() if before.kind is not Kind.TEXT else "", "")
        or _of_place(tokens, index)
    )


def _of_pair(before: Token, token: Token) -> str:
    if before.word == "=" == token.word:
        return "perhaps you meant = alone"
    if before.word in ("&", "|") and before.word == token.word:
        return "perhaps you meant AND" if token.word == "&" else ""
    if before.kind is Kind.TEXT and token.kind is Kind.NAME:
        return "a quote within a character string is written twice, and the string stands in one pair of quotes"
    if before.word == "," and token.word in _CLAUSES | {")"}:
        return "perhaps one comma too many"
    if token.word == ";":
        return "one ; may end a query, and nothing else"
    return ""


def _of_place(tokens: list[Token], index: int) -> str:
    token, before = tokens[index], tokens[index - 1]
    if token.word in _COMPARISONS and before.kind is not Kind.WORD:
        return "where a value is wanted a condition is written CASE WHEN condition THEN 1 ELSE 0 END"
    if token.kind in (Kind.NAME, Kind.QUOTED, Kind.NUMBER, Kind.TEXT) and before.kind in (Kind.NAME, Kind.QUOTED):
        return "perhaps a comma or an operator is missing"
    if token.kind is Kind.WORD and token.word not in _CLAUSES and _wants_name(before):
        return f'{token.word} is a reserved word: as a name it is written "{token.text}"'
    return ""


def _wants_name(before: Token) -> bool:
    return before.word in _NAME_AFTER or before.kind is Kind.NAME


_NAME_AFTER = words(", . ( = <> != < > <= >= + - * / || AS SELECT FROM JOIN WHERE AND OR NOT ON BY HAVING DISTINCT ALL")
