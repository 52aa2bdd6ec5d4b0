"""`/hips/{table}/…` and `/hipslist`: a HiPS as if it were a directory of files."""

from collections.abc import Hashable

from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from adapters.hips.coverage import hips_moc
from adapters.hips.density import density_image
from adapters.hips.parameters import MEDIA_TYPES, HipsRequest, Kind, parse_hips_path
from adapters.hips.properties import Survey, list_of_surveys, properties
from adapters.hips.tiles import metadata, tile
from adapters.votable.formats import VOTABLE
from gateway.addresses import base_url
from gateway.cacheable import CacheableResponse, declared
from gateway.request import until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import State, state_of
from hub.hips_tiles import Tiles
from hub.threads import in_thread
from planning.errors import NotFound
from planning.rights import HIDDEN
from schema.hips import progression
from schema.table import Table


async def hips(http: HttpRequest) -> Response:
    """A file of the HiPS of a table: its tiles are made when the first of them is asked for."""
    state, timing = state_of(http.scope), ServerTiming()
    request = parse_hips_path(state.catalog, http.path_params["table"], http.path_params["path"])
    timing.end("parse")
    if request.kind is Kind.METADATA:
        return declared(metadata(request.table, progression(request.table, HIDDEN)), VOTABLE)
    tiles = await until_disconnect(http, state.hips.of(request.table))
    timing.end("run")
    if request.kind is Kind.PROPERTIES:
        survey = _survey(http, state, request.table, density=request.density)
        return PlainTextResponse(properties(survey, tiles), headers=timing.headers)
    content = await _content(state, tiles, request)
    timing.end("write")
    media_type = MEDIA_TYPES.get(request.form, MEDIA_TYPES["fits"])
    return CacheableResponse(content, headers=timing.headers | {"Content-Type": media_type})


async def hips_list(http: HttpRequest) -> Response:
    """What HiPS there are; none is made for that."""
    state = state_of(http.scope)
    surveys = [
        _survey(http, state, table, density=density)
        for table in state.catalog.positioned.values()
        for density in (False, True)
    ]
    return PlainTextResponse(list_of_surveys(surveys))


def _survey(http: HttpRequest, state: State, table: Table, *, density: bool) -> Survey:
    base = base_url(http, state.settings)
    return Survey(table, density, state.settings.authority, base, state.hips.released(table))


async def _content(state: State, tiles: Tiles, request: HipsRequest) -> bytes:
    """A tile or the coverage; raises `NotFound` for a tile without rows."""
    if request.form == "tsv":
        return await in_thread(_rows, tiles, request)
    name: Hashable = (tiles, request)
    content = state.hips.written.get(name)
    if content is None:
        content = await in_thread(_image, tiles, request)
        if content is None:
            raise _no_rows(request)
        state.hips.written.put(name, content, len(content))
    return content


def _image(tiles: Tiles, request: HipsRequest) -> bytes | None:
    return hips_moc(request.table, tiles) if request.kind is Kind.MOC else density_image(tiles, request)


def _rows(tiles: Tiles, request: HipsRequest) -> bytes:
    rows = tiles.allsky(request.order) if request.kind is Kind.ALLSKY else tiles.tile(request.order, request.cell)
    if rows is None:
        raise _no_rows(request)
    return tile(rows, tiles.shape)


def _no_rows(request: HipsRequest) -> NotFound:
    message = f"No row of {request.table.qualified} is in tile {request.cell} of order {request.order}"
    return NotFound(message)
