"""Identification in batches: everything, or what has changed since the last time; one batch at a time in all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from hub.binary import HEADER, TRAILER, Layout
from hub.rows import Record
from hub.writer import Writer, open_writer
from identity import match, stars
from identity.records import KINDS, RecordKind
from planning.errors import Busy, GatewayError
from schema.designation import designation
from sky.cells import REACH, touched

LOG = logging.getLogger(__name__)
LOCK = 7_246_103
"""Number of the advisory lock that a batch holds in the hub."""
SECONDS = 300.0
"""How long one statement may take."""
PLACES = Layout(key="bigint", ra="double precision", dec="double precision")
TOUCHED = Layout(key="bigint", cell="bigint", own="boolean")
Report = Callable[[str, float], None]
"""Told what is looked at, and how much of all is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What a batch did with the records of one kind."""

    kind: RecordKind
    changed: int = 0
    """Records looked at: those that were new or not what they had been."""
    removed: int = 0
    methods: dict[int, int] = field(default_factory=dict)
    """Records by the method that identified them, after the batch."""
    seconds: float = 0.0
    failure: str = ""
    """Why nothing was done, where the source did not answer."""


async def identify(
    dsn: str, report: Report, sources: Collection[str] | None = None, *, full: bool = False
) -> list[BatchOutcome]:
    """Identify the records of these sources (of all, if none are named) that have changed, or all of them.

    Where JSDC has changed, everything is identified again, now or as soon as its source answers.

    Every kind of records is a transaction of its own: a source that does not answer costs its own part. Raises
    `Busy` while another batch runs, and whatever keeps JSDC from being read.
    """
    async with _batch(dsn) as writer, _opened(dsn) as reader:
        if sources is None or "jsdc" in sources:
            async with writer.transaction("jsdc"), reader.transaction("jsdc"):
                await stars.renew(writer, reader, lambda part: report("jsdc.star", part / 2), full=full)
        known = set() if full else await stars.up_to_date(writer)
        wanted = [kind for kind in KINDS if sources is None or kind.origin.source in sources or kind.title not in known]
        found = []
        for place, kind in enumerate(wanted):
            report(kind.title, 0.5 + 0.5 * place / len(wanted))
            found.append(await _identified(writer, kind, full=kind.title not in known))
        report("identity", 1.0)
        return found


@asynccontextmanager
async def _opened(dsn: str) -> AsyncIterator[Writer]:
    writer = await open_writer(dsn, SECONDS)
    try:
        yield writer
    finally:
        await writer.close()


@asynccontextmanager
async def _batch(dsn: str) -> AsyncIterator[Writer]:
    """The connection of the only batch."""
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
            methods = {int(method): int(count) for method, count in await writer.fetch(match.of(kind, match.COUNTS))}
    except GatewayError as error:
        LOG.warning("%s: %s", kind.title, error.message)
        return BatchOutcome(kind, failure=error.message)
    return BatchOutcome(kind, changed, removed, methods, perf_counter() - start)


async def _matched(writer: Writer, kind: RecordKind, *, full: bool) -> tuple[int, int]:
    """Match what has changed; how many records that were, and how many are gone."""
    await writer.run(match.of(kind, match.LIST))
    removed = await writer.run(match.of(kind, match.FORGET))
    await writer.run(match.of(kind, match.FORGET_ANSWERS))
    changed = await writer.run(match.of(kind, match.CHANGED), full)
    if changed:
        await _folded(writer)
        await _touched(writer)
        await writer.run(match.BEARERS)
        await writer.run(match.of(kind, match.ANSWERS), *match.RULES)
        await writer.run(match.of(kind, match.REMEMBER))
    if full:
        await writer.run(match.of(kind, match.ANALYZE))
    return changed, removed


async def _folded(writer: Writer) -> None:
    names = await writer.fetch(match.NAMES)
    await writer.add("pg_temp.folded", ("name", "designation"), await asyncio.to_thread(_designations, names))


def _designations(names: list[Record]) -> list[Record]:
    # A name without a letter or a digit, as OiDB's `-`, is none.
    return [(name, designation(name) if any(map(str.isalnum, name)) else None) for (name,) in names]


async def _touched(writer: Writer) -> None:
    places = await writer.read(match.PLACES)
    await writer.copy("pg_temp.touched", TOUCHED.names, await asyncio.to_thread(_cells, places))


def _cells(text: bytes) -> bytes:
    places = PLACES.decoded(text)
    row, cell = touched(np.asarray(places["ra"], float), np.asarray(places["dec"], float), match.WIDE + REACH)
    own = np.diff(row, prepend=-1) > 0
    return HEADER + TOUCHED.encoded({"key": places["key"][row], "cell": cell, "own": own}) + TRAILER
