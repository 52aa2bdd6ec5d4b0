"""A table is published, all or nothing: rows, indexes, cells, TAP_SCHEMA, its declaration."""

import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import numpy as np

from adql.grammar.identifiers import delimited
from hub.quoting import quoted
from hub.writer import Writer, Writers
from planning.errors import BadInput
from publishing import declaration
from publishing.draft import Draft, Facts, settled
from publishing.relation import astray, definitions, nowhere, point
from schema import tap_schema
from schema.catalog import DECLARED
from schema.named_queries import named_query
from schema.published import CATALOGUE, CELLS, DECLARATIONS, NAME, WITHDRAWN
from schema.revision import CONE
from schema.table import Table
from schema.taken import clash
from schema.tap_rows import inserts, of_table
from schema.types import ASCII
from sky.cells import place_cells

NUMBER = named_query("publishing/publish", "number")
CREATE_CELLS = named_query("publishing/publish", "create_cells")
PLACES = named_query("publishing/publish", "places")
FINISH_CELLS = named_query("publishing/publish", "finish_cells")
REMOVE = named_query("publishing/publish", "remove")
LIST = named_query("publishing/publish", "list").format(catalogue=CATALOGUE.qualified)
TOLD = named_query("publishing/publish", "told").format(withdrawn=WITHDRAWN, cone=CONE)
AT_ONCE = 20_000
"""Rows whose cells are computed together."""
LONGEST = 2000
"""Bytes of a text that is indexed: of 2704 PostgreSQL would refuse it."""


async def publish(writers: Writers, drafted: Draft, copy: AsyncIterator[bytes], *, replace: bool) -> tuple[Table, int]:
    """Make a table, fill it, list it; on any error nothing is changed.

    Parameters
    ----------
    writers
        Connections of the role that writes for users.
    drafted
        What is declared of the table.
    copy
        Rows of its loaded columns, as input of a binary COPY.
    replace
        Whether to take the place of a table of this name.

    Returns
    -------
    tuple
        The table as it is declared now, and its number of rows.

    Raises
    ------
    BadInput
        There is a table of this name and it is not to be replaced, or another published one has a name of it in
        GraphQL; a row has a position off the sphere, or a value that
        its column cannot hold.
    GatewayError
        The hub does not take it.
    """
    name = drafted.name
    async with writers.transaction() as writer:
        if not replace and await _there(writer, name):
            message = f"{NAME}.{name} is there already: publish it anew with --replace, or under another --name"
            raise BadInput(message)
        await _check_names(writer, drafted)
        # Other names while it is made: the driver remembers of what types a name's columns were.
        new = f"new_{secrets.token_hex(4)}_"
        relation = f"{NAME}.{new}{name}"
        await writer.run(f"CREATE TABLE {relation} ({', '.join(definitions(drafted))})")
        await writer.copy(relation, [column.sql for column in drafted.loaded], copy)
        rows, facts = await _facts(writer, drafted, relation)
        table = settled(drafted, facts)
        await _index(writer, table, relation)
        if table.position:
            await _add_cells(writer, table, new)
        await _remove(writer, name)
        await writer.run(f"ALTER TABLE {relation} RENAME TO {name}")
        if table.position:
            await writer.run(f"ALTER TABLE {NAME}.{new}{CELLS}{name} RENAME TO {CELLS}{name}")
        await _list(writer, table, rows)
    return table, rows


async def remove(writers: Writers, name: str) -> None:
    """Take a published table back; raises `BadInput` where there is none of this name, `GatewayError`."""
    async with writers.transaction() as writer:
        if not await _there(writer, name):
            message = f"There is no table {NAME}.{name}"
            raise BadInput(message)
        await _remove(writer, name)


async def _there(writer: Writer, name: str) -> bool:
    return bool(await writer.fetch(f"SELECT FROM {CATALOGUE.qualified} WHERE table_name = $1", f"{NAME}.{name}"))


async def _check_names(writer: Writer, drafted: Draft) -> None:
    """Refuse a table that would bring a name to GraphQL that another published one has; raises `BadInput`."""
    query = f"SELECT told::text FROM {DECLARATIONS} WHERE table_name <> $1"  # noqa: S608 - declared
    others = await writer.fetch(query, f"{NAME}.{drafted.name}")
    catalog = DECLARED.with_published(declaration.table(json.loads(text)) for (text,) in others)
    if taken := clash(drafted.type_name, drafted.plural, catalog):
        message = f"{drafted.name!r} would be {taken!r} in GraphQL, which is another table's: choose another --name"
        raise BadInput(message)


async def _facts(writer: Writer, drafted: Draft, relation: str) -> tuple[int, Facts]:
    """Number of rows, and what they say of the columns; raises `BadInput` for a position off the sphere."""
    texts = [column for column in drafted.columns if column.type is ASCII]
    worded = [column for column in drafted.columns if column.type.sql == "text"]
    tests = {
        "unique": {column: f'count(DISTINCT "{column.sql}") = count(*)' for column in drafted.keys},
        "unicode": {column: f'bool_or(octet_length("{column.sql}") <> length("{column.sql}"))' for column in texts},
        "coded": {
            column: f'bool_and("{column.sql}" IN ({", ".join(map(str, codes.members))}))'
            for column, codes in drafted.coded.items()
        },
        "long": {column: f'max(octet_length("{column.sql}")) > {LONGEST}' for column in worded},
    }
    listed = ", ".join([astray(drafted.position), *(test for kind in tests.values() for test in kind.values())])
    ((count, lost, *results),) = await writer.fetch(f"SELECT count(*), {listed} FROM {relation}")  # noqa: S608 - declared
    if lost and drafted.position:
        raise nowhere(lost, drafted.position)
    left = iter(results)
    facts = {kind: frozenset(column for column in columns if next(left)) for kind, columns in tests.items()}
    return count, Facts(**facts)


async def _index(writer: Writer, table: Table, relation: str) -> None:
    """Give the table its key, indexes and statistics."""
    key = table.key
    if key.ucd == "meta.record":
        await writer.run(NUMBER.format(table=relation, key=key.sql))
    await writer.run(f'ALTER TABLE {relation} ADD PRIMARY KEY ("{key.sql}")')
    for column in table.columns:
        if column.indexed and column is not key:
            await writer.run(f'CREATE INDEX ON {relation} ("{column.sql}")')
    if table.position:
        ra, dec = (f'"{column.sql}"' for column in table.position)
        await writer.run(f"CREATE INDEX ON {relation} USING gist ({await point(writer, ra, dec)})")
    await writer.run(f"ANALYZE {relation}")


async def _add_cells(writer: Writer, table: Table, new: str) -> None:
    """Keep the HEALPix cell of each row beside the table, for cross-matches."""
    relation, cells, cursor = f"{NAME}.{new}{table.name}", f"{NAME}.{new}{CELLS}{table.name}", f"{new}places"
    ra, dec = (column.sql for column in table.position or ())
    key = table.key
    await writer.run(CREATE_CELLS.format(cells=cells, type=key.type.sql))
    await writer.run(PLACES.format(cursor=cursor, table=relation, key=key.sql, ra=ra, dec=dec))
    while rows := await writer.fetch(f"FETCH {AT_ONCE} FROM {cursor}"):
        numbers = place_cells(*(np.array([row[axis] for row in rows]) for axis in (1, 2))).tolist()
        placed: list[Any] = [(number, *row) for number, row in zip(numbers, rows, strict=True)]
        await writer.add(cells, ("cell", "key", "ra", "dec"), placed)
    await writer.run(FINISH_CELLS.format(cursor=cursor, cells=cells))


async def _remove(writer: Writer, name: str) -> None:
    text = REMOVE.format(
        table=f"{NAME}.{name}", cells=f"{NAME}.{CELLS}{name}", name=quoted(f"{NAME}.{name}"),
        tap_tables=tap_schema.TABLES.qualified, catalogue=CATALOGUE.qualified, withdrawn=WITHDRAWN, cone=CONE,
    )  # fmt: skip
    await writer.run(text)


async def _list(writer: Writer, table: Table, rows: int) -> None:
    """Add the table to the list of what is published, to the declarations and to TAP_SCHEMA."""
    await writer.run(LIST, table.qualified, table.description, rows)
    await writer.run(TOLD, table.qualified, table.position is not None)
    declared = json.dumps(declaration.as_json(table))
    await writer.run(f"INSERT INTO {DECLARATIONS} VALUES ($1, $2)", table.qualified, declared)  # noqa: S608 - declared
    ((count,),) = await writer.fetch(f"SELECT count(*) FROM {CATALOGUE.qualified}")  # noqa: S608 - declared
    await writer.run(inserts(of_table(table, 1 + count, delimited)))
