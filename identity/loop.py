"""The identification loop: while the gateway serves, records that change at a source are identified within a minute."""

import asyncio
import logging
from time import perf_counter

from hub.health import HealthMonitor
from identity.batch import identify
from planning.errors import GatewayError
from schema.catalog import SOURCES

LOG = logging.getLogger(__name__)
PAUSE = 10.0
"""Seconds between two batches, and before a batch that failed is tried again."""
GATHER = 1.0
"""Seconds to wait for further changes after one, so that they are one batch."""


async def follow(dsn: str, watch: HealthMonitor, pause: float = PAUSE) -> None:
    """Identify records at once, and then whenever the version of a source changes, until cancelled.

    Any number of gateways may do so: one at a time holds the lock of `identify`, and the others have nothing left to
    do later. Sources that are down are tried when they answer again.

    Parameters
    ----------
    dsn
        The hub, as the role `gateway_identity`.
    watch
        Says which sources answer and which have changed.
    pause
        Seconds between two batches.
    """
    changes, due = watch.changes(), set(SOURCES)
    while True:
        await asyncio.sleep(GATHER)
        due |= changes.taken() & set(SOURCES)
        ready = {source for source in due if watch.up(source)}
        if ready and watch.up("jsdc"):
            due = (due - ready) | await _failed(dsn, ready)
            await asyncio.sleep(pause)
        elif not due:
            due.add(await anext(changes))
        else:
            await asyncio.sleep(pause)


async def _failed(dsn: str, sources: set[str]) -> set[str]:
    """Identify the records of these sources; returns the sources for which that failed."""
    start = perf_counter()
    try:
        outcomes = await identify(dsn, lambda _table, _done: None, sources)
    except GatewayError as error:
        LOG.info("identification waits: %s", error.message)
        return sources
    for outcome in outcomes:
        if outcome.changed or outcome.removed:
            counts = (outcome.kind.title, outcome.changed, outcome.removed, perf_counter() - start)
            LOG.info("%s: %d identified, %d forgotten in %.1f s", *counts)
    return {outcome.kind.origin.source for outcome in outcomes if outcome.failure}
