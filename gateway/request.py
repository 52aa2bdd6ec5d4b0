"""Bodies and parameters of requests, within bounds, and work that ends when the client disconnects."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request

from adapters.votable.parameters import single_values
from planning.errors import BadInput, GatewayError

Result = TypeVar("Result")
MOST_FIELDS = 100_000
"""Of a form: pyvo sends an ID for each row of a table, all at once."""


class TooLarge(GatewayError):
    """The body is larger than is read."""

    code = "BODY_TOO_LARGE"
    status = 413


class UnsupportedMedia(GatewayError):
    """The body is in a format that is not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class ClientLeft(Exception):
    """The client closed the connection before its answer was ready."""


async def body(request: Request, largest: int) -> bytes:
    """The body, of at most so many bytes; raises `TooLarge` without reading on."""
    message = f"The body is larger than {largest} bytes"
    if int(request.headers.get("content-length") or 0) > largest:
        raise TooLarge(message)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > largest:
            raise TooLarge(message)
    return bytes(read)


async def parameters(request: Request, largest: int) -> dict[str, str]:
    """Parameters that have one value each, by lower-case name; raises `GatewayError`."""
    return single_values(await pairs(request, largest))


async def pairs(request: Request, largest: int) -> list[tuple[str, str]]:
    """Parameters of the query string and, of POST, of the form after it, in order; raises `GatewayError`."""
    given = request.query_params.multi_items()
    if request.method == "POST":
        kind = media_type(request)
        if kind not in ("application/x-www-form-urlencoded", ""):
            message = f"A form is wanted (application/x-www-form-urlencoded), not {kind[:60]!r}"
            raise UnsupportedMedia(message)
        given += _form(await body(request, largest))
    return given


def media_type(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _form(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        message = f"The form cannot be read: UTF-8 and at most {MOST_FIELDS} fields are wanted"
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


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
