"""For hypothesis, whose examples are run one by one: a loop that stands still between them, and a hub that lives with it."""

import asyncio
from collections.abc import Iterator

import pytest

from resolvers.rows import Hub, Limits, open_hub
from resolvers.watch import Watch
from sample.federation import Federation
from schema.catalog import SOURCES


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def still_hub(runner: asyncio.Runner, federation: Federation) -> Iterator[Hub]:
    # The watch must not take a loop that stands still for a source that is silent.
    hub = runner.run(open_hub(federation.hub, Limits(), Watch(SOURCES, period=3600)))
    yield hub
    runner.run(hub.close())


@pytest.fixture(scope="module")
def direct_hub(runner: asyncio.Runner, federation: Federation) -> Iterator[Hub]:
    """The same, asking every source directly where it can."""

    async def opened() -> Hub:
        hub = await open_hub(federation.hub, Limits(), Watch(SOURCES, period=3600), federation.readers)
        await hub.settled()
        return hub

    hub = runner.run(opened())
    yield hub
    runner.run(hub.close())
