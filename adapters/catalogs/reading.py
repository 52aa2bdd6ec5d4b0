"""Reading catalogues: as queries of TAP, whose JSON has the columns' metadata and typed values."""

from typing import Any

import orjson

from adapters.catalogs.catalogue import WHOLE, NamedCatalogue
from adapters.catalogs.errors import NoRecord
from adapters.tap.engine import Engine
from adapters.tap.parameters import TapRequest
from adapters.tap.query import run_tap_query
from adapters.votable.formats import JSON, Negotiated
from adql.grammar.identifiers import delimited
from planning.asker import Asker
from schema.tap_schema import TABLES

PRIMARY = "primary-key"
LISTED = "SELECT table_name, description FROM {table}"
ROW = "SELECT * FROM {table} WHERE {key} = {value}"
NAMES = "SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"
MOST = 1_000_000
"""Rows that a table of names may have."""


async def listed_tables(engine: Engine) -> dict[str, str | None]:
    """Description of every table by its name, as TAP_SCHEMA has them."""
    read = await read_table(engine, LISTED.format(table=TABLES.qualified), MOST)
    return dict(read["data"])


async def columns_of(engine: Engine, catalogue: NamedCatalogue) -> list[dict[str, Any]]:
    """What TAP says of each column of a catalogue; the key is marked."""
    read = await read_table(engine, f"SELECT TOP 1 * FROM {delimited(catalogue.table.name)}", 0)  # noqa: S608 - declared
    return [column | ({PRIMARY: True} if column["name"] == catalogue.key else {}) for column in read["metadata"]]


async def row_of(engine: Engine, catalogue: NamedCatalogue, text: str) -> dict[str, Any]:
    """The row of a catalogue with this key, by column name; raises `NoRecord` where there is none, or `BadInput`."""
    key, table, value = catalogue.key_column, delimited(catalogue.table.name), _literal(catalogue, text)
    read = await read_table(engine, ROW.format(table=table, key=delimited(key.name), value=value), 1)
    if not read["data"]:
        message = "no record found"
        raise NoRecord(message)
    return dict(zip((column["name"] for column in read["metadata"]), read["data"][0], strict=True))


async def investigators_of(engine: Engine, catalogue: NamedCatalogue, person: Asker) -> list[str]:
    """The principal investigators of a catalogue, and the names of a person who asks: each once, in order."""
    names = {alias: alias for alias in person.aliases}
    for column in catalogue.investigators:
        read = await read_table(engine, NAMES.format(column=column, table=delimited(catalogue.table.name)), MOST)
        cells = (name.strip() for (cell,) in read["data"] for name in cell.split("/"))
        names |= {name.upper(): name for name in cells if name}
    return sorted(names.values())


def table_request(catalogue: NamedCatalogue, form: Negotiated, rows: int) -> TapRequest:
    """The query for so many rows of a catalogue, in a format."""
    query = f"SELECT TOP {rows} * FROM {delimited(catalogue.table.name)}"  # noqa: S608 - declared
    return TapRequest(query, form, rows, "", ())


def _literal(catalogue: NamedCatalogue, text: str) -> str:
    """A key as ADQL writes it; raises `BadInput`."""
    key = catalogue.require_key(text)
    return key if catalogue.key_column.type in WHOLE else text_literal(key)


def text_literal(text: str) -> str:
    """A text as ADQL writes it."""
    return "'" + text.replace("'", "''") + "'"


async def read_table(engine: Engine, query: str, limit: int) -> dict[str, Any]:
    """What a query of ADQL gives, as JSON: `metadata` of the columns, and at most `limit` rows as `data`."""
    request = TapRequest(query, Negotiated(JSON, JSON.media_type), limit, "", ())
    blocks = [block async for block in run_tap_query(engine, request)]
    read: dict[str, Any] = orjson.loads(b"".join(blocks))
    return read
