"""Whole lines of COPY's text format, out of blocks cut anywhere."""


class Lines:
    """Lines of `COPY … (FORMAT text)`: a newline within a value is escaped, so each one ends a row."""

    def __init__(self) -> None:
        self._rest = b""

    def whole(self, block: bytes, room: int) -> tuple[bytes, int]:
        """At most `room` rows, without the newline of the last; and how many whole rows there were."""
        end = block.rfind(b"\n")
        if end < 0:
            self._rest += block
            return b"", 0
        lines, self._rest = self._rest + block[:end], block[end + 1 :]
        count = lines.count(b"\n") + 1
        if count > room:
            lines = b"\n".join(lines.split(b"\n", room)[:room])
        return lines, count
