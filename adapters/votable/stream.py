"""Cells and blocks in, the bytes of a document out: what a streamed response consists of."""

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from anyio.to_thread import run_sync

from adapters.columnar.jsontable import JsonTable
from adapters.votable.envelope import Head
from adapters.votable.enveloped import Enveloped
from adapters.votable.formats import ARROW, FITS, JSON, PARQUET, Format
from hub.dependencies import UNKNOWN, touch
from planning.errors import GatewayError

Result = TypeVar("Result")
Step: TypeAlias = Callable[[str], None]
"""Told the name of each stage as it ends: plan, run."""
BLOCK, LARGE_BLOCK = 65_536, 1_000_000
"""Bytes of COPY gathered before they are rewritten, so that what a chunk costs is nothing beside what it holds."""


class DocumentWriter(Protocol):
    """Turns blocks of COPY, cut anywhere, into a document of one format."""

    def begin(self) -> bytes:
        """Write everything before the first row."""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything after the last row."""

    def failed(self, message: str) -> bytes | None:
        """Write an end that says what went wrong; None where the format cannot."""

    def close(self) -> None:
        """Let go of what it holds."""


def _fits(head: Head) -> DocumentWriter:
    from adapters.columnar.fits import Fits  # here and below: pyarrow takes 40 MB, which those pay who ask for it

    return Fits(head)


def _parquet(head: Head) -> DocumentWriter:
    from adapters.columnar.parquet import Parquet

    return Parquet(head)


def _arrow(head: Head) -> DocumentWriter:
    from adapters.columnar.arrow import ArrowStream

    return ArrowStream(head)


WRITERS: Mapping[Format, Callable[[Head], DocumentWriter]] = {
    JSON: JsonTable, FITS: _fits, PARQUET: _parquet, ARROW: _arrow,
}  # fmt: skip
"""Of the formats that have no envelope."""


@dataclass(slots=True)
class StreamOutcome:
    """What is known of a document so far.

    An overflow within the first block is known with the first bytes, so before an HTTP response must start.
    """

    rows: int = 0
    overflow: bool = False
    failure: GatewayError | None = None
    """Why rows are missing."""


def untimed(_stage: str) -> None:
    """The `Step` of who does not time stages."""


async def document(  # noqa: PLR0913, PLR0917 - what a document is made of, and two that want to know of it
    head: Head,
    form: Format,
    blocks: AsyncIterator[bytes],
    limit: int | None,
    outcome: StreamOutcome | None = None,
    step: Step = untimed,
) -> AsyncGenerator[bytes, None]:
    """Write a document; the first bytes hold the header and the first rows, and come as soon as these do.

    Parameters
    ----------
    blocks
        Output of COPY under the format's `copy_options`, cut anywhere; closed in the end.
    limit
        Rows beyond it are dropped, which the footer tells (CSV and TSV cannot: see `outcome`): the statement is to ask
        for one more. None for all rows.
    outcome
        Filled while the document is written.
    step
        Told that "run" has ended when the first rows are there, or the last of none.

    Raises
    ------
    GatewayError
        `blocks` failed before anything was written. Later, a VOTable is closed properly and says ERROR, but the other
        formats, which cannot, raise: the connection must break, or the reader would take what came for everything.
    """
    outcome = outcome or StreamOutcome()
    writer = WRITERS[form](head) if form in WRITERS else Enveloped(head, form)
    waiting, begun = writer.begin(), False
    try:
        async with aclosing(_gathered(blocks, LARGE_BLOCK if form.columnar else BLOCK, step)) as gathered:
            async for block in gathered:
                written = await _fed(writer, form, block, limit, outcome)
                if written:
                    yield waiting + written
                    waiting, begun = b"", True
                if outcome.overflow:
                    break
    except GatewayError as error:
        outcome.failure = error
        touch((UNKNOWN,))  # so that what ended so is not kept
        told = writer.failed(error.message) if begun else None
        if told is None:
            raise
        yield told
    else:
        async for part in _ending(writer, form, outcome):
            yield waiting + part
            waiting = b""
    finally:
        writer.close()


async def _fed(writer: DocumentWriter, form: Format, block: bytes, limit: int | None, outcome: StreamOutcome) -> bytes:
    room = sys.maxsize if limit is None else limit - outcome.rows
    written, count = await _done(form, partial(writer.feed, block, room))
    outcome.rows += min(count, room)
    outcome.overflow = count > room
    return written


async def _ending(writer: DocumentWriter, form: Format, outcome: StreamOutcome) -> AsyncIterator[bytes]:
    parts = writer.end(overflow=outcome.overflow)
    while (part := await _done(form, partial(next, parts, None))) is not None:
        yield part


async def _done(form: Format, work: Callable[[], Result]) -> Result:
    # A thread that has begun is waited for, so that nothing is closed under it.
    return await run_sync(work) if form.columnar else work()


async def _gathered(blocks: AsyncIterator[bytes], least: int, step: Step) -> AsyncGenerator[bytes, None]:
    # The first block as it comes, for it decides how soon the reader sees something; then by so many bytes at least.
    gathered, size, wanted = [], 0, 1
    try:
        async for block in blocks:
            gathered.append(block)
            size += len(block)
            if size >= wanted:
                if wanted == 1:
                    step("run")
                yield b"".join(gathered)
                gathered, size, wanted = [], 0, least
    except GatewayError:
        if gathered:
            yield b"".join(gathered)
        raise
    finally:
        if (close := getattr(blocks, "aclose", None)) is not None:
            await close()
    if wanted == 1:
        step("run")
    if gathered:
        yield b"".join(gathered)
