"""Bodies and parameters of requests, within bounds, and work that ends when the client disconnects."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, Headers
from starlette.requests import Request

from adapters.votable.parameters import single_values
from gateway.accept import note_format
from gateway.content_coding import UnsupportedMedia, require_plain
from gateway.multipart import MULTIPART, TooLarge, read_parts
from hub.threads import compute
from planning.errors import BadInput, TooMuch

Result = TypeVar("Result")
MOST_FIELDS = 1000
"""Of a form or a query string; more only where each is a value of a list."""
MOST_PARTS = 5000
"""Of a form in parts, each of which takes ten times as long."""
LARGE, LONGEST_FIELD = 256_000, 10_000
"""Bytes of a form from which on its fields are to be short, and of such a field."""
LONG = 8_000
"""Bytes of a form from which on it is read in a thread."""


class ClientLeft(Exception):
    """The client closed the connection before its answer was ready."""


async def body(request: Request, largest: int) -> bytearray:
    """The body, of at most so many bytes; raises `TooLarge` without reading on, and `UnsupportedMedia`."""
    require_plain(request.headers)
    message = f"The body is larger than {largest} bytes"
    if int(request.headers.get("content-length") or 0) > largest:
        raise TooLarge(message)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > largest:
            raise TooLarge(message)
    return read


async def parameters(request: Request, largest: int) -> dict[str, str]:
    """Parameters that have one value each, by lower-case name; raises `GatewayError`."""
    return single_values(await pairs(request, largest))


async def pairs(request: Request, largest: int, most: int = MOST_FIELDS) -> list[tuple[str, str]]:
    """Parameters of the query string and, of POST, of the form after it, in order; raises `GatewayError`.

    The form, of at most `largest` bytes and `most` fields, may be in parts (DALI 1.2 section 3); files among them are
    passed over.
    """
    _require_few(request.scope["query_string"], MOST_FIELDS, "query string")
    given = request.query_params.multi_items()
    if request.method == "POST":
        given += await _posted(request, largest, most)
    if len(given) > MOST_FIELDS:
        await compute(note_format, request.scope, given)
    else:
        note_format(request.scope, given)
    return given


async def _posted(request: Request, largest: int, most: int) -> list[tuple[str, str]]:
    kind = media_type(request.headers)
    if kind == MULTIPART:
        parts = await read_parts(request, largest, min(most, MOST_PARTS), largest)
        await parts.close()
        return text_fields(parts)
    if kind not in ("application/x-www-form-urlencoded", ""):
        message = f"A form is wanted (application/x-www-form-urlencoded or {MULTIPART}), not {kind[:60]!r}"
        raise UnsupportedMedia(message)
    text = await body(request, largest)
    _require_few(text, most, "form")
    if len(text) > LARGE:
        _require_short(text)
    return _form(text) if len(text) < LONG else await compute(_form, text)


def text_fields(parts: FormData) -> list[tuple[str, str]]:
    """The parts of a form that are no files."""
    return [(name, value) for name, value in parts.multi_items() if isinstance(value, str)]


def media_type(headers: Headers) -> str:
    """The media type of the body, without its parameters, in lower case; empty where none is said."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _require_few(text: bytes | bytearray, most: int, what: str) -> None:
    """Raise `TooMuch` for text with more fields than are read."""
    found = text.count(b"&") + 1
    if found > most:
        message = f"The {what} has {found} fields where {most} are read: send fewer, or ask in several requests"
        raise TooMuch(message)


def _require_short(text: bytearray) -> None:
    """Raise `TooMuch` for a form with a field that is decoded in no short time."""
    longest = max(map(len, text.split(b"&")))
    if longest > LONGEST_FIELD:
        message = f"A field of the form has {longest} bytes where {LONGEST_FIELD} are read in a form of this size"
        raise TooMuch(message)


def _form(text: bytearray) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode(), keep_blank_values=True)
    except ValueError as error:
        message = "The form cannot be read: UTF-8 is wanted"
        raise BadInput(message) from error


async def until_disconnect(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work, and cancel it, with its SQL, when the client disconnects first, which raises `ClientLeft`."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientLeft
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)
        del working, leaving, task  # which hold the error whose traceback has this frame, and all that was sent


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
