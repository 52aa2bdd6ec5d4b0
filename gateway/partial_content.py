"""Responses of which a client may ask a part, by `Range` (RFC 9110 section 14), or only what it would be, by HEAD."""

import re
from collections.abc import AsyncIterator
from hashlib import blake2s

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.ranged import Ranged
from hub.threads import in_thread

BLOCK = 1 << 20
"""Bytes that are read and sent at a time."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Whole:
    """Bytes, to be read in parts."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """Number of them."""
        return len(self._content)

    @property
    def tag(self) -> str:
        """An ETag that differs with them."""
        return f'"{blake2s(self._content, digest_size=8).hexdigest()}"'

    def read(self, start: int, size: int) -> bytes:
        """At most so many of them."""
        return self._content[start : start + size]


def ranged_response(http: Request, content: Ranged, tag: str, headers: dict[str, str]) -> Response:
    """Answer with all of it or the part that is asked for; 304 to who has it, 412 to who wants another one.

    Parameters
    ----------
    tag
        Its ETag, in quotes; never that of two contents.
    headers
        Further ones, the media type among them.
    """
    headers = {"Cache-Control": "public, no-cache"} | headers | {"ETag": tag, "Accept-Ranges": "bytes"}
    wanted = http.headers.get("if-match")
    if wanted is not None and wanted.strip() != "*" and tag not in wanted:
        return Response(status_code=412, headers=headers)
    held = http.headers.get("if-none-match", "")
    if tag in held or held.strip() == "*":
        return Response(status_code=304, headers=headers)
    between = _asked(http, content.size, tag)
    if between is not None and between[0] >= between[1]:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{content.size}"})
    start, end = between or (0, content.size)
    headers["Content-Length"] = str(end - start)
    if between:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    status = 206 if between else 200
    if http.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(_read(content, start, end), status, headers)


def _asked(http: Request, size: int, tag: str) -> tuple[int, int] | None:
    """The first byte asked for and the one behind the last; None for all, as of several ranges at once."""
    found = _RANGE.fullmatch(http.headers.get("range", "").strip())
    if found is None or not any(found.groups()) or http.headers.get("if-range", tag) != tag:
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1 if last else size)


async def _read(content: Ranged, start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        block = await in_thread(content.read, start, min(BLOCK, end - start))
        yield block
        start += len(block)
