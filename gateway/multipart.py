"""Forms in parts (multipart/form-data, RFC 7578), within bounds."""

import asyncio
from collections.abc import AsyncGenerator

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from gateway.content_coding import require_plain
from planning.errors import BadInput, GatewayError

MULTIPART = "multipart/form-data"
MOST_FILES = 100
BLOCK = 16_384
"""Bytes that are parsed in one go: of small parts it reads some thousand a second."""


class TooLarge(GatewayError):
    """The body is larger than is read."""

    code = "BODY_TOO_LARGE"
    status = 413


async def read_parts(request: Request, largest: int, most_fields: int, largest_field: int) -> FormData:
    """Read a form in parts, whose files are on disk as soon as they are large; the caller closes it.

    Parameters
    ----------
    largest
        Bytes of the form.
    most_fields
        Parts that are no files.
    largest_field
        Bytes of each of them.

    Raises
    ------
    TooLarge, BadInput, UnsupportedMedia
        It is larger, cannot be read, or is compressed.
    """
    require_plain(request.headers)
    bounded = _bounded(request, largest)
    parser = MultiPartParser(
        request.headers, bounded, max_files=MOST_FILES, max_fields=most_fields, max_part_size=largest_field
    )
    try:
        return await parser.parse()
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError) as error:
        reason = getattr(error, "message", "its parts are not well-formed")
        message = f"The form cannot be read as {MULTIPART}: {reason}"
        raise BadInput(message) from error


async def _bounded(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    message = f"The request is larger than {largest} bytes"
    if int(request.headers.get("content-length") or 0) > largest:
        raise TooLarge(message)
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > largest:
            raise TooLarge(message)
        for start in range(0, len(chunk), BLOCK):
            yield chunk[start : start + BLOCK]
            await asyncio.sleep(0)
