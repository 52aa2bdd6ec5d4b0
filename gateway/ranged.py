"""A file of a collection that is read over HTTP, a range at a time (RFC 9110 section 14)."""

import re
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request

from gateway.remote_uploads import OPENER, SILENCE
from planning.errors import NotFound, SourceUnavailable

AHEAD = 1 << 20
"""Bytes that are read at once: tables are read in blocks of this size, headers in smaller ones."""
TOTAL = re.compile(r"bytes \d+-\d+/(\d+)$")


@dataclass(slots=True)
class RangedFile:
    """A file at an address, of which the last range that was read is kept."""

    url: str
    size: int = 0
    _start: int = 0
    _kept: bytes = field(default=b"", repr=False)

    def read(self, start: int, size: int) -> bytes:
        """Exactly `size` bytes from `start` on; raises `SourceUnavailable` where there are fewer."""
        if not (self._start <= start and start + size <= self._start + len(self._kept)):
            self._kept, self._start = self._fetch(start, max(size, AHEAD)), start
        data = self._kept[start - self._start :][:size]
        if len(data) != size:
            message = "The file is shorter than its collection said"
            raise SourceUnavailable(message)
        return data

    def close(self) -> None:
        """Forget what was read."""
        self._kept = b""

    def _fetch(self, start: int, size: int) -> bytes:
        wanted = {
            "Range": f"bytes={start}-{start + size - 1}",
            "User-Agent": "JMMC-Gateway",
            "Accept-Encoding": "identity",
        }
        try:
            with OPENER.open(Request(self.url, headers=wanted), timeout=SILENCE) as answer:  # noqa: S310 - of the collection
                match = TOTAL.match(answer.headers.get("content-range", ""))
                if answer.status != 206 or not match:
                    message = "The collection of the file does not give ranges of it"
                    raise SourceUnavailable(message)
                self.size = int(match[1])
                data: bytes = answer.read(size)
                return data
        except (URLError, HTTPException, OSError, ValueError) as error:
            message = "The file cannot be read from its collection"
            raise SourceUnavailable(message) from error


def open_url(url: str) -> RangedFile:
    """Open a file at an address; raises `SourceUnavailable`, or `NotFound` where it is empty."""
    file = RangedFile(url)
    file._kept = file._fetch(0, AHEAD)  # noqa: SLF001 - which says its size
    if not file.size:
        message = "The file is empty"
        raise NotFound(message)
    return file
