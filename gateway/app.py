"""The application: routes, middleware, and what lives as long as the process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from adapters.tap.answer import Engine
from gateway.commands.work import opened_desk, opened_engine
from gateway.documents import Documents, trusted
from gateway.doors import VO, door, listed
from gateway.errors import refusal
from gateway.freshness import fresh
from gateway.instruments import Instruments
from gateway.middleware.conditional import Conditional
from gateway.middleware.load import LoadLimit
from gateway.middleware.rate import RateLimit
from gateway.published import taking_up
from gateway.request import ClientLeft
from gateway.routes.datalink import ROUTES as DATALINK
from gateway.routes.getstar import getstar
from gateway.routes.graphiql import ASSETS
from gateway.routes.graphql import METHODS, graphql
from gateway.routes.health import health, livez, readyz
from gateway.routes.jobs import ROUTES as JOBS
from gateway.routes.moc import ROUTES as MOC
from gateway.routes.oai import ROUTES as OAI
from gateway.routes.oidb import oidb_search
from gateway.routes.sia import ROUTES as SIA
from gateway.routes.sockets import Sockets, socket
from gateway.routes.tap import ROUTES as TAP
from gateway.routes.vo import scs, search_votable
from gateway.routes.vosi import ROUTES as VOSI
from gateway.routes.xmatch import ROUTES as XMATCH
from gateway.settings import Settings
from gateway.state import State, state_of
from hub.coverage import Coverages
from hub.notifications import listen
from hub.rows import Hub, connect
from identity.loop import follow
from planning.errors import Internal, NotFound
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.streams import Subscriptions
from schema.catalog import SOURCES

if TYPE_CHECKING:
    from jobs.service import JobService

LOG = logging.getLogger(__name__)


def create_app(settings: Settings) -> Starlette:
    """Make the application; it connects to the hub when it starts and fails to start if it cannot."""
    instruments = Instruments(settings)
    return Starlette(
        routes=[
            Route("/", index),
            Route("/graphql", graphql, methods=METHODS),
            WebSocketRoute("/graphql", socket),
            Route("/scs/{table}", scs, methods=["GET", "POST"]),
            Route("/search.votable", search_votable, methods=["GET", "POST"]),
            *TAP,
            *VOSI,
            *JOBS,
            *SIA,
            *OAI,
            Route("/oidb/search", oidb_search, methods=["GET", "POST"]),
            *XMATCH,
            Route("/getstar", getstar, methods=["GET", "POST"]),
            *DATALINK,
            *MOC,
            Route("/health", health),
            Route("/livez", livez),
            Route("/readyz", readyz),
            *instruments.routes(),
            Mount("/static", StaticFiles(directory=ASSETS)),
        ],
        middleware=[
            *instruments.middleware(),
            Middleware(
                CORSMiddleware,
                allow_origins=settings.web_origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["*"],
                expose_headers=["ETag", "Location", "Retry-After", "Server-Timing", "X-Request-ID"],
            ),
            Middleware(RateLimit, rate=settings.rate, burst=settings.burst),
            Middleware(Conditional),
            Middleware(LoadLimit, largest=settings.max_requests),
        ],
        exception_handlers={
            ClientLeft: _nobody,
            ClientDisconnect: _nobody,
            404: _nowhere,
            405: _wrong_method,
            Exception: _mistake,
        },
        lifespan=lambda app: _lifespan(app, settings, instruments),
    )


async def index(request: Request) -> Response:
    """What doors there are, for people."""
    positioned = state_of(request.scope).catalog.positioned
    return PlainTextResponse("The JMMC gateway. Doors:\n" + "".join(f"  {door}\n" for door in listed(positioned)))


@asynccontextmanager
async def _lifespan(app: Starlette, settings: Settings, instruments: Instruments) -> AsyncIterator[None]:
    known = trusted(settings.documents)
    async with opened_engine(settings) as engine, opened_desk(settings, engine) as desk:
        app.state.gateway = state = _state(app, settings, engine, desk, known)
        instruments.begin(lambda: app.state.gateway)
        await engine.hub.health.settled()
        following = [*_following(settings, engine.hub), asyncio.create_task(taking_up(app))]
        try:
            yield
        finally:
            state.subscriptions.close()
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
            instruments.end()
            await state.coverages.stop()


def _state(
    app: Starlette, settings: Settings, engine: Engine, desk: "JobService | None", known: Mapping[str, str]
) -> State:
    hub = engine.hub
    coverages = Coverages(hub)
    if settings.figures:
        hub.row_counts.start()
        coverages.start()
    schema = assemble(hub.catalog)._schema  # noqa: SLF001 - graphql-core's schema has no other way out
    operations = Operations(schema, hub, settings.document_limits, settings.max_page, hub.catalog)
    for name, wrong in operations.trust(known).items():
        LOG.warning("the trusted document %s is not valid: %s", name, wrong)
    documents = Documents(known, settings.max_persisted_bytes, only=settings.documents_only)
    subscriptions = Subscriptions(lambda: app.state.gateway.operations, settings.max_subscriptions)
    sockets = Sockets(subscriptions, documents, settings)
    freshness = fresh(settings, hub, schema, documents)
    return State(settings, hub, engine, operations, freshness, documents, subscriptions, sockets, coverages, desk)


def _following(settings: Settings, hub: Hub) -> list[asyncio.Task[None]]:
    told = settings.sources.items()
    listening = [listen(SOURCES[name], partial(connect, dsn), hub.health) for name, dsn in told]
    if not settings.hub_writer:
        LOG.info("GATEWAY_HUB_WRITER is not set: this process does not identify what changes at the sources")
    identifying = [follow(settings.hub_writer, hub.health)] if settings.hub_writer else []
    return [asyncio.create_task(work) for work in (*listening, *identifying)]


async def _nobody(_request: Request, _error: Exception) -> Response:
    return Response(status_code=499)


async def _nowhere(request: Request, _error: Exception) -> Response:
    path = request.url.path
    message = f"There is nothing at {path[:60]!r}: / lists the doors"
    return refusal(path, NotFound(message)) if door(path) in VO else PlainTextResponse(message, 404)


async def _wrong_method(request: Request, error: Exception) -> Response:
    """OPTIONS is told what a door understands (RFC 9110 section 9.3.7), as is who uses another method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - told to mypy
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=error.headers)
    return PlainTextResponse(error.detail, error.status_code, error.headers)


async def _mistake(request: Request, _error: Exception) -> Response:
    # The server logs the error itself: Starlette raises it again once this is answered.
    return refusal(request.url.path, Internal("The gateway made a mistake; it has been logged"))
