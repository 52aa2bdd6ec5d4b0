"""The tiles of a catalogue HiPS: all rows of a table that anybody may see, read by one COPY and kept on disk.

PostgreSQL writes the lines of the tiles. Before each it puts where the row is and what it is ordered by, in hexadecimal
digits of a fixed number: numpy reads these of many lines at once, and no cell becomes a Python object.
"""

import asyncio
import mmap
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from planning import sql
from planning.errors import NoRoom, TooMuch
from planning.plan import Cell, Plan, StatementShape
from planning.rights import HIDDEN
from planning.routing import Databases
from planning.sql import Row, Statement
from schema.hips import Progression, progression
from schema.table import Table
from sky import healpix
from sky.hierarchy import PIXELS, Level, levels

PLACE = np.dtype([("ra", ">f8"), ("dec", ">f8"), ("rank", ">f8"), ("tie", ">i4")])
"""What is before each line."""
LINE = np.dtype([("pixel", "u4"), ("rank", "f8"), ("tie", "i4"), ("begin", "i8"), ("length", "i4")])
"""What is known of each line: its cell of order `PIXELS`, its order among all, and where it is in the file."""
DIGITS = 2 * PLACE.itemsize
HEX = np.zeros(256, np.uint8)
HEX[list(b"0123456789abcdef")] = range(16)
ESCAPES = ((rb"\\", b"\0"), (rb"\t", b" "), (rb"\n", b" "), (rb"\r", b" "), (rb"\b", b" "), (rb"\f", b" "),
           (rb"\v", b" "), (b"\0", b"\\"))  # fmt: skip
"""COPY's escapes (PostgreSQL manual, COPY, Text Format), in whose place a line of a tile has blanks."""
AT_ONCE = 2_000_000
"""Bytes of lines that are read, and rows that are written, at a time."""
LARGEST = 8_000_000_000
"""Bytes of the lines of a table."""


class TilesHub(Protocol):
    """What reading needs of the hub."""

    databases: Databases

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncIterator[bytes]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class TileRows:
    """The lines of one tile or of several, and how complete they are."""

    lines: bytes
    shown: int
    """Rows of their cells that are in them or above."""
    total: int
    """Rows of their cells at all orders."""


@dataclass(frozen=True, eq=False, slots=True)
class Tiles:
    """All tiles of a table; the file behind it is gone once nobody has this any more."""

    shape: Progression
    lines: mmap.mmap | bytes
    keys: NDArray[np.uint64]
    """Order and cell of each tile as one number, increasing."""
    begins: NDArray[np.int64]
    """Where the lines of each tile begin, and where those of the last one end."""
    shown: NDArray[np.int64]
    total: NDArray[np.int64]
    pixels: NDArray[np.uint32]
    """Cells of order `sky.hierarchy.PIXELS` that have rows, increasing."""
    counts: NDArray[np.uint32]
    """Rows in each of these."""
    order: int
    """The deepest order, at least 1."""
    rows: int
    """Rows of all tiles."""

    def tile(self, order: int, cell: int) -> TileRows | None:
        """The rows of a tile; None where it has none."""
        found = self._between(order, cell, cell + 1)
        return found if found.total else None

    def allsky(self, order: int) -> TileRows:
        """The rows of all tiles of an order."""
        return self._between(order, 0, 12 << 2 * order)

    def _between(self, order: int, first: int, end: int) -> TileRows:
        begin, stop = np.searchsorted(self.keys, [_key(order, first), _key(order, end)])
        lines = self.lines[self.begins[begin] : self.begins[stop]]
        return TileRows(lines, int(self.shown[begin:stop].sum()), int(self.total[begin:stop].sum()))


def _key(order: int, cells: Any) -> Any:
    return np.uint64(order << 32) | np.uint64(cells)


async def read_tiles(hub: TilesHub, table: Table) -> Tiles:
    """Read all rows of a table that has a position, and make its tiles; those without a position are left out.

    Raises
    ------
    GatewayError
        A source cannot be read; `NoRoom` where the disk is full, `TooMuch` for a table that is too large.
    """
    shape = progression(table, HIDDEN)
    row, ranked = _ROWS[shape.rank is not None, shape.descending], [shape.rank] if shape.rank else []
    cells = tuple(Cell(column, column.sql) for column in (*shape.columns, *ranked))
    statement = sql.stream(Plan(StatementShape(table, cells)), row, hub.databases)
    with tempfile.TemporaryFile() as spool:
        lines, held = _Lines(spool), bytearray()
        async for block in hub.blocks(statement, {"null": ""}):
            held += block
            if len(held) > AT_ONCE:
                end = held.rfind(b"\n") + 1
                await asyncio.to_thread(lines.add, bytes(held[:end]))
                del held[:end]
        await asyncio.to_thread(lines.add, bytes(held))
        return await asyncio.to_thread(lines.tiles, shape)


class _Lines:
    """Lines as they are read, in a file; of each what decides about its tile, in memory: `LINE`."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._size = 0
        self._known = bytearray()  # which grows in place, where many arrays would leave holes in memory

    def add(self, lines: bytes) -> None:
        if b"\\" in lines:
            for old, new in ESCAPES:
                lines = lines.replace(old, new)
        text = np.frombuffer(lines, np.uint8)
        ends = np.flatnonzero(text == ord("\n")) + 1
        begins = np.concatenate([[0], ends[:-1]])[: len(ends)].astype(np.int64)
        digits = HEX[text[begins[:, None] + np.arange(DIGITS)]]
        place = np.ascontiguousarray(digits[:, ::2] << 4 | digits[:, 1::2]).view(PLACE)[:, 0]
        there = np.isfinite(place["ra"]) & (np.abs(place["dec"]) <= 90)
        pixels = healpix.cell_of(PIXELS, place["ra"][there].astype(float), place["dec"][there].astype(float))
        self._known += np.rec.fromarrays(
            [
                pixels.astype(np.uint32),
                place["rank"][there],
                place["tie"][there],
                self._size + begins[there] + DIGITS + 1,
                (ends - begins)[there] - DIGITS - 1,
            ],
            LINE,
        ).tobytes()
        self._size += len(lines)
        if self._size > LARGEST:
            message = f"A table of more than {LARGEST // 10**9} GB has no HiPS: ask for its rows by cone or TAP"
            raise TooMuch(message)
        _write(self._spool, lines)

    def tiles(self, shape: Progression) -> Tiles:
        """Make the tiles of all lines."""
        known = np.frombuffer(self._known, LINE)
        first = np.lexsort((known["tie"], known["rank"]))
        pixels, begins, lengths = (known[name][first] for name in ("pixel", "begin", "length"))
        del known, first
        self._known = bytearray()
        made = list(levels(pixels))
        with tempfile.TemporaryFile() as file:
            rows = np.concatenate([level.rows for level in made]) if made else np.empty(0, np.int64)
            self._sort_lines(file, begins[rows], lengths[rows])
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._size and len(rows) else b""
        return _tiles(shape, content, made, np.concatenate([[0], np.cumsum(lengths[rows], dtype=np.int64)]), pixels)

    def _sort_lines(self, file: IO[bytes], begins: NDArray[np.int64], lengths: NDArray[np.int32]) -> None:
        if not len(begins):
            return
        self._spool.flush()
        with mmap.mmap(self._spool.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            step = 20_000
            for at in range(0, len(begins), step):
                here = begins[at : at + step]
                ends = (here + lengths[at : at + step]).tolist()
                _write(file, b"".join([lines[begin:end] for begin, end in zip(here.tolist(), ends, strict=True)]))
        file.flush()


def _tiles(
    shape: Progression,
    content: mmap.mmap | bytes,
    made: Sequence[Level],
    places: NDArray[np.int64],
    pixels: NDArray[np.uint32],
) -> Tiles:
    sizes = [level.sizes for level in made]
    keys = [_key(level.order, level.cells) for level in made]
    ends = np.concatenate([[0], *sizes]).cumsum()
    cells, counts = np.unique(pixels, return_counts=True)
    nothing = [np.empty(0, np.int64)]
    return Tiles(
        shape,
        content,
        np.concatenate(keys or [np.empty(0, np.uint64)]),
        places[ends.astype(np.int64)],
        np.concatenate([level.shown for level in made] or nothing),
        np.concatenate([level.total for level in made] or nothing),
        cells,
        counts.astype(np.uint32),
        max((level.order for level in made), default=1),
        len(pixels),
    )


def _write(file: IO[bytes], content: bytes) -> None:
    try:
        file.write(content)
    except OSError as error:
        message = "The gateway has no room left for the tiles of a HiPS: try again later"
        raise NoRoom(message) from error


def _ranked(expressions: Sequence[tuple[Cell, str]]) -> str:
    *cells, (_, rank) = expressions
    return _line(cells, rank)


def _newest(expressions: Sequence[tuple[Cell, str]]) -> str:
    *cells, (_, rank) = expressions
    return _line(cells, f"-({rank})")


def _unranked(expressions: Sequence[tuple[Cell, str]]) -> str:
    return _line(expressions, "'NaN'")


def _line(expressions: Sequence[tuple[Cell, str]], rank: str) -> str:
    """One expression for what is before a line, then one a cell.

    Rows of equal rank are in the order of a hash of what identifies them, which is the same whoever reads them.
    """
    ra, dec = (expression for _, expression in expressions[:2])
    texts = [cell.column.type.text.format(expression) for cell, expression in expressions]
    named = next((text for (cell, _), text in zip(expressions, texts, strict=True) if cell.column.key), None)
    tie = f"({named})::text" if named else f"concat_ws(' ', {', '.join(texts)})"
    sent = [f"float8send(coalesce(({number})::float8, 'NaN'))" for number in (ra, dec, rank)]
    sent.append(f"int4send(hashtext(coalesce({tie}, '')))")
    return ", ".join([f"encode({' || '.join(sent)}, 'hex')", *texts])


_ROWS: Mapping[tuple[bool, bool], Row] = {(True, False): _ranked, (True, True): _newest, (False, False): _unranked}
