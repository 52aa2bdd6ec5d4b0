"""CSV (RFC 4180) and the same with tabs, as PostgreSQL writes them: rows are only counted, and cut at the limit."""

import csv
import io
from collections.abc import Sequence

from planning.plan import Cell

NOT_STRUCTURE = bytes(set(range(256)) - set(b'"\n'))


class Delimited:
    """Rows of `COPY … (FORMAT csv)`, in blocks cut anywhere, to whole rows. A newline between quotes ends no row."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""
        block = self._rest + block
        end = _last_end(block)
        rows, self._rest = block[:end], block[end:]
        count = _count(rows)
        return (rows if count <= room else rows[: _end(rows, room)]), count

    def end(self) -> bytes:
        """Write what remains after the last row: nothing."""
        return b""


def header(cells: Sequence[Cell], delimiter: str) -> bytes:
    """Write the line of column names. It is not left to COPY, because PostgreSQL cuts names after 63 bytes."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow([cell.name for cell in cells])
    return line.getvalue().encode()


def _count(rows: bytes) -> int:
    # Values without a newline leave two quotes side by side, which go; what is still between quotes is in a value.
    structure = rows.translate(None, NOT_STRUCTURE).replace(b'""', b"")
    return sum(part.count(b"\n") for part in structure.split(b'"')[::2])


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
