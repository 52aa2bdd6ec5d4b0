"""Tables of one request: rows that came with it, in the hub's schema `tap_upload` for as long as they are asked.

The name of each says until when it is needed, and cannot be guessed. Whatever a crash has left is dropped by the next
`staged`, in whichever process.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from anyio import CancelScope

from hub.writer import Writer, Writers
from planning.errors import GatewayError
from schema.column import Column
from schema.foreign import UPLOADS
from schema.named_queries import named_query
from schema.table import Table

LOG = logging.getLogger(__name__)
LIFETIME = 24 * 3600
"""Seconds after which a table is garbage: longer than any job may run."""
EXPIRED = named_query("hub/uploads", "expired").format(schema=UPLOADS)
CREATE = named_query("hub/uploads", "create")
NUMBER = "{number} bigint GENERATED ALWAYS AS IDENTITY"
"""The definition of a column that numbers the rows as they come, from 1."""
PLACES = named_query("hub/uploads", "places")
_DROPPING: set[asyncio.Task[None]] = set()
"""Tables being dropped: the event loop itself keeps no task alive."""


@asynccontextmanager
async def staged(
    writers: Writers, columns: Sequence[Column], copy: AsyncIterator[bytes], description: str, number: str | None = None
) -> AsyncGenerator[Table, None]:
    """Create a table and fill it; it is dropped when the context is left, also by a client that has left.

    Parameters
    ----------
    writers
        Connections of the role that writes for users.
    columns
        The table's columns; their `sql` names need no more than double quotes.
    copy
        Its rows, as input of a binary COPY.
    description
        What the table is, for messages and documents.
    number
        Name of a further column, a bigint, that numbers the rows from 1 as they come; None for none.

    Yields
    ------
    Table
        The table, with its number of rows.

    Raises
    ------
    GatewayError
        The hub does not take the rows, or reading them failed.
    """
    table = _table(columns, description)
    try:
        yield replace(table, rows=await _fill(writers, table, copy, number))
    finally:
        await _dropped(writers, table)


async def _fill(writers: Writers, table: Table, copy: AsyncIterator[bytes], number: str | None) -> int:
    """Create a table with these rows; returns how many there are."""
    columns = table.columns
    definitions = [f'"{column.sql}" {column.type.sql}' for column in columns]
    # At once: a column that is added rewrites the table, and takes its statistics with it.
    listed = ", ".join([*definitions, *([NUMBER.format(number=number)] if number else [])])
    async with writers.held() as writer:
        await _drop_expired(writer)
        await writer.run(CREATE.format(table=table.qualified, definitions=listed))
        await writer.copy(table.qualified, [column.sql for column in columns], copy)
        await writer.run(f"ANALYZE {table.qualified}")
        ((rows,),) = await writer.fetch(f"SELECT count(*) FROM {table.qualified}")  # noqa: S608 - our own name
        return int(rows)


def numbered_places(writer: Writer, table: Table, number: str, ra: Column, dec: Column) -> AsyncIterator[bytes]:
    """Read number and place of the rows that have a place.

    Parameters
    ----------
    writer
        The connection that does so; it is busy until the result is read to its end.
    table
        A table of `staged`.
    number
        Name of the column that numbers them.
    ra, dec
        Columns of right ascension and declination, in degrees, of any numeric type.

    Returns
    -------
    AsyncIterator
        The output of a binary COPY: bigint, double precision, double precision, in the order of the numbers.
    """
    return writer.blocks(PLACES.format(table=table.qualified, number=number, ra=ra.sql, dec=dec.sql))


async def _dropped(writers: Writers, table: Table) -> None:
    """Drop the table, and wait for that, in a task of its own: this one may be cancelled, and more than once."""
    task = asyncio.create_task(_drop(writers, table))
    _DROPPING.add(task)
    task.add_done_callback(_DROPPING.discard)
    with CancelScope(shield=True):
        await asyncio.wait((task,))


async def _drop(writers: Writers, table: Table) -> None:
    """Drop the table. A failure is logged, and a later `staged` drops it."""
    try:
        async with writers.held() as writer:
            await writer.run(f"DROP TABLE IF EXISTS {table.qualified}")
    except GatewayError as error:
        LOG.warning("%s is left behind: %s", table.qualified, error.message)


def _table(columns: Sequence[Column], description: str) -> Table:
    name = f"u_{round(time.time()) + LIFETIME}_{secrets.token_hex(8)}"
    return Table(UPLOADS, name, f"{UPLOADS}.{name}", "Upload", "uploads", description, tuple(columns))


async def _drop_expired(writer: Writer) -> None:
    for (name,) in await writer.fetch(EXPIRED, round(time.time())):
        LOG.info("%s.%s is swept", UPLOADS, name)
        await writer.run(f"DROP TABLE IF EXISTS {UPLOADS}.{name}")
