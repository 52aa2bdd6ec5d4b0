"""A hub that asks the sources directly where it can."""

from collections.abc import AsyncIterator

import pytest_asyncio
from serving import watch

from hub.limits import Limits
from hub.rows import Hub, open_hub
from sample.federation import Federation


@pytest_asyncio.fixture(scope="session")
async def direct_hub(federation: Federation) -> AsyncIterator[Hub]:
    opened = await open_hub(federation.hub, Limits(), watch(), federation.readers)
    await opened.settled()
    yield opened
    await opened.close()
