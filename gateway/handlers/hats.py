"""`/hats/{table}/…`: a HATS collection as if it were a directory of files, each of one data version."""

import io
from collections.abc import AsyncGenerator

from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from adapters.hats.files import WRITERS, RowsFile, write_file
from adapters.hats.parameters import File, HatsRequest, Part, parse_hats_path
from adapters.hats.properties import Collection, collection_properties
from adapters.votable.formats import PARQUET
from adapters.votable.parameters import single_values
from gateway.addresses import base_url
from gateway.partial_content import Whole, ranged_response
from gateway.request import until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import State, state_of
from hub.modules import read_module
from hub.ranged import Ranged
from hub.spool import SpooledDocument
from hub.threads import in_thread
from planning.errors import NotFound

TEXT = "text/plain; charset=utf-8"
TYPES = {File.PROPERTIES: TEXT, File.PARTITIONS: "text/csv", File.MAP: "application/fits"}
"""Media types of files; all others are Parquet."""


async def hats(http: HttpRequest) -> Response:
    """A file of the collection of a table; the address says of which data version, and of no other is it given."""
    state, timing = state_of(http.scope), ServerTiming()
    given = single_values(http.query_params.multi_items())
    request = parse_hats_path(state.catalog, http.path_params["table"], http.path_params["path"], given)
    timing.end("parse")
    collection = await until_disconnect(http, _current(state, request))
    timing.end("plan")
    if request.part is None:
        content: Ranged = Whole(collection_properties(collection).encode())
    else:
        content = await until_disconnect(http, _content(state, collection, request))
        await _current(state, request)  # for what was read may be of another version than it was
    timing.end("write")
    media_type = TYPES.get(request.file, PARQUET.media_type)
    tag = content.tag if isinstance(content, Whole) else f'"{request.tag}"'
    return ranged_response(http, content, tag, timing.headers | {"Content-Type": media_type})


async def hats_list(http: HttpRequest) -> Response:
    """The addresses of all collections, a line each; none is made for that."""
    state = state_of(http.scope)
    base = base_url(http, state.settings)
    return PlainTextResponse("".join(f"{base}/hats/{name}\n" for name in state.catalog.positioned))


async def _current(state: State, request: HatsRequest) -> Collection:
    """The collection as it is now; raises `NotFound` where what is asked for is of another data version."""
    table = request.table
    tiling = await state.hats.current(table)
    if request.part and request.tag != tiling.tag:
        message = f"{table.qualified} has other rows by now: open its collection anew, /hats/{table.qualified}"
        raise NotFound(message)
    return Collection(table, tiling, state.settings.authority)


async def _content(state: State, collection: Collection, request: HatsRequest) -> Ranged:
    """What is in a file; raises `GatewayError`."""
    part, file = request.part, request.file
    assert part  # noqa: S101 - the collection itself has no other file
    if file in WRITERS:
        if file is File.SCHEMA:
            await read_module("adapters.hats.names")
        return Whole(await in_thread(write_file, collection, part, file))
    if file is File.ROWS:
        return await _rows(state, collection, part, request)
    names = await _names(state, collection)
    return names if file is File.NAMES else await _metadata(state, collection, names)


async def _rows(state: State, collection: Collection, part: Part, request: HatsRequest) -> SpooledDocument:
    number = collection.tiling.parts.number(request.order, request.cell)
    if number is None or (part is Part.MARGIN and not collection.tiling.margin_rows[number]):
        message = f"There is no partition {request.cell} of order {request.order}: partition_info.csv lists them"
        raise NotFound(message)
    file = RowsFile(part, number, request.columns, request.filters)
    key = (request.table, request.tag, file.key)
    return await state.spool.of(key, lambda: file.stream(state.hub, collection))


async def _names(state: State, collection: Collection) -> SpooledDocument:
    await read_module("adapters.hats.names")
    from adapters.hats.names import name_index

    table, tiling = collection.table, collection.tiling
    return await state.spool.of((table, File.NAMES, tiling.tag), lambda: name_index(state.hub, table, tiling))


async def _metadata(state: State, collection: Collection, names: SpooledDocument) -> SpooledDocument:
    from adapters.columnar.parquet import parquet_metadata

    async def written() -> AsyncGenerator[bytes, None]:
        whole = io.BytesIO(await in_thread(names.read, 0, names.size))
        yield await in_thread(parquet_metadata, [(File.NAMES.removeprefix("dataset/"), whole)])

    return await state.spool.of((collection.table, File.METADATA, collection.tiling.tag), written)
