"""Loads the sample into four empty databases: definitions, binary COPY, indexes, VACUUM and ANALYZE.

VACUUM is not left to autovacuum, which would run after the COPY and spoil the estimates of ANALYZE.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from io import BytesIO

from hub.collations import wanted_text_indexes
from hub.rows import Connection, connect
from sample.binary import Batch, encode
from sample.world import ROWS, World, build_world
from schema.catalog import SOURCES
from schema.named_queries import SQL, named_query
from schema.sky_keys import keys_ddl
from schema.space import BODIES, indexes

DEFINITIONS = SQL / "sources"
SETTINGS = {"synchronous_commit": "off", "maintenance_work_mem": "512MB", "jit": "off"}
HISTORIES = {"spica": named_query("sample/history", "spica")}
"""What sources that are written have of a history to begin with; the others have none."""
COPIED = 0.6
"""Fraction of the time that COPY takes; the rest is indexing."""
Progress = Callable[[str, float], None]
"""Called with a source and the fraction of it that is done, 0 to 1."""


async def load(dsns: Mapping[str, str], body: str, stars: int | None, progress: Progress) -> None:
    """Load every source, all at once.

    Parameters
    ----------
    dsns
        Name of each source → DSN of an empty database, as its owner.
    body
        Spatial extension to index with: `pg_sphere` or `cube`.
    stars
        How many stars; everything else grows in proportion, up to the size of the real databases at 2.5 million.
        None for the real rows alone and a small made-up survey.
    progress
        Told the source and how much of it is done, 0 to 1.
    """
    world = await asyncio.to_thread(build_world, stars)
    async with asyncio.TaskGroup() as group:
        for source, dsn in dsns.items():
            group.create_task(_load(world, source, dsn, body, progress))


async def _load(world: World, source: str, dsn: str, body: str, progress: Progress) -> None:
    connection = await connect(dsn, SETTINGS)
    try:
        async with connection.transaction():
            await connection.execute((DEFINITIONS / f"{source}.sql").read_text())
            await _copy(connection, source, world, progress)
        await _index(connection, source, body, progress)
        for upkeep in ("VACUUM", "ANALYZE"):
            await connection.execute(upkeep)
    finally:
        await connection.close()
    progress(source, 1.0)


async def _copy(connection: Connection, source: str, world: World, progress: Progress) -> None:
    """Copy the rows into tables made in this very transaction, as FREEZE demands."""
    expected, done = world.expected(source), 0
    async for batch, data in _ahead(ROWS[source](world)):
        schema, _, table = batch.relation.partition(".")
        names = [column.remote_name for column in batch.filled]
        await connection.copy_to_table(
            table, source=BytesIO(data), columns=names, schema_name=schema, format="binary", freeze=True
        )
        done += len(batch)
        progress(source, COPIED * min(1.0, done / expected))


async def _ahead(batches: Iterator[Batch]) -> AsyncIterator[tuple[Batch, bytes]]:
    """Make and encode batches in a thread, one ahead of the one in use."""

    def following() -> tuple[Batch, bytes] | None:
        batch = next(batches, None)
        return None if batch is None else (batch, encode(batch))

    coming = asyncio.create_task(asyncio.to_thread(following))
    while (pair := await coming) is not None:
        coming = asyncio.create_task(asyncio.to_thread(following))
        yield pair


async def _index(connection: Connection, source: str, body: str, progress: Progress) -> None:
    files = sorted((DEFINITIONS / "indexes").glob(f"{source}*.sql"))
    text = "".join(file.read_text() for file in files) + indexes(SOURCES[source], BODIES[body])
    text += (DEFINITIONS / "changes.sql").read_text()
    statements = [*(statement for statement in text.split(";\n") if statement.strip()), keys_ddl(SOURCES[source])]
    for done, statement in enumerate(statements, 1):
        await connection.execute(statement)
        progress(source, COPIED + (1 - COPIED) * done / (len(statements) + 1))
    if SOURCES[source].owned:
        await connection.execute((DEFINITIONS / "history.sql").read_text() + HISTORIES.get(source, ""))
    for text_index in await wanted_text_indexes(connection, SOURCES[source]):
        await connection.execute(text_index)
