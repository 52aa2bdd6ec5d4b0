"""Documents of the nasty table, made from what a real COPY sends."""

import sys
from collections.abc import AsyncIterator, Sequence

import asyncpg
import nasty

from adapters.votable.envelope import Head
from adapters.votable.formats import Format
from adapters.votable.stream import StreamOutcome, stream_document
from planning.errors import GatewayError, TimedOut
from planning.plan import Cell

HEAD = Head(nasty.TABLE, nasty.CELLS)


async def copied(
    connection: asyncpg.Connection, form: Format, cells: Sequence[Cell] = nasty.CELLS, rest: str = ""
) -> list[bytes]:
    """What PostgreSQL sends for the cells, as it came."""
    blocks: list[bytes] = []

    async def keep(block: bytes) -> None:
        blocks.append(block)

    inner = f"SELECT {', '.join(cell.column.sql for cell in cells)} FROM public.nasty {rest}"
    names = [f"c{n}" for n in range(len(cells))]
    row = form.row(list(zip(cells, names, strict=True)))
    statement = f"SELECT {row} FROM ({inner}) AS s({', '.join(names)})"
    await connection.copy_from_query(statement, output=keep, **form.copy_options)
    return blocks


class Blocks:
    """An async generator over blocks that may fail, and remembers being closed."""

    def __init__(self, blocks: Sequence[bytes], error: GatewayError | None = None) -> None:
        self.closed = False
        self._generator = self._sent(blocks, error)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._generator

    async def aclose(self) -> None:
        await self._generator.aclose()

    async def _sent(self, blocks: Sequence[bytes], error: GatewayError | None) -> AsyncIterator[bytes]:
        try:
            for block in blocks:
                yield block
            if error:
                raise error
        finally:
            self.closed = True


async def written(
    form: Format,
    blocks: Sequence[bytes],
    limit: int | None = None,
    *,
    head: Head = HEAD,
    outcome: StreamOutcome | None = None,
) -> bytes:
    """A document, whole."""
    return b"".join([part async for part in stream_document(head, form, Blocks(blocks), limit, outcome)])


async def broken(form: Format, blocks: Sequence[bytes]) -> bytes:
    """A document whose rows end in a failure."""
    source = Blocks(blocks, TimedOut("It took < 1 s & failed"))
    return b"".join([part async for part in stream_document(HEAD, form, source, None)])


def slices(data: bytes, size: int = sys.maxsize) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), min(size, len(data)))]
