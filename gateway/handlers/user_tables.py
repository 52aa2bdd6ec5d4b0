"""`/tap/user_tables`, `/tap/tables`, `/tap/load`, `/tap/permissions`: tables that who has logged in keeps here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.publishing.text_rows import rows_for
from adapters.publishing.user_table import (
    definition,
    open_rows,
    permission_lines,
    permissions,
    permissions_text,
    rows_of,
    user_table_name,
)
from adapters.tap.user_tables import readable_tables
from adapters.votable.bounds import Bounds
from gateway.addresses import base_url
from gateway.client import client_of
from gateway.content_coding import require_plain
from gateway.middleware.authentication import READING
from gateway.multipart import TooLarge
from gateway.request import body, media_type, pairs, until_disconnect
from gateway.routes.user_tables import require_account
from gateway.state import State, state_of
from hub.threads import in_thread
from hub.writer import Writers
from planning.asker import asker
from planning.errors import NotFound
from publishing import user_tables
from publishing.readable import readable_sources
from publishing.sharing import share, sharing
from schema.user_tables import NAME

XML = "text/xml"
UNKEPT = {"Cache-Control": "private, no-store"}
FORM = "application/x-www-form-urlencoded"
BLOCK = 1 << 16


async def table(http: Request) -> Response:
    """PUT makes a table, under a name that is not taken, DELETE removes it (as OpenCADC's youcat has it)."""
    require_account(http)
    if http.method == "DELETE":
        return await _removed(http)
    return await _made(http, replaces=False)


async def user_table(http: Request) -> Response:
    """GET describes a table of one's own, PUT makes it or takes its place, DELETE removes it (as DaCHS has it)."""
    require_account(http)
    if http.method == "DELETE":
        return await _removed(http)
    if http.method == "PUT":
        return await _made(http, replaces=True)
    from adapters.registry.tableset import table_document

    name = _name(http)
    own = [one for one in await readable_tables(state_of(http.scope).engine) if one.own and one.name == name]
    if not own:
        message = f"You have no table {NAME}.{name}"
        raise NotFound(message)
    return Response(await in_thread(table_document, own[0].described()), media_type=XML, headers=UNKEPT)


async def listed(http: Request) -> Response:
    """The tables of who asks, as the document of a schema."""
    require_account(http)
    from adapters.registry.tableset import tableset_document

    own = tuple(one for one in await readable_tables(state_of(http.scope).engine) if one.own)
    document = await in_thread(tableset_document, readable_sources(own), columns=True)
    return Response(document, media_type=XML, headers=UNKEPT)


async def load(http: Request) -> Response:
    """Add rows to a table: CSV or TSV, whose first line names the columns, or FITS."""
    require_account(http)
    state, name, login = state_of(http.scope), _name(http), asker().login
    kind, writers = media_type(http.headers), _writers(state)
    async with _sent(http) as file:
        async with writers.held() as writer:
            own = await user_tables.own_table(writer, login, name)
        rows = rows_for(own, await in_thread(open_rows, kind, file))
        loading = user_tables.load(writers, login, own, rows, state.settings.user_quota)
        count, revision = await until_disconnect(http, loading)
    return _changed(state, revision, f"{NAME}.{name} has {count} rows\n")


async def readers(http: Request) -> Response:
    """Whom a table is shared with; POST changes it, by lines of `key=value` or a form."""
    require_account(http)
    state, name, login = state_of(http.scope), _name(http), asker().login
    if http.method not in READING:
        largest = state.settings.max_body_bytes
        if media_type(http.headers) in (FORM, "multipart/form-data"):
            given = await pairs(http, largest)
        else:
            given = list(permission_lines((await body(http, largest)).decode("utf-8", "replace")))
        revision = await until_disconnect(http, share(_writers(state), login, name, permissions(given)))
        state.hub.health.written(NAME, str(revision))
    shared = await until_disconnect(http, sharing(state.hub, login, name))
    return PlainTextResponse(permissions_text(shared, login), headers=UNKEPT)


async def _made(http: Request, *, replaces: bool) -> Response:
    state, name, settings = state_of(http.scope), _name(http), state_of(http.scope).settings
    async with _sent(http) as file:
        defined = await definition(name, file, _blocks(file), Bounds(settings.max_upload_bytes, settings.max_user_rows))
        making = user_tables.create(
            _writers(state), asker().login, defined.draft, rows_of(defined), settings.user_quota, replaces=replaces
        )
        rows, revision = await until_disconnect(http, making)
    text = f"{NAME}.{name} has {rows} rows\n"
    return _changed(state, revision, text, 201, f"{base_url(http, settings)}/tap/user_tables/{name}")


async def _removed(http: Request) -> Response:
    state, name = state_of(http.scope), _name(http)
    removing = user_tables.remove(_writers(state), asker().login, name)
    return _changed(state, await until_disconnect(http, removing), f"{NAME}.{name} is removed\n")


def _changed(state: State, revision: int, text: str, status: int = 200, location: str = "") -> Response:
    """Answer for a change, after which no answer of before is taken for fresh."""
    state.hub.health.written(NAME, str(revision))
    return PlainTextResponse(text, status, headers=UNKEPT | ({"Location": location} if location else {}))


def _name(http: Request) -> str:
    return user_table_name(http.path_params["table"])


def _writers(state: State) -> Writers:
    if state.engine.writers is None:
        message = "No tables are kept here: this service has no place to put them"
        raise NotFound(message)
    return state.engine.writers


@asynccontextmanager
async def _sent(http: Request) -> AsyncIterator[BinaryIO]:
    """The body as a file: all of it is here before the hub hears of it, however slowly it comes.

    Raises `TooLarge`, `UnsupportedCoding`, and `ShareTaken` where the client has its share of uploads under way.
    """
    state = state_of(http.scope)
    require_plain(http.headers)
    largest, size = state.settings.max_upload_bytes, 0
    with state.shares.uploads.held(client_of(http.scope)), TemporaryFile() as file:
        async for block in http.stream():
            size += len(block)
            if size > largest:
                message = f"The body is larger than {largest} bytes"
                raise TooLarge(message)
            await in_thread(file.write, block)
        file.seek(0)
        yield file


async def _blocks(file: BinaryIO) -> AsyncIterator[bytes]:
    while block := await in_thread(file.read, BLOCK):
        yield block
