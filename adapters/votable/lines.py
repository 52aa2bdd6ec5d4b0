"""Complete lines of COPY's text format, out of blocks cut anywhere."""


class Lines:
    """Cuts `COPY … (FORMAT text)` into rows: newlines within values are escaped, so each newline ends a row."""

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Return the complete rows so far, without the last newline, and how many there were.

        At most `room` rows are returned; the count includes those beyond.
        """
        end = block.rfind(b"\n")
        if end < 0:
            self._rest += block
            return b"", 0
        lines, self._rest = self._rest + block[:end], block[end + 1 :]
        count = lines.count(b"\n") + 1
        if count > room:
            lines = b"\n".join(lines.split(b"\n", room)[:room])
        return lines, count
