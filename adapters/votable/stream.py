"""Streaming of a document: columns and output of COPY in, bytes of a VOTable, CSV, JSON, FITS, Parquet or Arrow out."""

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from adapters.columnar.jsontable import JsonTable
from adapters.votable.envelope import Head
from adapters.votable.enveloped import Enveloped
from adapters.votable.formats import ARROW, FITS, JSON, PARQUET, Format
from hub.loop_turns import loop_turns
from hub.threads import in_thread
from planning.errors import GatewayError

Result = TypeVar("Result")
Step: TypeAlias = Callable[[str], None]
"""Called with the name of each stage as it ends: "plan", "run"."""
BLOCK, LARGE_BLOCK = 65_536, 1_000_000
"""Bytes of COPY gathered before they are converted, so that the overhead of a block does not matter."""


class DocumentWriter(Protocol):
    """Converts output of COPY, in blocks cut anywhere, to a document of one format."""

    def begin(self) -> bytes:
        """Return everything before the first row."""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Convert the complete rows of this block, at most `room`; also return how many there were in all."""

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield everything after the last row; `overflow` says that rows were left out."""

    def failed(self, message: str) -> bytes | None:
        """Return an end that reports an error; None where the format has no place for one."""

    def close(self) -> None:
        """Release resources; called once, whatever happened."""


def _fits(head: Head) -> DocumentWriter:
    # Here and below: pyarrow takes 40 MB, which those pay who ask for it, and half a second, in a thread.
    from adapters.columnar.fits import Fits

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
"""Writers of formats other than VOTable, CSV and TSV."""


@dataclass(slots=True)
class StreamOutcome:
    """State of a document while it is streamed.

    Overflow within the first block is known with the first bytes, that is before an HTTP response must start.
    """

    rows: int = 0
    """Rows written."""
    overflow: bool = False
    """Whether there were more rows than the limit."""
    failure: GatewayError | None = None
    """Why rows are missing; None if none are."""


def untimed(_stage: str) -> None:
    """The `Step` of a caller that does not time stages."""


async def stream_document(  # noqa: PLR0913, PLR0917 - a document's four parts, and two who follow its writing
    head: Head,
    form: Format,
    blocks: AsyncIterator[bytes],
    limit: int | None,
    outcome: StreamOutcome | None = None,
    step: Step = untimed,
) -> AsyncGenerator[bytes, None]:
    """Stream a document; its first block has the header and the first rows, and comes as soon as they do.

    Parameters
    ----------
    head : Head
        Everything but the rows.
    form : Format
        The format.
    blocks : AsyncIterator[bytes]
        Output of COPY under the format's `copy_options`; closed here.
    limit : int | None
        Most rows to write; None for all. To detect overflow the statement must ask for one more.
    outcome : StreamOutcome | None
        Filled while streaming: the only way to learn of overflow with CSV and TSV, which cannot say it.
    step : Step
        Called with "run" when the first rows have come, or the end of none.

    Raises
    ------
    GatewayError
        `blocks` failed before anything was written. Later, a VOTable is closed properly and says ERROR, but the other
        formats, which cannot, raise: the connection must break, or the reader would take a part for the whole.
    """
    outcome = outcome or StreamOutcome()
    writer = await _run(form, partial(_writer, head, form))
    waiting, begun = writer.begin(), False
    try:
        async with aclosing(_gather(blocks, LARGE_BLOCK if form.columnar else BLOCK, step)) as gathered:
            async for block in gathered:
                rows = await _feed(writer, form, block, limit, outcome)
                if rows:
                    yield waiting + rows
                    waiting, begun = b"", True
                if outcome.overflow:
                    break
    except GatewayError as error:
        outcome.failure = error
        error_end = writer.failed(error.message) if begun else None
        if error_end is None:
            raise
        yield error_end
    else:
        async for ending in _end_blocks(writer, form, outcome):
            yield waiting + ending
            waiting = b""
    finally:
        writer.close()


def _writer(head: Head, form: Format) -> DocumentWriter:
    return WRITERS[form](head) if form in WRITERS else Enveloped(head, form)


async def _feed(writer: DocumentWriter, form: Format, block: bytes, limit: int | None, outcome: StreamOutcome) -> bytes:
    room = sys.maxsize if limit is None else limit - outcome.rows
    await loop_turns().blocks.begin()
    rows, count = await _run(form, partial(writer.feed, block, room))
    outcome.rows += min(count, room)
    outcome.overflow = count > room
    return rows


async def _end_blocks(writer: DocumentWriter, form: Format, outcome: StreamOutcome) -> AsyncIterator[bytes]:
    blocks = writer.end(overflow=outcome.overflow)
    while (block := await _run(form, partial(next, blocks, None))) is not None:
        yield block


async def _run(form: Format, work: Callable[[], Result]) -> Result:
    # A thread that has begun is waited for, so that nothing is closed under it.
    return await in_thread(work) if form.columnar else work()


async def _gather(blocks: AsyncIterator[bytes], least: int, step: Step) -> AsyncGenerator[bytes, None]:
    """Pass on the first block at once, so that the client soon sees something; then gather `least` bytes."""
    pending, size, threshold = [], 0, 1
    try:
        async for block in blocks:
            pending.append(block)
            size += len(block)
            if size >= threshold:
                if threshold == 1:
                    step("run")
                yield b"".join(pending)
                pending, size, threshold = [], 0, least
    except GatewayError:
        if pending:
            yield b"".join(pending)
        raise
    finally:
        if (close := getattr(blocks, "aclose", None)) is not None:
            await close()
    if threshold == 1:
        step("run")
    if pending:
        yield b"".join(pending)
