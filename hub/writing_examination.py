"""`doctor` on a source that is written: whether its role may do that and no more, and whether all of it is recorded."""

from collections.abc import AsyncIterator

from hub.finding import Finding
from hub.rows import Connection, connect
from hub.sessions import lends_transactions
from schema.catalog import SOURCES
from schema.named_queries import named_query
from schema.table import Source
from schema.writing import constraint_names

POWERS = named_query("hub/writing_examination", "powers")
GUARDED = named_query("hub/writing_examination", "guarded")
AGAIN = "have its owner run sql/sources/history.sql and sql/sources/{name}_writing.sql again"


async def examine_writing(source: str, dsn: str) -> AsyncIterator[Finding]:
    """Look at a source, by its name, as the role that writes to it, whose DSN this is."""
    try:
        connection = await connect(dsn)
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing is written
        advice = f"check GATEWAY_{source.upper()}_WRITER; {AGAIN.format(name=source)}"
        yield Finding(f"{source}, writing", f"role may come in ({type(error).__name__})", well=False, advice=advice)
        return
    try:
        advice = "have its pooler lend sessions (pool_mode = session), or give the address of PostgreSQL itself"
        yield Finding(f"{source}, writing", "lent a session at a time", not await lends_transactions(dsn), advice)
        async for finding in _findings(connection, SOURCES[source]):
            yield finding
    finally:
        await connection.close()


async def _findings(connection: Connection, source: Source) -> AsyncIterator[Finding]:
    where, again = f"{source.name}, writing", AGAIN.format(name=source.name)
    powers = await connection.fetchval(POWERS)
    made = f"the role that {source.name}_writing.sql makes"
    advice = f"let it come in as {made}: row-level security does not hold for this one"
    yield Finding(where, f"role is no owner and no superuser{f' ({powers})' if powers else ''}", not powers, advice)
    for right in source.owned:
        missing = await connection.fetchval(GUARDED, right.table.remote, constraint_names(right))
        told = f" (without {missing})" if missing else ""
        yield Finding(where, f"{right.table.remote} is guarded and recorded{told}", not missing, again)
