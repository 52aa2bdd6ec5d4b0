"""Tables of one request: rows that came with it, kept in the hub's schema `tap_upload` for as long as they are asked.

Each has a name that nobody guesses and that says when it is garbage, so that what a crash has left is found by whoever
comes next, on whichever machine.
"""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from hub.writer import Writer, Writers
from planning.errors import GatewayError
from schema.foreign import UPLOADS
from schema.table import Column, Table

LOG = logging.getLogger(__name__)
LIFETIME = 24 * 3600
"""Seconds after which a table is garbage: longer than anything that asks it may take."""
GARBAGE = f"""SELECT relname FROM pg_catalog.pg_class
WHERE relnamespace = '{UPLOADS}'::regnamespace AND relkind = 'r' AND relname ~ '^u_[0-9]+_' AND
  split_part(relname, '_', 2)::bigint < $1"""  # noqa: S608 - our own names


async def stage(writers: Writers, columns: Sequence[Column], copy: AsyncIterator[bytes], description: str) -> Table:
    """Make a table of rows in PostgreSQL's binary format; raises `GatewayError`, and leaves nothing then."""
    table = _table(columns, description)
    listed = ", ".join(f'"{column.sql}" {column.type.sql}' for column in columns)
    try:
        async with writers.held() as writer:
            await _swept(writer)
            await writer.run(f"CREATE UNLOGGED TABLE {table.qualified} ({listed})")
            await writer.copy(table.qualified, [column.sql for column in columns], copy)
            await writer.run(f"ANALYZE {table.qualified}")
            ((rows,),) = await writer.fetch(f"SELECT count(*) FROM {table.qualified}")  # noqa: S608 - our own name
    except BaseException:
        await drop(writers, table)
        raise
    return replace(table, rows=rows)


async def drop(writers: Writers, table: Table) -> None:
    """Make an end of it; where that fails, whoever comes next does."""
    try:
        async with writers.held() as writer:
            await writer.run(f"DROP TABLE IF EXISTS {table.qualified}")
    except GatewayError as error:
        LOG.warning("%s is left behind: %s", table.qualified, error.message)


def _table(columns: Sequence[Column], description: str) -> Table:
    name = f"u_{round(time.time()) + LIFETIME}_{secrets.token_hex(8)}"
    return Table(UPLOADS, name, f"{UPLOADS}.{name}", "Upload", "uploads", description, tuple(columns))


async def _swept(writer: Writer) -> None:
    for (name,) in await writer.fetch(GARBAGE, round(time.time())):
        LOG.info("%s.%s is swept", UPLOADS, name)
        await writer.run(f"DROP TABLE IF EXISTS {UPLOADS}.{name}")
