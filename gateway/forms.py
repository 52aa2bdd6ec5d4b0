"""Parameters with files among them, as TAP's clients send them: a query string, a form, or a form in parts."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from adapters.votable.parameters import join_repeated, single_values
from gateway.accept import note_format
from gateway.asked import note_given
from gateway.client import client_of
from gateway.multipart import MULTIPART, read_parts
from gateway.request import media_type, pairs, text_fields
from gateway.state import state_of

MOST_FIELDS = 100
"""Of a form that may have files."""


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
        The form is too large or cannot be read, a parameter is repeated, or the client has its share of uploads under
        way.
    """
    if request.method != "POST" or media_type(request.headers) != MULTIPART:
        given = await pairs(request, largest)
        yield SubmittedForm(single_values(join_repeated(given, accumulating)), {})
        return
    with state_of(request.scope).shares.uploads.held(client_of(request.scope)):
        parts = await read_parts(request, largest_with_files, MOST_FIELDS, largest)
        given = [*request.query_params.multi_items(), *text_fields(parts)]
        note_format(request.scope, given)
        note_given(request.scope, given)
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
