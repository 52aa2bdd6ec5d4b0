"""From COPY binary to the base64 stream of BINARY2 (VOTable 1.4 section 5.4).

PostgreSQL made the rows (`rows.binary2_row`); here they only lose their frame.
"""

import base64
from struct import Struct

SIGNATURE = 19
"""Bytes before the first tuple, as PostgreSQL sends them: no OIDs, no extension (its manual, COPY, binary format)."""
FRAME = Struct(">hi")
"""Number of fields, here 1, and length of the first; the trailer has -1 for the number."""


class Binary2:
    """Tuples of one bytea, in blocks cut anywhere, to base64 text."""

    def __init__(self) -> None:
        self._rest = b""
        self._carry = b""
        self._at = SIGNATURE

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""
        rows = self._rows(self._rest + block)
        raw = self._carry + b"".join(rows[:room])
        whole = len(raw) // 3 * 3
        self._carry = raw[whole:]
        return base64.b64encode(raw[:whole]), len(rows)

    def end(self) -> bytes:
        """Write the last one or two bytes, since base64 goes by threes."""
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
        kept = min(at, end)
        self._rest, self._at = data[kept:], at - kept
        return rows
