"""Header-data units to be written: their sizes are known before their bytes are made, block by block."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oifits.blocks import BLOCK_BYTES, Bools, Bytes, Ints, block_rows, blocks, read_rows
from oifits.cards import BLOCK, Header
from oifits.checksums import summed
from oifits.hdus import Column, Hdu
from oifits.source import Source

Rewrite = Callable[[Bytes], None]
"""Changes cells of a block in its place."""


@dataclass(frozen=True, eq=False, slots=True)
class Output:
    """A unit of a file that is written.

    Parameters
    ----------
    header
        Its cards.
    size
        Bytes of its data, without what fills the last block.
    data
        Makes these bytes, each time it is called.
    """

    header: Header
    size: int
    data: Callable[[], Iterator[bytes]]


def length(outputs: Iterable[Output]) -> int:
    """Bytes of a file of these units."""
    return sum(len(one.header.block()) + one.size + -one.size % BLOCK for one in outputs)


def written(outputs: Iterable[Output]) -> Iterator[bytes]:
    """The bytes of a file of these units, in blocks of some 1 MB."""
    for one in outputs:
        yield one.header.block()
        yield from one.data()
        if one.size % BLOCK:
            yield bytes(-one.size % BLOCK)


def with_checksums(outputs: Sequence[Output]) -> list[Output]:
    """The same units, with CHECKSUM and DATASUM made anew where the source had them, which reads their data."""
    return [replace(one, header=summed(one.header, one.data())) if _has_sums(one.header) else one for one in outputs]


def _has_sums(header: Header) -> bool:
    return header.get("CHECKSUM") is not None or header.get("DATASUM") is not None


def whole(source: Source, hdu: Hdu, header: Header | None = None) -> Output:
    """A unit with its data as they are, of whatever kind."""

    def data() -> Iterator[bytes]:
        for place in range(0, hdu.size, BLOCK_BYTES):
            yield source.read(hdu.start + place, min(BLOCK_BYTES, hdu.size - place))

    return Output(header or hdu.header, hdu.size, data)


def stored(source: Source) -> Iterator[bytes]:
    """The bytes of a file as they are, in blocks."""
    for place in range(0, source.size, BLOCK_BYTES):
        yield source.read(place, min(BLOCK_BYTES, source.size - place))


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Rows of a table that are written.

    Parameters
    ----------
    chosen
        Which rows; None for all.
    rewrites
        Changes of their cells, while they have all their bytes.
    bytes_kept
        Which bytes of a row are left; None for all.
    """

    chosen: Bools | None = None
    rewrites: tuple[Rewrite, ...] = ()
    bytes_kept: Ints | None = None


def table(source: Source, hdu: Hdu, header: Header, rows: Rows) -> Output:
    """A table with some of its rows, changed; its header is to say NAXIS1 as it will be."""
    count = hdu.rows if rows.chosen is None else int(np.count_nonzero(rows.chosen))
    row_bytes = hdu.row_bytes if rows.bytes_kept is None else len(rows.bytes_kept)

    def data() -> Iterator[bytes]:
        for block in _chosen_blocks(source, hdu, rows.chosen):
            if rows.rewrites:
                block = block.copy()  # noqa: PLW2901 - what is read cannot be changed
                for rewrite in rows.rewrites:
                    rewrite(block)
            yield (block if rows.bytes_kept is None else block[:, rows.bytes_kept]).tobytes()

    return Output(header.replaced("NAXIS2", count), count * row_bytes, data)


def _chosen_blocks(source: Source, hdu: Hdu, chosen: Bools | None) -> Iterator[Bytes]:
    """Blocks of the rows that are chosen; those of which none are chosen are not read."""
    if chosen is None:
        yield from (block for _, block in blocks(source, hdu))
        return
    most = block_rows(hdu)
    for first in range(0, hdu.rows, most):
        part = np.flatnonzero(chosen[first : first + most])
        if len(part):
            block = read_rows(source, hdu, first + int(part[0]), int(part[-1] - part[0]) + 1)
            yield block if len(part) == len(block) else block[part - part[0]]


def rewriting(column: Column, dtype: str, change: Callable[[Ints], Ints]) -> Rewrite:
    """A change of a column of whole numbers, given and returned with one element a row."""

    def rewrite(block: Bytes) -> None:
        values = np.ndarray((len(block),), np.dtype(dtype), block.data, column.offset, (block.shape[1],))
        values[:] = change(values.astype(np.int64))

    return rewrite
