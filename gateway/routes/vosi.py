"""VOSI 1.1 of TAP (`/tap/capabilities`, `/tap/availability`, `/tap/tables`), of other services, and `/tap/examples`.

Here, as at every door, vo-models is imported by the first request that needs it: pydantic and its models take 20 MB and
a third of a second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.registry.examples import examples_document
from adapters.registry.service import Jobs, LanguageFunction, ServiceDescription, each_collection, each_service
from adapters.votable.parameters import single_values
from adql.checked.catalogue import Catalogue
from adql.checked.functions import LISTED
from gateway.addresses import base_url
from gateway.cacheable import declared
from gateway.door import Doors, Endpoint
from gateway.login.challenges import security_methods
from gateway.routes.health import STARTED
from gateway.settings import Settings
from gateway.state import State, state_of
from hub.modules import read_module
from hub.threads import compute, in_thread
from planning.errors import BadInput, NotFound
from schema import aliases, tap_schema
from schema.catalog import SOURCES, Catalog, suggestion

if TYPE_CHECKING:
    from publishing.readable import ReadableTable

XML = "text/xml"
DETAILS = ("min", "max")


def beside(path: str, document: Callable[[str, Sequence[str]], bytes]) -> tuple[Endpoint, ...]:
    """VOSI of a service with a path of its own.

    `document` makes the document of its capabilities from the public address of the gateway, and the identifiers of the
    ways to log in.
    """

    async def own_capabilities(http: Request) -> Response:
        settings = state_of(http.scope).settings
        return declared(await compute(document, base_url(http, settings), security_methods(settings)), XML)

    return Endpoint(f"{path}/capabilities", own_capabilities), Endpoint(f"{path}/availability", availability)


async def capabilities(http: Request) -> Response:
    """The capabilities of TAP and, after them, of all other services."""
    await read_module("adapters.registry.capabilities")
    from adapters.registry.capabilities import tap_capabilities

    return declared(tap_capabilities(service(http)), XML)


def service(http: Request) -> ServiceDescription:
    """The gateway as its documents describe it, at the address that the request calls it by."""
    state = state_of(http.scope)
    doors: Doors = http.app.state.doors
    settings = state.settings
    return ServiceDescription(
        base_url(http, settings),
        (settings.max_rows_default, settings.max_rows),
        tuple(LanguageFunction(function.form, function.description) for function in LISTED),
        tuple(each_service(doors.services, state.catalog.positioned.values())),
        _jobs(settings) if settings.hub_jobs else None,
        security_methods(settings),
        tuple(each_collection(state.catalog)),
    )


def _jobs(settings: Settings) -> Jobs:
    retention, duration = settings.job_days * 86_400, settings.job_seconds
    fetches = bool(settings.upload_hosts)
    return Jobs((retention, retention), (duration, duration), settings.max_upload_bytes, fetches=fetches)


async def availability(http: Request) -> Response:
    """Whether the gateway can answer queries, and which database does not answer."""
    await read_module("adapters.registry.availability")
    from adapters.registry.availability import availability_document

    state = state_of(http.scope)
    watch = state.hub.health
    up = [name for name in SOURCES if watch.up(name)]
    available = watch.hub_up and bool(up)
    since = max(STARTED, datetime.fromtimestamp(min((watch.pulse(name).since for name in up), default=0.0), UTC))
    content = availability_document(since, _notes(state), available=available)
    return Response(content, media_type=XML, headers={"Cache-Control": "no-store"})


def _notes(state: State) -> Iterator[str]:
    watch = state.hub.health
    if not watch.hub_up:
        yield "The gateway's own database does not answer"
        return
    for name, source in SOURCES.items():
        if not watch.up(name):
            since = datetime.fromtimestamp(watch.pulse(name).since, UTC).isoformat(" ", "seconds")
            yield f"{source.title} does not answer since {since}: queries of {name} are refused until it does"


async def tables(http: Request) -> Response:
    """The tables; `detail=min` leaves their columns out, which TapPlus of ESA says as `only_tables=true`."""
    given = single_values(http.query_params.multi_items())
    detail = given.get("detail", "min" if given.get("only_tables") == "true" else "max").lower()
    if detail not in DETAILS:
        message = f"detail is {detail[:40]!r}: min or max is wanted"
        raise BadInput(message)
    state = state_of(http.scope)
    kept = await _readable(state)
    # Some 100 kB of XML take a tenth of a second, once.
    document = await in_thread(_tableset, state.catalog, kept, columns=detail == "max")
    return declared(document, XML)


async def table(http: Request) -> Response:
    """One table."""
    state, name = state_of(http.scope), http.path_params["table"]
    kept = {name: one for one in await _readable(state) for name in one.names}
    if name.lower() in kept:
        from adapters.registry.tableset import table_document

        return declared(await in_thread(table_document, kept[name.lower()].described()), XML)
    return declared(await in_thread(_table, state.engine.catalogue, name, tuple(kept)), XML)


async def examples(http: Request) -> Response:
    """The page of examples of ADQL."""
    state = state_of(http.scope)
    return declared(examples_document(base_url(http, state.settings)), "application/xhtml+xml")


async def _readable(state: State) -> "tuple[ReadableTable, ...]":
    """The tables of people that whoever asks may read."""
    await read_module("adapters.tap.user_tables")
    from adapters.tap.user_tables import readable_tables

    return await readable_tables(state.engine)


@lru_cache(maxsize=8)
def _tableset(catalog: Catalog, kept: "tuple[ReadableTable, ...]", *, columns: bool) -> bytes:
    """The document of a catalogue's tables, of aliases, of TAP_SCHEMA's, and of tables of people."""
    from adapters.registry.tableset import tableset_document
    from publishing.readable import readable_sources

    sources = (replace(source, declared=catalog.tables_in(source.name)) for source in catalog.sources)
    further = readable_sources(kept)
    return tableset_document((*sources, aliases.SOURCE, tap_schema.SOURCE, *further), columns=columns)


def _table(catalogue: Catalogue, name: str, kept: Sequence[str]) -> bytes:
    from adapters.registry.tableset import table_document

    named = {known.lower(): table for known, table in catalogue.tables.items()}
    table = named.get(name.lower().replace('"', ""))
    if table is None:
        message = f"There is no table {name[:60]!r}{suggestion(name, [*catalogue.tables, *kept])}"
        raise NotFound(message)
    return table_document(table)


async def tap(http: Request) -> Response:
    """Send a browser to the examples."""
    state = state_of(http.scope)
    return RedirectResponse(f"{base_url(http, state.settings)}/tap/examples", 303)


ENDPOINTS = (
    Endpoint("/tap", tap),
    *(
        Endpoint(f"{prefix}{path}", handler)
        for prefix in ("/tap", "")  # pyvo's SIA2Service looks for capabilities beside the service
        for path, handler in (("/capabilities", capabilities), ("/availability", availability), ("/tables", tables))
    ),
    Endpoint("/tap/tables/{table:path}", table),
    Endpoint("/tap/examples", examples),
)
