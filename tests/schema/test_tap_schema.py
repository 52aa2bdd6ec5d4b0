"""TAP_SCHEMA says what there is: compared with PostgreSQL's own catalogue, and with the rules of TAP 1.1 section 4."""

from collections.abc import AsyncIterator

import pytest

from adql.grammar.identifiers import delimited
from hub.rows import Connection, connect
from sample.federation import Federation
from schema import aliases
from schema.catalog import DECLARED
from schema.tap_schema import SOURCE

DATATYPES = {
    "text": {"char", "unicodeChar"}, "jsonb": {"unicodeChar"}, "smallint": {"short"}, "integer": {"int"}, "bigint": {"long"},
    "real": {"float"}, "double precision": {"double"}, "boolean": {"boolean"}, "timestamp with time zone": {"char"},
    "timestamp without time zone": {"char"},
}  # fmt: skip
HELD = """SELECT table_schema || '.' || table_name AS "table", column_name AS "column", data_type FROM information_schema.columns
WHERE table_schema = ANY($1)"""


ALIASES = {table.qualified for table in aliases.SOURCE.tables}
IN_QUOTES = {("tap_schema.columns", "size"): "TAP 1.1 names it"}
"""What ADQL wants in quotes, with the reason that it is called so."""
KEYWORDS = "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')"


@pytest.fixture
async def gateway(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.hub)
    yield connection
    await connection.close()


async def test_what_it_tells_is_there_with_that_type(gateway: Connection, federation: Federation) -> None:
    plain = "replace(table_name, '\"', ''), replace(column_name, '\"', '')"
    told = await gateway.fetch(f"SELECT {plain}, datatype FROM tap_schema.columns")
    owner = await connect(federation.owner)
    schemas = [row[0].strip('"') for row in await gateway.fetch("SELECT schema_name FROM tap_schema.schemas")]
    held = {(row[0], row[1]): row[2] for row in await owner.fetch(HELD, schemas)}
    await owner.close()
    assert len(told) > 375
    computed = {(name, one.sql) for name, table in DECLARED.tables.items() for one in table.columns if one.computed}
    for table, column, datatype in told:
        if table in ALIASES:
            continue  # of which the hub has no relation: tests/adql/test_aliases.py asks them
        assert (table, column) in computed or datatype in DATATYPES[held[table, column.lower()]], (table, column)


async def test_every_declared_table_is_in_it_and_itself(gateway: Connection) -> None:
    told = {row[0].replace('"', "") for row in await gateway.fetch("SELECT table_name FROM tap_schema.tables")}
    assert told == {*DECLARED.tables, *ALIASES, *(table.qualified for table in SOURCE.tables)}


async def test_obscore_is_the_standards(gateway: Connection) -> None:
    utype, kind = await gateway.fetchrow(
        "SELECT utype, table_type FROM tap_schema.tables WHERE table_name = 'ivoa.obscore'"
    )
    assert (utype, kind) == ("ivo://ivoa.net/std/obscore#table-1.1", "view")
    std = (
        "SELECT count(*), bool_and(principal = 1) FROM tap_schema.columns WHERE table_name = 'ivoa.obscore' AND std = 1"
    )
    assert tuple(await gateway.fetchrow(std)) == (30, True)


async def test_keys_join_columns_that_are_there(gateway: Connection) -> None:
    joined = await gateway.fetch(
        """SELECT key_id, f.datatype, t.datatype FROM tap_schema.keys JOIN tap_schema.key_columns USING (key_id)
        LEFT JOIN tap_schema.columns AS f ON f.table_name = from_table AND f.column_name = from_column
        LEFT JOIN tap_schema.columns AS t ON t.table_name = target_table AND t.column_name = target_column"""
    )
    assert len(joined) > 30
    textual = {"char", "unicodeChar"}
    assert all(left == right or {left, right} <= textual for _, left, right in joined), joined


async def test_order_and_flags(gateway: Connection) -> None:
    places = "SELECT array_agg(column_index ORDER BY column_index) FROM tap_schema.columns GROUP BY table_name"
    assert all(row[0] == list(range(1, len(row[0]) + 1)) for row in await gateway.fetch(places))
    assert not await gateway.fetch(
        "SELECT 1 FROM tap_schema.columns WHERE NOT (indexed IN (0, 1) AND principal IN (0, 1))"
    )
    empty = "SELECT 1 FROM tap_schema.columns WHERE '' IN (utype, unit, ucd, description, xtype, arraysize)"
    assert not await gateway.fetch(empty)


async def test_the_role_that_serves_cannot_write_it(gateway: Connection) -> None:
    await gateway.execute("SET default_transaction_read_only = off")
    with pytest.raises(Exception, match="permission denied"):
        await gateway.execute("DELETE FROM tap_schema.keys")


async def test_no_name_wants_quotes_in_adql_or_postgresql(gateway: Connection) -> None:
    keywords = {row[0] for row in await gateway.fetch(KEYWORDS)}
    declared = [table for table in (*DECLARED.tables.values(), *SOURCE.tables) if table.source != "published"]
    for table in declared:
        parts = table.qualified.split(".")
        assert [delimited(part) for part in parts] == parts
        assert not keywords.intersection(parts)
    columns = {(table.qualified, column.name) for table in declared for column in table.columns}
    assert {named for named in columns if delimited(named[1]) != named[1]} == set(IN_QUOTES)
    assert not {named for named in columns if named[1].lower() in keywords}


@pytest.mark.parametrize(
    ("name", "written"),
    [("RAJ2000", "RAJ2000"), ("size", '"size"'), ("2MASS", '"2MASS"'), ('a"b', '"a""b"'), ("é", '"é"')],
)
def test_names_are_told_as_queries_write_them(name: str, written: str) -> None:
    assert delimited(name) == written
