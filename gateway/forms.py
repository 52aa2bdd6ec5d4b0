"""Parameters with files among them, as TAP's clients send them: a query string, a form, or a form in parts."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from adapters.votable.parameters import join_repeated, single_values
from gateway.request import TooLarge, media_type, pairs
from planning.errors import BadInput

MULTIPART = "multipart/form-data"
MOST = 100
"""Fields of a form, and files."""


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A form, read: parameters by lower-case name, files by the name of their part."""

    parameters: dict[str, str]
    files: dict[str, BinaryIO]


@asynccontextmanager
async def form(
    request: Request, largest: int, largest_with_files: int, accumulating: Collection[str] = ()
) -> AsyncIterator[SubmittedForm]:
    """Read the parameters of a query string, a form, or a form in parts (multipart/form-data).

    Parameters
    ----------
    largest
        Bytes of a form without files, and of each parameter of one with files.
    largest_with_files
        Bytes of a form in parts.
    accumulating
        Parameters that may be repeated, in lower case: their values are joined by semicolons.

    Returns
    -------
    form
        Its files are on disk as soon as they are large, and are closed when the context is left.

    Raises
    ------
    GatewayError
        The form is too large or cannot be read, or a parameter is repeated.
    """
    parts = FormData()
    if request.method == "POST" and media_type(request) == MULTIPART:
        parts = await _parts(request, largest, largest_with_files)
        fields = ((name, value) for name, value in parts.multi_items() if isinstance(value, str))
        given = [*request.query_params.multi_items(), *fields]
    else:
        given = await pairs(request, largest)
    try:
        yield SubmittedForm(single_values(join_repeated(given, accumulating)), _files(parts))
    finally:
        await parts.close()


def _files(parts: FormData) -> dict[str, BinaryIO]:
    # A part without a file name is a parameter, but may well be the table that UPLOAD names.
    return {
        name: value.file if isinstance(value, UploadFile) else BytesIO(value.encode())
        for name, value in parts.multi_items()
    }


async def _parts(request: Request, largest: int, largest_with_files: int) -> FormData:
    bounded = _bounded(request, largest_with_files)
    parser = MultiPartParser(request.headers, bounded, max_files=MOST, max_fields=MOST, max_part_size=largest)
    try:
        return await parser.parse()
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError) as error:
        message = (
            f"The form cannot be read as {MULTIPART}: {getattr(error, 'message', 'its parts are not well-formed')}"
        )
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
        yield chunk
