"""Load the VOTables of UPLOAD (TAP 1.1 section 2.7.6) as tables `TAP_UPLOAD.name` of a query."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO

from adapters.tap.engine import Fetch, fetch_nothing
from adapters.tap.parameters import UploadParameter
from adapters.votable.bounds import Bounds
from adapters.votable.reader import read_votable
from hub.uploads import staged
from hub.writer import Writers
from planning.errors import BadInput, GatewayError
from schema.table import Table

SCHEMA = "TAP_UPLOAD"
BLOCK = 65536
"""Bytes read at once."""


@dataclass(frozen=True, slots=True)
class Content:
    """An uploaded table, unread."""

    name: str
    blocks: AsyncIterable[bytes]
    """Its VOTable, in blocks cut anywhere."""


def upload_contents(
    uploads: Sequence[UploadParameter], files: Mapping[str, BinaryIO], fetch: Fetch = fetch_nothing
) -> tuple[Content, ...]:
    """Locate the tables of UPLOAD without reading them.

    Parameters
    ----------
    files
        Parts of the multipart request by name; the caller closes them after the query.
    fetch
        For URIs other than `param:`.

    Raises
    ------
    BadInput
        A part is missing, or an address must not be fetched.
    """
    return tuple(Content(upload.name, _blocks(upload, files, fetch)) for upload in uploads)


def _blocks(upload: UploadParameter, files: Mapping[str, BinaryIO], fetch: Fetch) -> AsyncIterator[bytes]:
    if upload.part is not None:
        return _read(_part(upload, upload.part, files))
    blocks = fetch(upload.uri)
    if blocks is None:
        message = (
            f"{SCHEMA}.{upload.name} is at {upload.uri[:60]!r}, which is not looked at: send it along, as param:part"
        )
        raise BadInput(message)
    return blocks


def _part(upload: UploadParameter, part_name: str, files: Mapping[str, BinaryIO]) -> BinaryIO:
    if part_name not in files:
        message = f"{SCHEMA}.{upload.name} is to be the part {part_name[:60]!r}, which the request does not have"
        raise BadInput(message)
    return files[part_name]


async def _read(file: BinaryIO) -> AsyncIterator[bytes]:
    file.seek(0)  # several tables of UPLOAD may be the same part
    while block := file.read(BLOCK):
        yield block


@asynccontextmanager
async def staged_uploads(
    writers: Writers | None,
    contents: Sequence[Content],
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
) -> AsyncIterator[Mapping[str, Table]]:
    """Load the uploads into tables of the hub, which are dropped when the context is left.

    Parameters
    ----------
    writers
        Connections that may write; None where uploads are not taken.
    bounds
        The largest upload that is read, of each.

    Returns
    -------
    tables
        By their names in a query (`TAP_UPLOAD.mine`), for `Catalogue.with_tables`.

    Raises
    ------
    GatewayError
        A document cannot be read, is too large, or could not be fetched; the message begins with the table's name.
    """
    if contents and writers is None:
        message = "Nothing can be uploaded here: this service has no place to put it"
        raise BadInput(message)
    async with AsyncExitStack() as stack:
        tables: dict[str, Table] = {}
        if writers:
            for content in contents:
                tables[f"{SCHEMA}.{content.name}"] = await _staged(stack, writers, content, bounds)
        yield tables


async def _staged(stack: AsyncExitStack, writers: Writers, content: Content, bounds: Bounds) -> Table:
    try:
        reading = await read_votable(content.blocks, bounds)
        heading = reading.heading
        return await stack.enter_async_context(staged(writers, heading.columns, reading.copy, heading.description))
    except GatewayError as error:
        raise type(error)(f"{SCHEMA}.{content.name}: {error.message}", error.source, error.retry) from error
