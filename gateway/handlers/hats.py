"""`/hats/{table}/…`: a HATS collection as if it were a directory of files, each of one data version."""

import io
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.hats import rows
from adapters.hats.maps import density_map
from adapters.hats.parameters import File, HatsRequest, Part, parse_hats_path
from adapters.hats.properties import Collection, catalogue_properties, collection_properties, partition_info
from adapters.votable.formats import PARQUET
from adapters.votable.parameters import single_values
from gateway.ranges import Ranged, Whole, ranged_response
from gateway.request import until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import State, state_of
from hub.modules import read_module
from hub.spool import SpooledDocument
from hub.threads import in_thread
from planning.errors import NotFound
from planning.rights import HIDDEN
from schema.hats import hats_columns

TEXT = "text/plain; charset=utf-8"
TYPES = {File.PROPERTIES: TEXT, File.PARTITIONS: "text/csv", File.MAP: "application/fits"}
"""Media types of files; all others are Parquet."""


async def hats(http: HttpRequest) -> Response:
    """A file of the collection of a table; the address says of which data version, and of no other is it given."""
    state, timing = state_of(http.scope), ServerTiming()
    given = single_values(http.query_params.multi_items())
    request = parse_hats_path(state.catalog, http.path_params["table"], http.path_params["path"], given)
    timing.end("parse")
    tiling = await until_disconnect(http, state.hats.current(request.table))
    collection = Collection(request.table, tiling, state.settings.authority)
    timing.end("plan")
    if request.part is None:
        return _answered(http, Whole(collection_properties(collection).encode()), TEXT, timing)
    _require_version(collection, request)
    content = await until_disconnect(http, _Files(state, collection, request).content())
    _require_version(Collection(request.table, await state.hats.current(request.table), ""), request)
    timing.end("write")
    return _answered(http, content, TYPES.get(request.file, PARQUET.media_type), timing)


def _answered(http: HttpRequest, content: Ranged, media_type: str, timing: ServerTiming) -> Response:
    # An address has one content at most, whoever is asked.
    tag = content.tag if isinstance(content, Whole) else f'"{http.path_params["path"].partition("/")[0]}"'
    return ranged_response(http, content, tag, timing.headers | {"Content-Type": media_type})


def _require_version(collection: Collection, request: HatsRequest) -> None:
    """Raise `NotFound` for a file of another data version than there is now."""
    if request.tag != collection.tiling.tag:
        name = collection.table.qualified
        message = f"{name} has other rows by now: open the collection /hats/{name} again"
        raise NotFound(message)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a collection, of which one is asked for."""

    state: State
    collection: Collection
    request: HatsRequest

    async def content(self) -> Ranged:
        """What is in the file; raises `GatewayError`."""
        request, collection, part = self.request, self.collection, self.request.part
        assert part  # noqa: S101 - the collection itself has no other file
        match request.file:
            case File.PROPERTIES:
                return Whole(catalogue_properties(collection, part).encode())
            case File.PARTITIONS:
                return Whole(partition_info(collection, part).encode())
            case File.MAP:
                return Whole(await in_thread(density_map, collection.tiling))
            case File.SCHEMA:
                return Whole(await self._schema())
            case File.ROWS:
                return await self._rows()
            case File.NAMES:
                return await self._names()
            case File.METADATA:
                return Whole(await self._metadata())

    async def _rows(self) -> SpooledDocument:
        request = self.request
        number = self.collection.tiling.parts.number(request.order, request.cell)
        if number is None or (request.part is Part.MARGIN and not self.collection.tiling.margin_rows[number]):
            message = f"There is no partition {request.cell} of order {request.order}: partition_info.csv lists them"
            raise NotFound(message)
        names = tuple(column.name for column in request.columns)
        filters = request.filters.conditions, repr(request.filters.values)
        key = (request.table, request.part, request.tag, number, names, filters)
        return await self.state.spool.of(key, lambda: self._written(number))

    def _written(self, number: int) -> AsyncGenerator[bytes, None]:
        request, hub = self.request, self.state.hub
        head = rows.head(request.table, request.columns, self.collection.authority)
        if request.part is Part.MARGIN:
            return rows.margin(hub, head, self.collection.tiling, number, request.filters)
        return rows.partition(hub, head, request.order, request.cell, request.filters)

    async def _schema(self) -> bytes:
        await read_module("adapters.hats.names")
        from adapters.columnar.parquet import parquet_schema
        from adapters.hats.names import index_schema

        table = self.request.table
        if self.request.part is Part.INDEX:
            return await in_thread(index_schema, table)
        return await in_thread(parquet_schema, rows.head(table, hats_columns(table, HIDDEN), self.collection.authority))

    async def _names(self) -> SpooledDocument:
        await read_module("adapters.hats.names")
        from adapters.hats.names import name_index

        table, tiling = self.request.table, self.collection.tiling
        key = (table, Part.INDEX, tiling.tag)
        return await self.state.spool.of(key, lambda: name_index(self.state.hub, table, tiling))

    async def _metadata(self) -> bytes:
        names = await self._names()
        from adapters.columnar.parquet import parquet_metadata

        whole = await in_thread(names.read, 0, names.size)
        path = File.NAMES.removeprefix("dataset/")
        return await in_thread(parquet_metadata, [(path, io.BytesIO(whole))])
