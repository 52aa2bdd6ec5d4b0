"""From COPY text to TABLEDATA (VOTable 1.4 section 5.1), a block at a time; no cell becomes a Python object."""

from collections.abc import Sequence

from adapters.votable.lines import Lines
from planning.plan import Cell

LEGAL = bytes(ord("?") if code < 32 and code not in (9, 10) else code for code in range(256))
"""What XML 1.0 forbids (section 2.2) becomes `?`; COPY writes a carriage return as an escape."""
MARKUP = ((b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"))
ROWS = ((b"\t", b"</TD><TD>"), (b"\n", b"</TD></TR>\n<TR><TD>"))
ESCAPES = (
    (rb"\\", b"\0"),
    (rb"\t", b"\t"),
    (rb"\n", b"\n"),
    (rb"\r", b"&#13;"),
    (rb"\b", b"?"),
    (rb"\f", b"?"),
    (rb"\v", b"?"),
    (b"\0", b"\\"),
)
"""COPY's own. A doubled backslash waits as NUL, which no text of PostgreSQL holds, until the others are done."""
NONCHARACTERS = ((b"\xef\xbf\xbe", b"?"), (b"\xef\xbf\xbf", b"?"))
INFINITE = {b"Infinity": b"+Inf", b"-Infinity": b"-Inf"}


class Tabledata:
    """Lines of `COPY … (FORMAT text, NULL '')`, in blocks cut anywhere, to TR elements.

    NULL and the empty string are both an empty TD. Characters that XML cannot hold become `?`.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._floats = [index for index, cell in enumerate(cells) if cell.column.type.datatype in ("float", "double")]
        self._lines = Lines()

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""
        lines, count = self._lines.whole(block, room)
        return (self._elements(lines) if count and room else b""), count

    def end(self) -> bytes:
        """Write what remains after the last row: nothing."""
        return b""

    def _elements(self, lines: bytes) -> bytes:
        if b"Infinity" in lines:
            lines = b"\n".join([self._infinite(line) for line in lines.split(b"\n")])
        lines = _replaced(lines.translate(LEGAL), MARKUP + ROWS)
        # An escaped tab or newline becomes one only now, when it can no longer be taken for a separator.
        if b"\\" in lines:
            lines = _replaced(lines, ESCAPES)
        if b"\xef\xbf" in lines:
            lines = _replaced(lines, NONCHARACTERS)
        return b"<TR><TD>" + lines + b"</TD></TR>\n"

    def _infinite(self, line: bytes) -> bytes:
        if b"Infinity" not in line:
            return line
        values = line.split(b"\t")
        for index in self._floats:
            values[index] = INFINITE.get(values[index], values[index])
        return b"\t".join(values)


def _replaced(text: bytes, pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    for old, new in pairs:
        text = text.replace(old, new)
    return text
