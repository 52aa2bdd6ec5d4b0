"""A source that does not answer for a while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.rows import connect
from sample.federation import Federation


@asynccontextmanager
async def locked(federation: Federation) -> AsyncIterator[None]:
    """While inside, whoever asks for exposures of the Obs Portal waits."""
    connection = await connect(federation.sources["obsportal"])
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE portal.exposure IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()
