"""Tables that people upload and keep: each is made, filled, indexed and removed in one transaction, or not at all.

Whoever changes a table changes their own: names are looked up among these, so that those of others are neither reached
nor found out. Changes of one person follow each other, so that no two of them overrun a quota together.
"""

import json
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from adql.grammar.identifiers import delimited
from hub.writer import Writer, Writers
from planning.errors import BadInput, GatewayError, NotFound, TooMuch
from publishing import declaration
from publishing.draft import Draft, spelled
from publishing.relation import astray, definitions, nowhere, point
from schema import tap_schema, user_tables
from schema.column import Column, Quantity
from schema.named_queries import named_query
from schema.table import Table
from schema.tap_rows import of_table
from schema.types import ASCII, TEXT
from schema.user_tables import WORDS, Quota

LOG = logging.getLogger(__name__)
OWNER = named_query("publishing/user_tables", "owner").format(**WORDS)
KNOWN = named_query("publishing/user_tables", "known").format(**WORDS)
ADD = named_query("publishing/user_tables", "add").format(**WORDS)
REMOVE = named_query("publishing/user_tables", "remove").format(**WORDS)
CHANGED = named_query("publishing/user_tables", "changed").format(**WORDS)
GONE = named_query("publishing/user_tables", "gone").format(**WORDS)
FILLED = named_query("publishing/user_tables", "filled").format(**WORDS)
TAKEN = named_query("publishing/user_tables", "taken").format(**WORDS)
LONGEST_WAIT = "2s"
"""How long a table that is removed waits for those who read it; it is swept later if they have not ended."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for a table."""

    columns: tuple[Column, ...]
    """Those that they fill, in their order."""
    copy: AsyncIterator[bytes]
    """The input of a binary COPY."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table as its owner changes it."""

    number: int
    table: Table
    """As it is declared, under the name that its owner gave it."""
    loaded: frozenset[str]
    """Names in the database of the columns that rows fill; others are computed."""

    @property
    def relation(self) -> str:
        """Its relation in the hub."""
        return relation(self.number)

    @property
    def fillable(self) -> tuple[Column, ...]:
        """The columns that rows fill."""
        return tuple(column for column in self.table.columns if column.sql in self.loaded)

    def column(self, name: str) -> Column:
        """The column of this name, in any case, as queries or the document spelled it; raises `BadInput`."""
        by_name = {text.lower(): column for column in self.table.columns for text in (spelled(column), column.name)}
        if name.strip().lower() in by_name:
            return by_name[name.strip().lower()]
        known = ", ".join(column.name for column in self.table.columns)
        message = f"{user_tables.NAME}.{self.table.name} has no column {name[:60]!r}: it has {known}"
        raise BadInput(message)


def relation(number: int) -> str:
    """The relation of the table of this number, with its schema."""
    return f"{user_tables.HELD}.{user_tables.RELATION}{number}"


@asynccontextmanager
async def changing(writers: Writers, login: str) -> AsyncIterator[Writer]:
    """A transaction that changes tables of a login, which waits for another one of theirs; raises `GatewayError`."""
    async with writers.transaction() as writer:
        await writer.fetch(OWNER, login, f"user_{secrets.token_hex(5)}")
        yield writer


async def own_table(writer: Writer, login: str, name: str) -> OwnTable:
    """A table of a login, by its name; raises `NotFound` where they have none of it."""
    for number, declared, loaded, rows in await writer.fetch(KNOWN, login, name):
        table = declaration.table(json.loads(declared), user_tables.NAME)
        return OwnTable(number, replace(table, rows=rows), frozenset(loaded))
    message = f"You have no table {user_tables.NAME}.{name}"
    raise NotFound(message)


async def create(  # noqa: PLR0913 - what a table is made of, and where
    writers: Writers, login: str, drafted: Draft, copy: AsyncIterator[bytes], quota: Quota, *, replaces: bool
) -> tuple[int, int]:
    """Make a table and fill it.

    Parameters
    ----------
    drafted
        Its columns, and its name among the tables of `login`.
    copy
        Rows of its loaded columns, as input of a binary COPY; perhaps none.
    replaces
        Whether it takes the place of a table of this name, whose readers it loses.

    Returns
    -------
    tuple
        Number of rows, and that of the change.

    Raises
    ------
    BadInput
        There is a table of this name, or a row has a position off the sphere or a value that no column can hold.
    TooMuch
        It would be more than the quota.
    GatewayError
        The hub does not take it.
    """
    columns = drafted.columns
    about = (drafted.type_name, drafted.plural, drafted.description)
    table = Table(user_tables.NAME, drafted.name, "", *about, columns)
    async with changing(writers, login) as writer:
        await _make_way(writer, login, drafted.name, replaces=replaces)
        told, loaded = json.dumps(declaration.as_json(table)), [column.sql for column in drafted.loaded]
        added = (login, drafted.name, drafted.description, told, loaded)
        ((number,),) = await writer.fetch(ADD, *added)
        own = OwnTable(number, table, frozenset(loaded))
        await writer.run(f"CREATE TABLE {own.relation} ({', '.join(definitions(drafted))})")
        await writer.copy(own.relation, loaded, copy)
        if table.position:
            ra, dec = (f'"{column.sql}"' for column in table.position)
            await writer.run(f"CREATE INDEX ON {own.relation} USING gist ({await point(writer, ra, dec)})")
        rows, revision = await _filled(writer, login, own, quota)
    if replaces:
        await sweep(writers)
    return rows, revision


async def load(writers: Writers, login: str, own: OwnTable, rows: Rows, quota: Quota) -> tuple[int, int]:
    """Add rows to a table: all or none.

    Returns
    -------
    tuple
        Number of rows that it has now, and that of the change.

    Raises
    ------
    NotFound
        The table has been removed meanwhile.
    GatewayError
        As `create`.
    """
    async with changing(writers, login) as writer:
        still = await own_table(writer, login, own.table.name)
        if still.number != own.number:
            message = f"{user_tables.NAME}.{own.table.name} has just been replaced: load it again"
            raise NotFound(message)
        await writer.copy(still.relation, [column.sql for column in rows.columns], rows.copy)
        return await _filled(writer, login, still, quota)


async def add_index(  # noqa: PLR0913 - which column of whose table
    writers: Writers, login: str, name: str, column_name: str, quota: Quota, *, unique: bool
) -> int:
    """Index a column of a table; where it is to be unique, repeated values are refused. Returns the change's number.

    Raises
    ------
    NotFound, BadInput
        There is no such table or column, its values cannot be ordered, or are not unique.
    GatewayError
        As `create`.
    """
    async with changing(writers, login) as writer:
        own = await own_table(writer, login, name)
        column = own.column(column_name)
        if not column.type.orderable:
            message = f"{column.name} has arrays, which have no index: columns of single values have one"
            raise BadInput(message)
        if unique:
            await _require_unique(writer, own, column)
        kind = "UNIQUE INDEX" if unique else "INDEX"
        await writer.run(f'CREATE {kind} ON {own.relation} ("{column.sql}")')
        indexed = replace(own, table=_with_column(own.table, column, replace(column, indexed=True)))
        return (await _filled(writer, login, indexed, quota))[1]


async def remove(writers: Writers, login: str, name: str) -> int:
    """Remove a table; returns the number of the change. Raises `NotFound` where they have none of this name."""
    async with changing(writers, login) as writer:
        own = await own_table(writer, login, name)
        await writer.run(REMOVE, own.number)
        revision = await changed(writer)
    await sweep(writers)
    return revision


async def changed(writer: Writer) -> int:
    """Count a change: the last statement of its transaction."""
    ((number,),) = await writer.fetch(CHANGED)
    return int(number)


async def sweep(writers: Writers) -> None:
    """Drop the relations of tables that are removed; those that somebody reads wait for the next time."""
    try:
        async with writers.transaction() as writer:
            await writer.run(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
            for (name,) in await writer.fetch(GONE):
                await writer.run(f"DROP TABLE IF EXISTS {user_tables.HELD}.{name}")
    except GatewayError as error:
        LOG.warning("removed tables of users are left behind: %s", error.message)


async def _make_way(writer: Writer, login: str, name: str, *, replaces: bool) -> None:
    """Remove the table of this name; raises `BadInput` where there is one that is not to be replaced."""
    for number, *_ in await writer.fetch(KNOWN, login, name):
        if not replaces:
            message = (
                f"{user_tables.NAME}.{name} is there already: remove it (DELETE), replace it (PUT to "
                "/tap/user_tables), or give this one another name"
            )
            raise BadInput(message)
        await writer.run(REMOVE, number)


async def _filled(writer: Writer, login: str, own: OwnTable, quota: Quota) -> tuple[int, int]:
    """Tell what a table has become, once its rows are there; raises `BadInput` and `TooMuch` for what is not taken."""
    table = own.table
    texts = [column for column in table.columns if column.type is ASCII]
    beyond = [f'bool_or(octet_length("{column.sql}") <> length("{column.sql}"))' for column in texts]
    listed = ", ".join([astray(table.position), f"pg_total_relation_size('{own.relation}')", *beyond])
    ((rows, lost, size, *unicode),) = await writer.fetch(f"SELECT count(*), {listed} FROM {own.relation}")  # noqa: S608 - our own names
    if lost and table.position:
        raise nowhere(lost, table.position)
    for column, is_unicode in zip(texts, unicode, strict=True):
        table = _with_column(table, column, replace(column, type=TEXT)) if is_unicode else table
    await writer.run(f"ANALYZE {own.relation}")
    await writer.run(f"DELETE FROM {user_tables.COLUMNS} WHERE table_id = $1", own.number)  # noqa: S608 - declared
    told = [values for target, values in of_table(table, 1, delimited) if target is tap_schema.COLUMNS]
    columns: list[Any] = [(own.number, *values[1:]) for values in told]
    await writer.add(user_tables.COLUMNS, ("table_id", *(column.sql for column in user_tables.LISTED)), columns)
    declared = json.dumps(declaration.as_json(table))
    await writer.run(FILLED, own.number, declared, rows, size, 0)
    await _require_within(writer, login, quota)
    revision = await changed(writer)
    await writer.run(FILLED, own.number, declared, rows, size, revision)
    return rows, revision


async def _require_within(writer: Writer, login: str, quota: Quota) -> None:
    """Raise `TooMuch` where the tables of a login have more than the quota."""
    ((*used,),) = await writer.fetch(TAKEN, login)
    allowed = (quota.tables, quota.rows, quota.size)
    for number, most, what in zip(used, allowed, ("tables", "rows", "bytes"), strict=True):
        if number > most:
            message = f"Your tables would have {number} {what} where {most} are allowed: remove some, or send less"
            raise TooMuch(message)


async def _require_unique(writer: Writer, own: OwnTable, column: Column) -> None:
    repeated = f'SELECT count("{column.sql}") - count(DISTINCT "{column.sql}") FROM {own.relation}'  # noqa: S608 - our own names
    ((number,),) = await writer.fetch(repeated)
    if number:
        message = f"{column.name} has {number} values that are there already: it can have an index that is not unique"
        raise BadInput(message)


def _with_column(table: Table, old: Column, new: Column) -> Table:
    members: Sequence[Column | Quantity] = [new if member is old else member for member in table.members]
    return replace(table, members=tuple(members))
