"""COPY text → TABLEDATA (VOTable 1.4 section 5.1) by bulk replacement; no cell becomes a Python object."""

from collections.abc import Sequence

from adapters.votable.delimited import INFINITE, real_columns
from adapters.votable.lines import Lines
from planning.plan import Cell

LEGAL = bytes(ord("?") if code < 32 and code not in (9, 10) else code for code in range(256))
"""Translation of bytes: what XML 1.0 forbids (section 2.2) becomes `?`. COPY escapes carriage returns."""
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
"""COPY's escapes (PostgreSQL manual, COPY, Text Format).

A doubled backslash waits as NUL, which no text of PostgreSQL contains, until the other escapes are replaced.
"""
NONCHARACTERS = ((b"\xef\xbf\xbe", b"?"), (b"\xef\xbf\xbf", b"?"))
"""U+FFFE and U+FFFF, which XML forbids."""


class Tabledata:
    r"""Converts `COPY … (FORMAT text, NULL '')`, in blocks cut anywhere, to TR elements.

    NULL and the empty string are both an empty TD. Characters that XML cannot hold become `?`.

    Examples
    --------
    A row (7, 'a<b', tab, 'c' in one text, NULL), where ⇥ is a tab byte and \t is COPY's two-character escape:

        COPY          7⇥a<b\tc⇥
        markup        7⇥a&lt;b\tc⇥
        separators    7</TD><TD>a&lt;b\tc</TD><TD>
        escapes       7</TD><TD>a&lt;b⇥c</TD><TD>
        written       <TR><TD>7</TD><TD>a&lt;b⇥c</TD><TD></TD></TR>

    The order matters: an escape that became a tab earlier would be taken for a separator.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._floats = real_columns(cells)
        self._lines = Lines()

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Convert the complete rows of this block, at most `room`; also return how many there were."""
        lines, count = self._lines.cut(block, room)
        return (self._row_elements(lines) if count and room else b""), count

    def end(self) -> bytes:
        """Nothing: the last row ended with a newline."""
        return b""

    def _row_elements(self, lines: bytes) -> bytes:
        if b"Infinity" in lines:
            lines = b"\n".join([self._with_infinities(line) for line in lines.split(b"\n")])
        lines = _replace_all(lines.translate(LEGAL), MARKUP + ROWS)
        # An escaped tab or newline becomes one only now, when it can no longer be taken for a separator.
        if b"\\" in lines:
            lines = _replace_all(lines, ESCAPES)
        if b"\xef\xbf" in lines:
            lines = _replace_all(lines, NONCHARACTERS)
        return b"<TR><TD>" + lines + b"</TD></TR>\n"

    def _with_infinities(self, line: bytes) -> bytes:
        if b"Infinity" not in line:
            return line
        values = line.split(b"\t")
        for index in self._floats:
            values[index] = INFINITE.get(values[index], values[index])
        return b"\t".join(values)


def _replace_all(text: bytes, pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    for old, new in pairs:
        text = text.replace(old, new)
    return text
