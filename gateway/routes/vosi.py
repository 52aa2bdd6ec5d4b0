"""What TAP says of itself: `/tap/capabilities`, `/tap/availability`, `/tap/tables`, `/tap/examples`.

Here, as at every door, what vo-models writes is imported with the first question for it: pydantic and its models take
20 MB and a third of a second.
"""

from asyncio import to_thread
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.registry.examples import examples_document as examples_page
from adapters.registry.service import Jobs, LanguageFunction, ServiceDescription
from adapters.votable.parameters import folded
from adql.checked.catalogue import Catalogue
from adql.checked.functions import USER_DEFINED
from gateway.addresses import base
from gateway.cacheable import declared
from gateway.errors import votable_refusal
from gateway.routes.health import STARTED
from gateway.state import State, state_of
from planning.errors import BadInput, GatewayError, NotFound
from schema import tap_schema
from schema.catalog import SOURCES, Catalog, suggestion

XML = "text/xml"
DETAILS = ("min", "max")
OTHERS = (
    ("SIA#query-2.0", "/sia", "Observations of all databases, by place, band, time and instrument"),
    ("DataLink#links-1.1", "/datalink/links", "Links of observations, stars and survey targets"),
)
"""Other protocols that are spoken here."""


async def capabilities(http: Request) -> Response:
    """What there is to be asked, and how."""
    from adapters.registry.capabilities import tap_capabilities as document

    state = state_of(http.scope)
    return declared(document(service(state, base(http, state.settings))), XML)


def service(state: State, address: str) -> ServiceDescription:
    """What is told of the gateway at this address."""
    told = state.settings
    functions = tuple(LanguageFunction(each.form, each.description) for each in USER_DEFINED)
    cones = (("ConeSearch", f"/scs/{name}", table.description) for name, table in state.catalog.positioned.items())
    kept = told.job_days * 86_400
    jobs = (
        Jobs((kept, kept), (told.job_seconds, told.job_seconds), told.max_upload_bytes, fetches=bool(told.upload_hosts))
        if told.hub_jobs
        else None
    )
    return ServiceDescription(address, (told.max_rows_default, told.max_rows), functions, (*OTHERS, *cones), jobs)


async def availability(http: Request) -> Response:
    """Whether it answers at the moment, and which database does not."""
    from adapters.registry.availability import availability_document as document

    state = state_of(http.scope)
    watch = state.hub.health
    up = [name for name in SOURCES if watch.up(name)]
    available = watch.hub_up and bool(up)
    since = max(STARTED, datetime.fromtimestamp(min((watch.pulse(name).since for name in up), default=0.0), UTC))
    told = document(since, _notes(state), available=available)
    return Response(told, media_type=XML, headers={"Cache-Control": "no-store"})


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
    try:
        told = folded(http.query_params.multi_items())
        detail = told.get("detail", "min" if told.get("only_tables") == "true" else "max").lower()
        if detail not in DETAILS:
            message = f"detail is {detail[:40]!r}: min or max is wanted"
            raise BadInput(message)
    except GatewayError as error:
        return votable_refusal(error)
    # Some 100 kB of XML take a tenth of a second, once.
    document = await to_thread(_tableset, state_of(http.scope).catalog, columns=detail == "max")
    return declared(document, XML)


async def table(http: Request) -> Response:
    """One table."""
    try:
        return declared(_table(state_of(http.scope).engine.catalogue, http.path_params["table"]), XML)
    except GatewayError as error:
        return votable_refusal(error)


async def examples(http: Request) -> Response:
    """Queries to begin with."""
    state = state_of(http.scope)
    return declared(examples_page(base(http, state.settings)), "application/xhtml+xml")


@lru_cache(maxsize=2)
def _tableset(catalog: Catalog, *, columns: bool) -> bytes:
    """The document of a catalogue's tables and TAP_SCHEMA's."""
    from adapters.registry import tableset

    held = (replace(source, tables=catalog.tables_of(source.name)) for source in catalog.sources)
    return tableset.tableset_document((*held, tap_schema.SOURCE), columns=columns)


def _table(catalogue: Catalogue, name: str) -> bytes:
    from adapters.registry import tableset

    found = catalogue.tables.get(name.lower().replace('"', ""))
    if found is None:
        message = f"There is no table {name[:60]!r}{suggestion(name, list(catalogue.tables))}"
        raise NotFound(message)
    return tableset.table_document(found)


async def tap(http: Request) -> Response:
    """Whoever looks for TAP with a browser finds the examples."""
    state = state_of(http.scope)
    return RedirectResponse(f"{base(http, state.settings)}/tap/examples", 303)


ROUTES = (
    Route("/tap", tap),
    *(
        Route(f"{prefix}{path}", handler)
        for prefix in ("/tap", "")  # pyvo's SIA2Service looks for capabilities beside the service
        for path, handler in (("/capabilities", capabilities), ("/availability", availability), ("/tables", tables))
    ),
    Route("/tap/tables/{table}", table),
    Route("/tap/examples", examples),
)
