"""Identification in batches: all records, or those that have changed since the last batch.

One batch runs at a time, in however many processes: it holds an advisory lock of the hub.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from hub.binary import HEADER, TRAILER, Layout
from hub.writer import Writer, open_writer
from identity import match, stars
from identity.names import add_bearers
from identity.records import KINDS, RecordKind
from planning.errors import Busy, GatewayError
from sky.cells import REACH, cone_cells

LOG = logging.getLogger(__name__)
LOCK = 7_246_103
"""Number of that advisory lock."""
SECONDS = 300.0
"""Time limit of one statement."""
PLACES = Layout(key="bigint", ra="double precision", dec="double precision")
TOUCHED = Layout(key="bigint", cell="bigint", own="boolean")
Report = Callable[[str, float], None]
"""Called with the name of the table at work, and the fraction of the whole batch that is done."""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What a batch did with the records of one kind."""

    kind: RecordKind
    changed: int = 0
    """Records that were matched: those that were new or had changed."""
    removed: int = 0
    """Records that are gone from their source, with what was known of them."""
    methods: dict[int, int] = field(default_factory=dict)
    """Number of records by code of `crossid.METHOD`, after the batch."""
    seconds: float = 0.0
    failure: str = ""
    """Message of the error for which nothing was done; empty where there was none."""


async def identify(
    dsn: str, report: Report, sources: Collection[str] | None = None, *, full: bool = False
) -> list[BatchOutcome]:
    """Identify the records that are new or have changed; where JSDC has changed, all of them.

    Every kind of records is a transaction of its own: a source that does not answer costs its own outcome alone, whose
    `failure` says so.

    Parameters
    ----------
    dsn
        The hub, as the role `gateway_identity`.
    report
        Called as the batch advances.
    sources
        Names of the sources whose records are looked at; None for all. Records that were matched with stars of an
        earlier JSDC are looked at whatever their source.
    full
        Identify every record again, and read JSDC again, changed or not.

    Returns
    -------
    list
        One outcome for each kind of records that was looked at.

    Raises
    ------
    Busy
        Another batch is running.
    GatewayError
        JSDC or the hub could not be read or written.
    """
    async with _batch(dsn) as writer, _opened(dsn) as reader:
        if sources is None or "jsdc" in sources:
            async with writer.transaction("jsdc"), reader.transaction("jsdc"):
                await stars.renew(writer, reader, lambda done: report("jsdc.star", done / 2), full=full)
        known = set() if full else await stars.up_to_date(writer)
        kinds = [kind for kind in KINDS if sources is None or kind.origin.source in sources or kind.title not in known]
        outcomes = []
        for done, kind in enumerate(kinds):
            report(kind.title, 0.5 + 0.5 * done / len(kinds))
            outcomes.append(await _identified(writer, kind, full=kind.title not in known))
        report("identity", 1.0)
        return outcomes


@asynccontextmanager
async def _opened(dsn: str) -> AsyncIterator[Writer]:
    writer = await open_writer(dsn, SECONDS)
    try:
        yield writer
    finally:
        await writer.close()


@asynccontextmanager
async def _batch(dsn: str) -> AsyncIterator[Writer]:
    """A connection that holds the lock of batches until it is closed; raises `Busy` where another holds it."""
    async with _opened(dsn) as writer:
        ((alone,),) = await writer.fetch("SELECT pg_try_advisory_lock($1)", LOCK)
        if not alone:
            message = "Records are being identified by another gateway: try again when it is done"
            raise Busy(message)
        yield writer


async def _identified(writer: Writer, kind: RecordKind, *, full: bool) -> BatchOutcome:
    start = perf_counter()
    try:
        async with writer.transaction(kind.origin.source):
            changed, removed = await _matched(writer, kind, full=full)
            await stars.matched(writer, kind.title)
            counts = await writer.fetch(match.for_kind(kind, match.METHODS))
    except GatewayError as error:
        LOG.warning("%s: %s", kind.title, error.message)
        return BatchOutcome(kind, failure=error.message)
    methods = {int(method): int(count) for method, count in counts}
    return BatchOutcome(kind, changed, removed, methods, perf_counter() - start)


async def _matched(writer: Writer, kind: RecordKind, *, full: bool) -> tuple[int, int]:
    """Match the records that have changed, or all; the number of these, and of records that are gone."""
    await writer.run(match.for_kind(kind, match.PREPARE))
    removed = await writer.run(match.for_kind(kind, match.FORGET_PLACES))
    await writer.run(match.for_kind(kind, match.FORGET_ANSWERS))
    changed = await writer.run(match.for_kind(kind, match.CHANGED), full)
    if changed:
        await _add_cells(writer)
        await add_bearers(writer)
        await writer.run(match.for_kind(kind, match.IDENTIFY), *match.RULES)
        await writer.run(match.for_kind(kind, match.REMEMBER))
    if full:
        await writer.run(match.for_kind(kind, match.ANALYZE))
    return changed, removed


async def _add_cells(writer: Writer) -> None:
    """Fill `cone_cells` with the cells that a cone around each changed record touches, its own cell marked."""
    places = await writer.read(match.PLACES)
    await writer.copy("pg_temp.touched", TOUCHED.names, await asyncio.to_thread(_cells, places))


def _cells(binary: bytes) -> bytes:
    places = PLACES.decoded(binary)
    row, cell = cone_cells(np.asarray(places["ra"], float), np.asarray(places["dec"], float), match.WIDE + REACH)
    own = np.diff(row, prepend=-1) > 0
    return HEADER + TOUCHED.encoded({"key": places["key"][row], "cell": cell, "own": own}) + TRAILER
