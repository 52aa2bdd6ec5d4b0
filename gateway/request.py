"""Bodies and parameters of requests, within bounds, and work that ends when the client disconnects."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, Headers
from starlette.requests import Request

from adapters.votable.parameters import exact_values, single_values
from gateway.accept import note_format
from gateway.asked import note_given
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

UNWATCHED = 0.02
"""Seconds of work after which a client is looked after, in case it leaves."""


class ClientLeft(Exception):
    """The client closed the connection before its answer was ready."""


async def body(request: Request, largest: int, seen: Callable[[bytes], None] | None = None) -> bytearray:
    """The body, of at most so many bytes; raises `TooLarge` without reading on, and `UnsupportedMedia`.

    Each part of it is shown to `seen` as it comes.
    """
    require_plain(request.headers)
    message = f"The body is larger than {largest} bytes"
    if int(request.headers.get("content-length") or 0) > largest:
        raise TooLarge(message)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > largest:
            raise TooLarge(message)
        if seen:
            seen(chunk)
    return read


async def parameters(request: Request, largest: int) -> dict[str, str]:
    """Parameters that have one value each, by lower-case name; raises `GatewayError`."""
    return single_values(await pairs(request, largest))


def query_values(request: Request) -> dict[str, str]:
    """Parameters of the query string that have one value each, by their names; raises `BadInput`."""
    return exact_values(request.query_params.multi_items())


async def pairs(request: Request, largest: int, most: int = MOST_FIELDS) -> list[tuple[str, str]]:
    """Parameters of the query string and, of POST, of the form after it, in order; raises `GatewayError`.

    The form, of at most `largest` bytes and `most` fields, may be in parts (DALI 1.2 section 3); files among them are
    passed over.
    """
    _require_few(request.scope["query_string"], MOST_FIELDS, "query string")
    given = request.query_params.multi_items()
    if request.method == "POST":
        given += await _posted(request, largest, most)
        note_given(request.scope, given)
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
    """Do the work, and cancel it, with its SQL, when the client disconnects first, which raises `ClientLeft`.

    Most work is done before anybody looks: two tasks for each request take longer than a row by its key.
    """
    watch = _Watch(request)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.ended_it():
            raise ClientLeft from None
        raise
    finally:
        watch.end()


class _Watch:
    """Cancels the task at hand when its client disconnects, for which it looks from `UNWATCHED` seconds on."""

    def __init__(self, request: Request) -> None:
        self._request = request
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a request is answered in one
        self._task = task
        self._cancelled = False
        self._looking: asyncio.Task[None] | None = None
        self._begin = asyncio.get_running_loop().call_later(UNWATCHED, self._look)

    def _look(self) -> None:
        self._looking = asyncio.create_task(self._cancel_at_disconnect())

    async def _cancel_at_disconnect(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._cancelled = self._task.cancel()

    def ended_it(self) -> bool:
        """Whether it is this that has cancelled the task, and nobody else has: the task then goes on."""
        return self._cancelled and not self._task.uncancel()

    def end(self) -> None:
        """Look no longer."""
        self._begin.cancel()
        if self._looking:
            self._looking.cancel()
