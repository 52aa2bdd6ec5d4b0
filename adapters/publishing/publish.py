"""A VOTable becomes a table of the hub, all or nothing: rows, indexes, cells, TAP_SCHEMA, its declaration."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import numpy as np

from adapters.publishing import declaration
from adapters.publishing.draft import Draft, Facts, draft, settled, spelled
from adapters.publishing.naming import CELLS
from adapters.registry.identifiers import delimited
from adapters.votable.reader import OpenDocument
from hub.installation import quoted
from hub.writer import Writer, Writers
from planning.errors import BadInput
from schema import tap_schema
from schema.published import CATALOGUE, DECLARATIONS, NAME
from schema.space import BODIES, CUBE
from schema.table import Table
from schema.tap_rows import inserts, of_table
from schema.types import ASCII
from sky.cells import cell

AT_ONCE = 20_000
"""Rows whose cells are found together."""
LONGEST = 2000
"""Bytes of a text that is indexed: of 2704 PostgreSQL would refuse it."""


async def publish(writers: Writers, reading: OpenDocument, name: str, *, replace: bool) -> tuple[Table, int]:
    """Make a table of the rows, and tell how many there are; raises `GatewayError`, and changes nothing then."""
    drafted = draft(reading.heading, name)
    async with writers.transaction() as writer:
        if not replace and await _there(writer, name):
            message = f"{NAME}.{name} is there already: publish it anew with --replace, or under another --name"
            raise BadInput(message)
        # Names of its own while it is made: the driver remembers of what types a name's columns were.
        new = f"new_{secrets.token_hex(4)}_"
        relation = f"{NAME}.{new}{name}"
        await writer.run(f"CREATE TABLE {relation} ({', '.join(_definitions(drafted))})")
        await writer.copy(relation, [column.sql for column in drafted.loaded], reading.copy)
        rows, facts = await _facts(writer, drafted, relation)
        table = settled(drafted, facts)
        await _finished(writer, table, relation)
        if table.position:
            await _cells(writer, table, new)
        await _removed(writer, name)
        await writer.run(f"ALTER TABLE {relation} RENAME TO {name}")
        if table.position:
            await writer.run(f"ALTER TABLE {NAME}.{new}{CELLS}{name} RENAME TO {CELLS}{name}")
        await _listed(writer, table, rows)
    return table, rows


async def remove(writers: Writers, name: str) -> None:
    """Take a table back; raises `GatewayError`."""
    async with writers.transaction() as writer:
        if not await _there(writer, name):
            message = f"There is no table {NAME}.{name}"
            raise BadInput(message)
        await _removed(writer, name)


async def _there(writer: Writer, name: str) -> bool:
    found = await writer.fetch(f"SELECT FROM {CATALOGUE.qualified} WHERE table_name = $1", f"{NAME}.{name}")
    return bool(found)


def _definitions(drafted: Draft) -> Iterator[str]:
    for column in drafted.loaded:
        yield f'"{column.sql}" {column.type.sql}'
    for column, value in drafted.constants.items():
        yield f'"{column.sql}" {column.type.sql} DEFAULT {value}'
    for column, value in drafted.computed.items():
        yield f'"{column.sql}" {column.type.sql} GENERATED ALWAYS AS ({value}) STORED'


async def _facts(writer: Writer, drafted: Draft, relation: str) -> tuple[int, Facts]:
    """Look at the rows; raises `BadInput` for a place that is none."""
    texts = [column for column in drafted.columns if column.type is ASCII]
    worded = [column for column in drafted.columns if column.type.sql == "text"]
    asked = {
        "unique": {column: f'count(DISTINCT "{column.sql}") = count(*)' for column in drafted.keys},
        "unicode": {column: f'bool_or(octet_length("{column.sql}") <> length("{column.sql}"))' for column in texts},
        "coded": {
            column: f'bool_and("{column.sql}" IN ({", ".join(map(str, codes.members))}))'
            for column, codes in drafted.coded.items()
        },
        "long": {column: f'max(octet_length("{column.sql}")) > {LONGEST}' for column in worded},
    }
    questions = [question for kind in asked.values() for question in kind.values()]
    (answers,) = await writer.fetch(f"SELECT count(*), {', '.join([_astray(drafted), *questions])} FROM {relation}")  # noqa: S608
    count, astray, *found = answers
    if astray:
        ra, dec = (spelled(column) for column in drafted.position or ())
        message = f"{astray} rows are nowhere on the sky: {ra} and {dec} are from 0 to 360 and from -90 to 90 degrees"
        raise BadInput(message)
    said = iter(found)
    holding = {kind: frozenset(column for column in columns if next(said)) for kind, columns in asked.items()}
    return count, Facts(**holding)


def _astray(drafted: Draft) -> str:
    if not drafted.position:
        return "0"
    ra, dec = (column.sql for column in drafted.position)
    return f'count(*) FILTER (WHERE NOT ("{ra}" BETWEEN 0 AND 360 AND "{dec}" BETWEEN -90 AND 90))'


async def _finished(writer: Writer, table: Table, relation: str) -> None:
    """Give the table its key, indexes, cells and statistics."""
    key = table.key
    if key.ucd == "meta.record":
        await writer.run(f'ALTER TABLE {relation} ADD COLUMN "{key.sql}" bigint GENERATED ALWAYS AS IDENTITY')
    await writer.run(f'ALTER TABLE {relation} ADD PRIMARY KEY ("{key.sql}")')
    for column in table.columns:
        if column.indexed and column is not key:
            await writer.run(f'CREATE INDEX ON {relation} ("{column.sql}")')
    if table.position:
        ra, dec = (f'"{column.sql}"' for column in table.position)
        await writer.run(f"CREATE INDEX ON {relation} USING gist ({await _point(writer, ra, dec)})")
    await writer.run(f"ANALYZE {relation}")


async def _point(writer: Writer, ra: str, dec: str) -> str:
    found = await writer.fetch("SELECT extname FROM pg_catalog.pg_extension WHERE extname = ANY($1)", list(BODIES))
    names = {name for (name,) in found}
    body = next((body for name, body in BODIES.items() if name in names), CUBE)
    return body.point.format(ra=ra, dec=dec)


async def _cells(writer: Writer, table: Table, new: str) -> None:
    """Keep the HEALPix cell of each row beside the table, for cross-matches."""
    relation, places, cursor = f"{NAME}.{new}{table.name}", f"{NAME}.{new}{CELLS}{table.name}", f"{new}places"
    ra, dec = (column.sql for column in table.position or ())
    key = table.key
    await writer.run(f'CREATE TABLE {places} (cell bigint, key {key.type.sql}, ra float8, "dec" float8)')
    await writer.run(
        f'DECLARE {cursor} NO SCROLL CURSOR FOR SELECT "{key.sql}", "{ra}"::float8, "{dec}"::float8 FROM {relation} '  # noqa: S608
        f'WHERE "{ra}" IS NOT NULL AND "{dec}" IS NOT NULL'
    )
    while rows := await writer.fetch(f"FETCH {AT_ONCE} FROM {cursor}"):
        cells = cell(*(np.array([row[axis] for row in rows]) for axis in (1, 2))).tolist()
        placed: list[Any] = [(number, *row) for number, row in zip(cells, rows, strict=True)]
        await writer.add(places, ("cell", "key", "ra", "dec"), placed)
    await writer.run(f"CLOSE {cursor}; CREATE INDEX ON {places} (cell); ANALYZE {places}")


async def _removed(writer: Writer, name: str) -> None:
    """Leave nothing of a table: TAP_SCHEMA's columns and the declaration go with the rows they refer to."""
    qualified = quoted(f"{NAME}.{name}")
    await writer.run(f"DROP TABLE IF EXISTS {NAME}.{name}, {NAME}.{CELLS}{name}")
    await writer.run(f"DELETE FROM {tap_schema.TABLES.qualified} WHERE table_name = {qualified}")  # noqa: S608
    await writer.run(f"DELETE FROM {CATALOGUE.qualified} WHERE table_name = {qualified}")  # noqa: S608


async def _listed(writer: Writer, table: Table, rows: int) -> None:
    """Tell of the table: in the list of what is published, as a declaration, in TAP_SCHEMA."""
    await writer.run(
        f"INSERT INTO {CATALOGUE.qualified} VALUES ($1, $2, $3, now())",  # noqa: S608
        table.qualified, table.description, rows,
    )  # fmt: skip
    told = json.dumps(declaration.told(table))
    await writer.run(f"INSERT INTO {DECLARATIONS} VALUES ($1, $2)", table.qualified, told)  # noqa: S608
    (place,) = await writer.fetch(f"SELECT count(*) FROM {CATALOGUE.qualified}")  # noqa: S608
    await writer.run(inserts(of_table(table, 1 + place[0], delimited)))
