"""Uncompress tables that come gzipped (RFC 1952): their first bytes say so, whatever name or header they come under."""

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from hub.threads import in_thread
from planning.errors import BadInput, TooMuch

MAGIC = b"\x1f\x8b"
PIECE = 1 << 18
"""Bytes that are uncompressed at once."""
UNSUSPECTED = 8 << 20
"""Bytes that anything may expand to."""
LARGEST_RATIO = 100
"""What is larger than `UNSUSPECTED` may expand by this factor: tables expand 3 to 30 times, a bomb 1000 times."""


class Gunzip:
    """Uncompresses gzip given in blocks cut anywhere, of one member or several."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._read = self._written = 0
        self._whole = True
        """Whether no member has begun that has not ended."""

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Uncompress a block, in pieces of at most `PIECE` bytes.

        Raises
        ------
        BadInput
            It is not gzip.
        TooMuch
            It expands as no table does.
        """
        self._read += len(block)
        piece = b""
        while block or len(piece) == PIECE:
            if self._member.eof:
                block = block.lstrip(b"\0")  # padding, as of tapes
                if not block:
                    return
                self._member = zlib.decompressobj(wbits=31)
            piece = self._piece(block)
            self._whole = self._member.eof
            block = self._member.unused_data if self._whole else self._member.unconsumed_tail
            if piece:
                yield piece

    def end(self) -> None:
        """Raise `BadInput` if the last member was cut short."""
        if not self._whole:
            message = "It is gzip that was cut short"
            raise BadInput(message)

    def _piece(self, block: bytes) -> bytes:
        try:
            piece = self._member.decompress(block, PIECE)
        except zlib.error as error:
            message = "It begins as gzip, but cannot be uncompressed"
            raise BadInput(message) from error
        self._written += len(piece)
        if self._written > max(UNSUSPECTED, LARGEST_RATIO * self._read):
            message = f"It is gzip that expands more than {LARGEST_RATIO} times: send it uncompressed"
            raise TooMuch(message)
        return piece


async def gunzipped(blocks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield the blocks of a document, uncompressed if it is gzip; raises as `Gunzip`."""
    iterator, start = aiter(blocks), b""
    while len(start) < len(MAGIC) and (block := await anext(iterator, None)) is not None:
        start += block
    gunzip = Gunzip() if start.startswith(MAGIC) else None
    async for block in _prepend(start, iterator):
        if gunzip is None:
            yield block
            continue
        pieces = gunzip.feed(block)
        while piece := await in_thread(next, pieces, None):
            yield piece
    if gunzip:
        gunzip.end()


async def _prepend(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block


@asynccontextmanager
async def plain_file(file: IO[bytes], largest: int) -> AsyncIterator[IO[bytes]]:
    """Open what a seekable file holds: itself, or another with what it holds as gzip.

    Parameters
    ----------
    file
        Closed by the caller, after the context is left.
    largest
        Bytes that it may be uncompressed to.

    Raises
    ------
    BadInput, TooMuch
        As `Gunzip`, or it is larger.
    """
    packed = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if not packed:
        yield file
        return
    with SpooledTemporaryFile(PIECE) as plain:
        await in_thread(_expand, file, plain, largest)
        yield plain


def _expand(file: IO[bytes], plain: IO[bytes], largest: int) -> None:
    gunzip = Gunzip()
    while block := file.read(PIECE):
        for piece in gunzip.feed(block):
            plain.write(piece)
            if plain.tell() > largest:
                message = f"It is gzip of more than {largest >> 20} MB, the most that is taken"
                raise TooMuch(message)
    gunzip.end()
    plain.seek(0)
