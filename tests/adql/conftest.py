"""A hub that asks the sources directly where it can."""

from collections.abc import AsyncIterator

import pytest_asyncio

from resolvers.rows import Hub, Limits, open_hub
from resolvers.watch import Watch
from sample.federation import Federation
from schema.catalog import SOURCES


@pytest_asyncio.fixture(scope="session")
async def direct_hub(federation: Federation) -> AsyncIterator[Hub]:
    opened = await open_hub(federation.hub, Limits(), Watch(SOURCES), federation.readers)
    await opened.settled()
    yield opened
    await opened.close()
