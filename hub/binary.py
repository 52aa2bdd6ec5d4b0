"""Rows of fixed width in PostgreSQL's binary COPY format, as numpy arrays: nothing is done cell by cell.

No cell may be NULL: a query that is read so selects NaN instead. The format is that of PostgreSQL's manual, COPY,
"Binary Format".
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
KINDS = {"bigint": ">i8", "integer": ">i4", "double precision": ">f8", "real": ">f4", "boolean": "u1"}
AT_ONCE = 500_000
"""Bytes after which rows are handed on, so that numpy works on many at once."""
BinaryArray = NDArray[Any]


class Layout:
    """Names and PostgreSQL types of the cells of a row, as `Layout(key="bigint", ra="double precision")`."""

    def __init__(self, **types: str) -> None:
        self.names = tuple(types)
        kinds = {name: np.dtype(KINDS[kind]) for name, kind in types.items()}
        self._lengths = {f"length of {name}": kind.itemsize for name, kind in kinds.items()}
        fields = [("cells", ">i2")]
        for name, kind in kinds.items():
            fields += [(f"length of {name}", ">i4"), (name, kind.str)]
        self._row = np.dtype(fields)

    def decoded(self, copy: bytes) -> BinaryArray:
        """The rows of a whole COPY, header and trailer included, as a structured array with a field for each name."""
        return np.frombuffer(copy[len(HEADER) : -len(TRAILER)], self._row)

    async def streamed(self, blocks: AsyncIterator[bytes]) -> AsyncIterator[BinaryArray]:
        """The rows of a COPY as they come, as structured arrays; its blocks may be cut anywhere."""
        held, skipped = bytearray(), 0
        async for block in blocks:
            held += block
            if skipped == 0 and len(held) >= len(HEADER):
                skipped = len(HEADER)
                del held[:skipped]
            if skipped and len(held) > AT_ONCE:
                whole = len(held) // self._row.itemsize * self._row.itemsize
                yield np.frombuffer(bytes(held[:whole]), self._row)
                del held[:whole]
        yield np.frombuffer(bytes(held[: -len(TRAILER)]), self._row)

    def encoded(self, cells: Mapping[str, NDArray[Any]]) -> bytes:
        """Input of a COPY without header and trailer, from arrays of equal length by name."""
        rows = np.empty(len(next(iter(cells.values()))), self._row)
        rows["cells"] = len(self.names)
        for name, length in self._lengths.items():
            rows[name] = length
        for name in self.names:
            rows[name] = cells[name]
        return rows.tobytes()
