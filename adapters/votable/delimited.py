"""CSV (RFC 4180) and TSV as PostgreSQL writes them, but infinities; rows are counted, and cut at the limit."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from planning.plan import Cell

INFINITE = {b"Infinity": b"+Inf", b"-Infinity": b"-Inf"}
"""How VOTable spells PostgreSQL's infinities."""
NOT_STRUCTURE = bytes(set(range(256)) - set(b'"\n'))


class Delimited:
    """Cuts `COPY … (FORMAT csv)`, in blocks cut anywhere, into complete rows. A newline within quotes ends no row.

    Parameters
    ----------
    reals : Sequence[int]
        Columns whose infinities become `+Inf` and `-Inf`, by number; none leaves all as PostgreSQL has it.
    delimiter : str
        What stands between cells.
    """

    def __init__(self, reals: Sequence[int] = (), delimiter: str = ",") -> None:
        self._rest = b""
        self._reals = reals
        separator = re.escape(delimiter).encode()
        self._cells = re.compile(rb'("(?:[^"]|"")*"|[^"\n%b]*)([%b\n])' % (separator, separator))

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Return the complete rows of this block, at most `room` of them, and how many complete rows there were."""
        block = self._rest + block
        end = _last_end(block)
        rows, self._rest = block[:end], block[end:]
        count = _count(rows)
        rows = rows if count <= room else rows[: _end(rows, room)]
        return (self._with_infinities(rows) if self._reals and b"Infinity" in rows else rows), count

    def end(self) -> bytes:
        """Nothing: the last row ended with a newline."""
        return b""

    def _with_infinities(self, rows: bytes) -> bytes:
        return b"".join(self._row(row) if b"Infinity" in row else row for row in _rows(rows))

    def _row(self, row: bytes) -> bytes:
        cells = self._cells.findall(row)
        for index in self._reals:
            cell, end = cells[index]
            cells[index] = INFINITE.get(cell, cell), end
        return b"".join(map(b"".join, cells))


def _rows(rows: bytes) -> Iterator[bytes]:
    pending = b""
    for line in rows.splitlines(keepends=True):
        pending += line
        if pending.count(b'"') % 2 == 0:
            yield pending
            pending = b""


def real_columns(cells: Sequence[Cell]) -> list[int]:
    """The columns of real numbers, by their place in a row."""
    return [index for index, cell in enumerate(cells) if cell.column.type.datatype in ("float", "double")]


def names_line(cells: Sequence[Cell], delimiter: str) -> bytes:
    """Write the line of column names; COPY HEADER would cut them at 63 bytes."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow([cell.name for cell in cells])
    return line.getvalue().encode()


def row_end(rows: bytes | bytearray, least: int) -> int:
    """Where the first row ends that ends at the `least`th byte or later, from 1; 0 where none does.

    Parameters
    ----------
    rows
        CSV from the beginning of a row on.
    """
    start, quotes = least - 1, rows.count(b'"', 0, least - 1)
    while (newline := rows.find(b"\n", start)) >= 0:
        quotes += rows.count(b'"', start, newline)
        start = newline + 1
        if quotes % 2 == 0:
            return start
    return 0


def _count(rows: bytes) -> int:
    # Values without a newline leave two quotes side by side, which go; what is still between quotes is in a value.
    structure = rows.translate(None, NOT_STRUCTURE).replace(b'""', b"")
    return sum(unquoted.count(b"\n") for unquoted in structure.split(b'"')[::2])


def _last_end(rows: bytes) -> int:
    end = rows.rfind(b"\n") + 1
    while rows.count(b'"', 0, end) % 2:
        end = rows.rfind(b"\n", 0, end - 1) + 1
    return end


def _end(rows: bytes, count: int) -> int:
    end = quotes = 0
    while count:
        following = rows.index(b"\n", end) + 1
        quotes += rows.count(b'"', end, following)
        end = following
        count -= quotes % 2 == 0
    return end
