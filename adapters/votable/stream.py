"""Cells and blocks in, the bytes of a document out: what a streamed response consists of."""

import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from adapters.votable.binary2 import Binary2
from adapters.votable.delimited import Delimited
from adapters.votable.envelope import Head, error_footer, footer, header
from adapters.votable.formats import BINARY2, TABLEDATA, Format
from adapters.votable.tabledata import Tabledata
from resolvers.errors import GatewayError

BLOCK = 65536
"""Bytes of COPY gathered before they are rewritten, so that what a chunk costs is nothing beside what it holds."""


class Rows(Protocol):
    """Turns blocks of COPY, cut anywhere, into whole rows of one format."""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""

    def end(self) -> bytes:
        """Write what remains after the last row."""


@dataclass(slots=True)
class Outcome:
    """What is known of a document so far.

    An overflow within the first block is known with the first bytes, so before an HTTP response must start.
    """

    rows: int = 0
    overflow: bool = False
    failed: bool = False


async def document(
    head: Head, form: Format, blocks: AsyncIterator[bytes], limit: int | None, outcome: Outcome | None = None
) -> AsyncGenerator[bytes, None]:
    """Write a document; the first bytes hold the header and the first rows, and come as soon as these do.

    `blocks` is the output of COPY under the format's `copy_options`, and is closed in the end. Rows beyond `limit` are
    dropped, which the footer tells (CSV and TSV cannot: see `outcome`): the statement is to ask for one more.

    Raises
    ------
    GatewayError
        `blocks` failed before any row was written. Later, a VOTable is closed properly and says ERROR, but CSV and TSV,
        which cannot, raise: the connection must break, or the reader would take what came for everything.
    """
    outcome = outcome or Outcome()
    rows, waiting = _rows(head, form), header(head, form)
    async with aclosing(_gathered(blocks)) as gathered:
        try:
            async for block in gathered:
                written = _fed(rows, block, limit, outcome)
                if written:
                    yield waiting + written
                    waiting = b""
                if outcome.overflow:
                    break
        except GatewayError as error:
            outcome.failed = True
            if waiting or not form.votable:
                raise
            yield rows.end() + error_footer(form, error.message)
        else:
            yield waiting + rows.end() + footer(form, head.services, overflow=outcome.overflow)


def _rows(head: Head, form: Format) -> Rows:
    if form is TABLEDATA:
        return Tabledata(head.cells)
    return Binary2() if form is BINARY2 else Delimited()


def _fed(rows: Rows, block: bytes, limit: int | None, outcome: Outcome) -> bytes:
    room = sys.maxsize if limit is None else limit - outcome.rows
    written, count = rows.feed(block, room)
    outcome.rows += min(count, room)
    outcome.overflow = count > room
    return written


async def _gathered(blocks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    # The first block as it comes, for it decides how soon the reader sees something; then by `BLOCK` at least.
    gathered, size, wanted = [], 0, 1
    try:
        async for block in blocks:
            gathered.append(block)
            size += len(block)
            if size >= wanted:
                yield b"".join(gathered)
                gathered, size, wanted = [], 0, BLOCK
    except GatewayError:
        if gathered:
            yield b"".join(gathered)
        raise
    finally:
        if (close := getattr(blocks, "aclose", None)) is not None:
            await close()
    if gathered:
        yield b"".join(gathered)
