"""UPLOAD (TAP 1.1 section 2.7.6): VOTables that come with a query become tables of it, `TAP_UPLOAD.name`."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO

from adapters.tap.elsewhere import allowed, fetched
from adapters.tap.parameters import UploadParameter
from adapters.votable.reader import Bounds, read_votable
from hub.uploads import drop, stage
from hub.writer import Writers
from planning.errors import BadInput, GatewayError
from schema.table import Table

SCHEMA = "TAP_UPLOAD"
BLOCK = 65536
"""Bytes of a file read at once."""


@dataclass(frozen=True, slots=True)
class Content:
    """What was uploaded under a name."""

    name: str
    blocks: AsyncIterable[bytes]
    """A VOTable, cut anywhere."""


def brought(
    uploads: Sequence[UploadParameter], files: Mapping[str, BinaryIO], hosts: frozenset[str] = frozenset()
) -> tuple[Content, ...]:
    """What UPLOAD names: parts of the request, or what is to be fetched from one of these hosts; raises `BadInput`."""
    return tuple(Content(upload.name, _blocks(upload, files, hosts)) for upload in uploads)


def _blocks(upload: UploadParameter, files: Mapping[str, BinaryIO], hosts: frozenset[str]) -> AsyncIterator[bytes]:
    if upload.part is not None:
        return _read(_part(upload, upload.part, files))
    if not allowed(upload.uri, hosts):
        message = (
            f"{SCHEMA}.{upload.name} is at {upload.uri[:60]!r}, which is not looked at: send it along, as param:part"
        )
        raise BadInput(message)
    return fetched(upload.uri)


def _part(upload: UploadParameter, part: str, files: Mapping[str, BinaryIO]) -> BinaryIO:
    if part not in files:
        message = f"{SCHEMA}.{upload.name} is to be the part {part[:60]!r}, which the request does not have"
        raise BadInput(message)
    return files[part]


async def _read(file: BinaryIO) -> AsyncIterator[bytes]:
    while block := file.read(BLOCK):
        yield block


@asynccontextmanager
async def staged(
    writers: Writers | None,
    contents: Sequence[Content],
    bounds: Bounds = Bounds(),  # noqa: B008 - frozen
) -> AsyncIterator[Mapping[str, Table]]:
    """What was uploaded as tables by their names (`TAP_UPLOAD.mine`), for `Catalogue.with_tables`, until this is left.

    Raises `GatewayError`; one that has no `writers` takes no uploads. `bounds` are those of each.
    """
    if contents and writers is None:
        message = "Nothing can be uploaded here: this service has no place to put it"
        raise BadInput(message)
    tables: dict[str, Table] = {}
    try:
        if writers:
            for content in contents:
                tables[f"{SCHEMA}.{content.name}"] = await _staged(writers, content, bounds)
        yield tables
    finally:
        if writers:
            for table in tables.values():
                await drop(writers, table)


async def _staged(writers: Writers, content: Content, bounds: Bounds) -> Table:
    try:
        reading = await read_votable(content.blocks, bounds)
        return await stage(writers, reading.heading.columns, reading.copy, reading.heading.description)
    except GatewayError as error:
        raise type(error)(f"{SCHEMA}.{content.name}: {error.message}", error.source, error.retry) from error
