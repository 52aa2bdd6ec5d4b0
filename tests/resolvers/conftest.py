"""For hypothesis, whose examples are run one by one: a loop that stands still between them, and a hub that lives with it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hostile import fill
from serving import PATIENT, watch

from hub.health import HealthMonitor
from hub.limits import Limits
from hub.rows import Hub, connect, open_hub
from localpg.cluster import Cluster
from sample.federation import Federation, dsn
from schema.catalog import DECLARED, SOURCES
from schema.foreign import ROLE


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def still_hub(runner: asyncio.Runner, federation: Federation) -> Iterator[Hub]:
    # The watch must not take a loop that stands still for a source that is silent.
    hub = runner.run(open_hub(federation.hub, Limits(), HealthMonitor(SOURCES, period=3600, silence=PATIENT)))
    runner.run(hub.health.settled())
    yield hub
    runner.run(hub.close())


@pytest.fixture(scope="module")
def direct_hub(runner: asyncio.Runner, federation: Federation) -> Iterator[Hub]:
    """The same, asking every source directly where it can."""

    async def opened() -> Hub:
        hub = await open_hub(
            federation.hub, Limits(), HealthMonitor(SOURCES, period=3600, silence=PATIENT), federation.readers
        )
        await hub.settled()
        await hub.health.settled()
        return hub

    hub = runner.run(opened())
    yield hub
    runner.run(hub.close())


@pytest_asyncio.fixture(scope="module")
async def hostile(cluster: Cluster, federation: Federation) -> AsyncIterator[Hub]:  # noqa: ARG001 - whose roles it needs
    """A hub of local tables that look like the foreign ones."""
    maintenance = await connect(dsn(cluster, "postgres", cluster.superuser))
    await maintenance.execute("DROP DATABASE IF EXISTS paging")
    await maintenance.execute("CREATE DATABASE paging")
    owner = await connect(dsn(cluster, "paging", cluster.superuser))
    for table in DECLARED.tables.values():
        await fill(owner, table)
    await owner.close()
    opened = await open_hub(dsn(cluster, "paging", ROLE), Limits(), watch())
    yield opened
    await opened.close()
    await maintenance.execute("DROP DATABASE paging WITH (FORCE)")
    await maintenance.close()
