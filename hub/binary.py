"""Rows of fixed width in PostgreSQL's binary COPY format, as numpy arrays: nothing is done cell by cell.

No cell may be NULL: a statement that is read so writes NaN instead.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
KINDS = {"bigint": ">i8", "integer": ">i4", "double precision": ">f8", "real": ">f4", "boolean": "u1"}
AT_ONCE = 500_000
"""Bytes that are handed on together, if there are so many."""
BinaryArray = NDArray[Any]


class Layout:
    """Names and PostgreSQL types of the cells of a row."""

    def __init__(self, **types: str) -> None:
        self.names = tuple(types)
        kinds = {name: np.dtype(KINDS[kind]) for name, kind in types.items()}
        self._lengths = {f"length of {name}": kind.itemsize for name, kind in kinds.items()}
        fields = [("cells", ">i2")]
        for name, kind in kinds.items():
            fields += [(f"length of {name}", ">i4"), (name, kind.str)]
        self._row = np.dtype(fields)

    def decoded(self, text: bytes) -> BinaryArray:
        """The rows of a whole COPY."""
        return np.frombuffer(text[len(HEADER) : -len(TRAILER)], self._row)

    async def streamed(self, blocks: AsyncIterator[bytes]) -> AsyncIterator[BinaryArray]:
        """The rows of a COPY as they come."""
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
        """The rows of a COPY, without its header and trailer."""
        rows = np.empty(len(next(iter(cells.values()))), self._row)
        rows["cells"] = len(self.names)
        for name, length in self._lengths.items():
            rows[name] = length
        for name in self.names:
            rows[name] = cells[name]
        return rows.tobytes()
