"""Rows whose figures come first: how many there are, and what else a document must know before it begins.

Otherwise such a document would begin when its last row has come. Figures and rows are of one snapshot; postgres_fdw
keeps one of each source for as long as the hub's is kept.
"""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from hub.flow import Sink
from hub.quoting import inlined
from hub.sessions import END, SNAPSHOT
from planning.sql import FIGURES, Statement

MANY, SOON = 4_000_000, 3.0
"""Rows are measured if so many bytes of them come, the first within so many seconds."""
PATIENCE, LONGEST = 20, 10.0
"""How many times as long as those bytes the figures may take, and seconds that they may take at most."""


async def measured(
    rows: AsyncGenerator[bytes, None], again: Callable[[float], AsyncGenerator[bytes, None]]
) -> AsyncGenerator[bytes, None]:
    """Rows as they come where they are few, or slow; else all of them `again`, with figures before them.

    Measuring reads all rows once more: few are sooner put aside, and slow ones would be slow twice. `again` is called
    with the seconds that the figures may take.
    """
    first: list[bytes] = []
    size, start, begun = 0, time.monotonic(), 0.0
    async with aclosing(rows):
        async for block in rows:
            first.append(block)
            begun = begun or time.monotonic()
            size += len(block)
            if size >= MANY:
                break
        taken = time.monotonic() - start
        if size < MANY or begun - start > SOON:
            while first:
                yield first.pop(0)
            async for block in rows:
                yield block
            return
    first.clear()
    async with aclosing(again(min(PATIENCE * taken, LONGEST))) as following:
        async for block in following:
            yield block


async def copy_measured(
    connection: PoolConnectionProxy, statement: Statement, output: Sink, options: Mapping[str, Any], seconds: float
) -> None:
    """Send the figures of all rows, where they are not long in coming, and then the rows.

    Parameters
    ----------
    connection
        In no transaction, or in one that `hub.sessions.beginning` began; it is spoilt where this raises.
    output
        Called with a block of `FIGURES` and numbers, in which NULL is 0, and with the blocks of the rows.
    options
        Of asyncpg's `copy_from_query`.
    seconds
        How long the figures may take.

    Raises
    ------
    asyncpg.PostgresError
        And all else that the driver raises.
    """
    if not connection.is_in_transaction():
        await connection.execute(SNAPSHOT)
    if figures := await _figures(connection, statement, seconds):
        await output(FIGURES + ",".join(str(number or 0) for number in figures).encode())
    await connection.copy_from_query(await inlined(connection, statement), output=output, **options)
    await connection.execute(END)


async def _figures(connection: PoolConnectionProxy, statement: Statement, seconds: float) -> Sequence[int | None]:
    """The figures of all rows; none where they are long in coming."""
    await connection.execute(f"SAVEPOINT measure; SET LOCAL statement_timeout = '{max(1, round(seconds * 1000))}'")
    try:
        numbers: Sequence[int | None] = await connection.fetchval(statement.measure, *statement.values)
    except asyncpg.QueryCanceledError:
        numbers = ()
    await connection.execute("ROLLBACK TO measure")
    return numbers
