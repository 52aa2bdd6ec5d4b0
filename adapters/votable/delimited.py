"""CSV (RFC 4180) and TSV as PostgreSQL writes them: rows are only counted, and cut at the limit."""

import csv
import io
from collections.abc import Sequence

from planning.plan import Cell

NOT_STRUCTURE = bytes(set(range(256)) - set(b'"\n'))


class Delimited:
    """Cuts `COPY … (FORMAT csv)`, in blocks cut anywhere, into complete rows. A newline within quotes ends no row."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Return the complete rows of this block, at most `room` of them, and how many complete rows there were."""
        block = self._rest + block
        end = _last_end(block)
        rows, self._rest = block[:end], block[end:]
        count = _count(rows)
        return (rows if count <= room else rows[: _end(rows, room)]), count

    def end(self) -> bytes:
        """Nothing: the last row ended with a newline."""
        return b""


def names_line(cells: Sequence[Cell], delimiter: str) -> bytes:
    """Write the line of column names; COPY HEADER would cut them at 63 bytes."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow([cell.name for cell in cells])
    return line.getvalue().encode()


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
