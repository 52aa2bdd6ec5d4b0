"""Output of COPY binary → base64 of a BINARY2 stream (VOTable 1.4 section 5.4).

PostgreSQL writes each row as one bytea (`rows.binary2_row`); here it only loses COPY's framing.
"""

import base64
from struct import Struct

SIGNATURE = 19
"""Length of the header of COPY binary, without OIDs and extension (PostgreSQL manual, COPY, Binary Format)."""
FRAME = Struct(">hi")
"""Before each row: number of fields, here 1, and length of the first. The trailer has -1 as the number."""


class Binary2:
    """Re-encodes tuples of one bytea, in blocks cut anywhere, as base64 text."""

    def __init__(self) -> None:
        self._rest = b""
        self._carry = b""
        self._at = SIGNATURE

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Encode the complete rows of this block, at most `room` of them.

        Returns
        -------
        tuple[bytes, int]
            The text, and how many complete rows there were, which may be more than `room`.
        """
        rows = self._rows(self._rest + block)
        raw = self._carry + b"".join(rows[:room])
        whole = len(raw) // 3 * 3
        self._carry = raw[whole:]
        return base64.b64encode(raw[:whole]), len(rows)

    def end(self) -> bytes:
        """Encode the last one or two bytes: base64 goes by threes."""
        return base64.b64encode(self._carry)

    def _rows(self, data: bytes) -> list[bytes]:
        rows, at, end = [], self._at, len(data)
        while at + FRAME.size <= end:
            fields, length = FRAME.unpack_from(data, at)
            start = at + FRAME.size
            if fields != 1 or start + length > end:
                break
            at = start + length
            rows.append(data[start:at])
        consumed = min(at, end)
        self._rest, self._at = data[consumed:], at - consumed
        return rows
