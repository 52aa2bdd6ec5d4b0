"""Whatever is asked, what reaches PostgreSQL is one SELECT of declared tables and of functions that are listed here."""

import os
import re
from collections.abc import Iterator

import asked
import sqlglot
from hypothesis import HealthCheck, given, settings
from sqlglot import exp

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from adql.errors import AdqlError
from adql.grammar.words import words
from planning.rights import deciding_names, right
from schema.catalog import DECLARED as DECLARED_CATALOG
from schema.column import Column

TABLES = DECLARED_CATALOG.tables
INPUTS = int(os.environ.get("FUZZ", "1000"))
KEYWORDS = words(
    "and any array as between case else exists from ilike in join like materialized not on or select then union when where limit lateral order by offset group cross over filter"
)
FUNCTIONS = words(
    "abs array_position asind atan2 avg btrim cardinality cast coalesce cosd count floor greatest gw.area gw.bounds gw.box gw.carried gw.cell gw.cells gw.centroid gw.contains "
    "gw.healpix_index gw.in_cone gw.intersects gw.placed gw.region gw.turned jsonb_array_elements_text jsonb_typeof least left length ln log lower lpad max mod pi power radians regexp_split_to_array replace round sin "
    "sind sqrt string_to_array tand trunc unnest upper varchar "
)


def deciding(column: Column) -> tuple[str, ...]:
    hides = right(column)
    return deciding_names(hides, direct=False) if hides else ()


BRANCHES = {
    table.qualified
    for union in TABLES.values()
    for branch in union.branches
    for table in (union.repeated, branch.table, branch.once)
    if table
}
"""What unions are made of."""
NAMES = {name for table in {*TABLES, *BRANCHES} for name in table.split(".")} | {
    name for table in TABLES.values() for column in table.columns for name in (column.sql, *deciding(column))
}
OURS = re.compile(r"[a-z]\d+(_(ra|dec)0?)?|ra0|dec0")
"""What we call columns and relations of our own making."""
BYTEWISE = re.compile(r"(?:USING )?~([<>]=?)~")
"""PostgreSQL's operators on text by its bytes, which sqlglot does not know."""


def compiled(query: str) -> CompiledQuery | None:
    try:
        return compile_query(query, DECLARED)
    except AdqlError:
        return None


def plainly(operator: re.Match[str]) -> str:
    """The operator of any other type, or the direction that sorts as it does."""
    if operator[0].startswith("USING"):
        return "ASC" if operator[1] == "<" else "DESC"
    return operator[1]


def tables(statement: exp.Expression) -> Iterator[str]:
    """The relations of a statement that are not its own."""
    common = {found.alias for found in statement.find_all(exp.CTE)}
    for found in statement.find_all(exp.Table):
        if found.db or found.name not in common:
            yield f"{found.db}.{found.name}"


@settings(max_examples=INPUTS, suppress_health_check=list(HealthCheck))
@given(asked.ASKED)
def test_only_what_is_declared_reaches_postgresql(query: str) -> None:
    found = compiled(query)
    if not found:
        return
    unquoted = re.sub(r'"[^"]*"', "Q", found.text)
    assert asked.MARK not in found.text, "a character string or a name of the user's is in the SQL"
    assert not {name for name in re.findall(r'"([^"]*)"', found.text) if not OURS.fullmatch(name)} - NAMES
    assert {name.lower() for name in re.findall(r"([A-Za-z_.]+)\s*\(", unquoted)} <= FUNCTIONS | KEYWORDS
    assert ";" not in unquoted
    assert "--" not in unquoted
    [statement] = sqlglot.parse(BYTEWISE.sub(plainly, found.text), read="postgres")
    assert isinstance(statement, exp.Query)
    assert set(tables(statement)) <= {*TABLES, *BRANCHES}
    assert not list(statement.find_all(exp.Command, exp.DML, exp.DDL, exp.Into))
