"""Identification that keeps up: while the gateway serves, what changes at a source is looked at within a minute."""

import asyncio
import logging
from time import perf_counter

from hub.health import HealthMonitor
from identity.batch import identify
from planning.errors import GatewayError
from schema.catalog import SOURCES

LOG = logging.getLogger(__name__)
PAUSE = 10.0
"""Seconds from one batch to the next, and before what could not be done is tried again."""
GATHER = 1.0
"""Seconds to wait for more changes once there is one."""


async def follow(dsn: str, watch: HealthMonitor, pause: float = PAUSE) -> None:
    """Identify what has changed, now and whenever a source has changed, until cancelled.

    Several gateways may do so: one at a time works, the others find later that nothing is left to do.
    """
    changes, due = watch.changes(), set(SOURCES)
    while True:
        await asyncio.sleep(GATHER)
        due |= changes.taken() & set(SOURCES)
        ready = {source for source in due if watch.up(source)}
        if ready and watch.up("jsdc"):
            due = (due - ready) | await _undone(dsn, ready)
            await asyncio.sleep(pause)
        elif not due:
            due.add(await anext(changes))
        else:
            await asyncio.sleep(pause)


async def _undone(dsn: str, sources: set[str]) -> set[str]:
    """Identify the records of some sources; those of which it could not be done."""
    start = perf_counter()
    try:
        outcomes = await identify(dsn, lambda _what, _part: None, sources)
    except GatewayError as error:
        LOG.info("identification waits: %s", error.message)
        return sources
    for outcome in outcomes:
        if outcome.changed or outcome.removed:
            told = (outcome.kind.title, outcome.changed, outcome.removed, perf_counter() - start)
            LOG.info("%s: %d identified, %d forgotten in %.1f s", *told)
    return {outcome.kind.origin.source for outcome in outcomes if outcome.failure}
