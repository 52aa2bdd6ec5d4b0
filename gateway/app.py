"""The application: routes, middleware, and what lives as long as the process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.page.built_files import documents
from adapters.tap.engine import Engine
from adapters.votable.listed_rows import listed_rows
from gateway.assistants import open_assistants
from gateway.client import Clients
from gateway.commands.work import open_engine, open_jobs
from gateway.documents import Documents, trusted
from gateway.door import Doors
from gateway.doors import DOORS
from gateway.freshness import fresh
from gateway.instruments import Instruments
from gateway.login.logins import Logins, open_logins
from gateway.middleware.authentication import Authentication
from gateway.middleware.body_deadline import BodyDeadline
from gateway.middleware.browser_limits import BrowserLimits
from gateway.middleware.compression import Compression
from gateway.middleware.conditional import Conditional
from gateway.middleware.cors import CrossOrigin
from gateway.middleware.hosts import Hosts
from gateway.middleware.load import LoadLimit
from gateway.middleware.rate import LocalMoments, Moments, RateLimit
from gateway.middleware.slashes import Slashes
from gateway.page_refusals import page_refusal
from gateway.published import taking_up
from gateway.refusals import BROWSER
from gateway.request import ClientLeft
from gateway.routes import login, soda
from gateway.routes.index import index
from gateway.routes.sockets import Sockets
from gateway.settings import Settings
from gateway.shares import Shares, shares
from gateway.state import State
from gateway.workers.siblings import Worker
from hub.coverage import Coverages
from hub.document_store import HubDocuments
from hub.ending import ended
from hub.figure_store import FigureStore
from hub.hats import HatsStore
from hub.hips import HipsStore
from hub.hub_figures import open_figure_store
from hub.notifications import listen
from hub.rows import Hub, listening
from hub.shared_health import SharedHealthMonitor
from hub.spool import Spool
from planning.errors import Internal, NotFound, WrongMethod
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.streams import Subscriptions
from schema.catalog import SOURCES

if TYPE_CHECKING:
    from jobs.service import JobService

LOG = logging.getLogger(__name__)
LOGIN_ENDED = "login ended"
"""What workers tell each other of a login of which a session or a token has ended."""


def create_app(settings: Settings, worker: Worker | None = None) -> Starlette:
    """Make the application; it connects to the hub when it starts, and fails to start if it cannot.

    `worker` is what this process is to others at the same port; None where it is alone.
    """
    instruments = Instruments(settings)
    doors = Doors(
        (
            *DOORS,
            *([login.DOOR] if settings.logs_in else []),
            *([soda.DOOR] if settings.oifits_url else []),
            *instruments.doors(),
        )
    )
    held = shares(settings)
    app = Starlette(
        routes=[Route("/", index), *doors.routes()],
        middleware=_middleware(settings, instruments, doors, held, worker.moments if worker else LocalMoments()),
        exception_handlers={
            ClientLeft: _client_left,
            ClientDisconnect: _client_left,
            404: _not_found,
            405: _wrong_method,
            Exception: _internal,
        },
        lifespan=lambda app: _lifespan(app, settings, instruments, held, worker),
    )
    app.router.redirect_slashes = False
    app.state.doors = doors
    return app


def _middleware(
    settings: Settings, instruments: Instruments, doors: Doors, held: Shares, moments: Moments
) -> list[Middleware]:
    """The outermost first."""
    largest = max(settings.max_body_bytes, settings.max_json_bytes)
    return [
        Middleware(Slashes, doors=doors),
        Middleware(BrowserLimits),
        Middleware(Clients),
        *instruments.middleware(doors.label),
        Middleware(CrossOrigin, origins=settings.web_origins),
        # The one that Starlette puts around all of these sends what no page of another origin may read.
        Middleware(ServerErrorMiddleware, handler=_internal),
        Middleware(RateLimit, doors=doors, rate=settings.rate, burst=settings.burst, moments=moments),
        Middleware(Hosts, doors=doors),
        *([Middleware(Authentication, doors=doors, settings=settings)] if settings.logs_in else []),
        Middleware(
            BodyDeadline,
            doors=doors,
            seconds=settings.body_seconds,
            largest=largest,
            largest_upload=settings.max_upload_bytes,
            share=held.bodies,
        ),
        Middleware(Conditional, doors=doors),
        *([Middleware(Compression)] if settings.compression else []),
        Middleware(LoadLimit, doors=doors, shares=held),
    ]


@asynccontextmanager
async def _lifespan(
    app: Starlette, settings: Settings, instruments: Instruments, held: Shares, worker: Worker | None
) -> AsyncIterator[None]:
    listed = trusted(settings.documents)
    async with (
        worker.opened() if worker else nullcontext(),
        open_figure_store(settings.hub_jobs) as figures,
        open_engine(settings, _shared_health(settings, worker)) as engine,
        open_logins(settings, engine.writers) as logins,
        open_jobs(settings, engine) as jobs,
        open_assistants(settings.max_json_bytes) as app.state.assistants,
    ):
        app.state.gateway = state = _state(app, settings, engine, logins, jobs, listed, held, worker, figures)
        instruments.begin(lambda: app.state.gateway, worker)
        if worker:
            if logins:
                worker.on(LOGIN_ENDED, logins.forget)
                logins.tell = partial(worker.tell, LOGIN_ENDED)
            worker.lead(partial(_leading, settings, engine.hub))
        await engine.hub.health.settled()
        following = [
            *([] if worker else _following(settings, engine.hub)),
            asyncio.create_task(taking_up(app)),
            asyncio.create_task(state.subscriptions.begin()),
        ]
        try:
            yield
        finally:
            if worker:
                await worker.resign()
            await state.subscriptions.stop()
            await ended(following)
            instruments.end()
            await state.coverages.stop()
            await state.hips.stop()
            await state.hats.stop()


def _state(  # noqa: PLR0913, PLR0917 - all that lives as long as the process
    app: Starlette,
    settings: Settings,
    engine: Engine,
    logins: Logins | None,
    jobs: "JobService | None",
    listed: Mapping[str, str],
    held: Shares,
    worker: Worker | None,
    figures: FigureStore,
) -> State:
    hub = engine.hub
    coverages = Coverages(hub)
    hub.row_counts.store = hub.extents.store = coverages.store = figures
    if settings.figures:
        hub.row_counts.start()
        hub.extents.start()
        coverages.start()
    schema = assemble(hub.catalog)._schema  # noqa: SLF001 - graphql-core's schema has no other way out
    operations = Operations(schema, hub, settings.document_limits, settings.max_page, hub.catalog)
    operations.read_table = listed_rows
    shipped = documents()
    operations.ship(shipped.values())
    for name, error in operations.trust(listed).items():
        LOG.warning("the trusted document %s is not valid: %s", name, error)
    room = settings.max_persisted_bytes * (worker.number if worker else 1)
    store = HubDocuments(engine.writers, room) if engine.writers else None
    persisted = Documents({**shipped, **listed}, settings.max_persisted_bytes, store, only=settings.documents_only)
    subscriptions = Subscriptions(lambda: app.state.gateway.operations, held.subscriptions, settings.hub_writer)
    sockets = Sockets(subscriptions, persisted, held.sockets, settings, logins)
    freshness = fresh(settings, hub, hub.catalog, persisted, worker)
    return State(
        settings,
        hub,
        engine,
        operations,
        freshness,
        persisted,
        subscriptions,
        sockets,
        coverages,
        HipsStore(hub),
        HatsStore(hub),
        Spool(),
        held,
        logins,
        jobs,
        worker,
    )


def _shared_health(settings: Settings, worker: Worker | None) -> SharedHealthMonitor | None:
    return SharedHealthMonitor(SOURCES, worker, settings.silence_seconds) if worker else None


async def _leading(settings: Settings, hub: Hub) -> None:
    """What one worker does for all, until cancelled: it watches, listens and identifies."""
    assert isinstance(hub.health, SharedHealthMonitor)  # noqa: S101 - a worker's is
    following = _following(settings, hub)
    try:
        await hub.health.lead()
    finally:
        await ended(following)


def _following(settings: Settings, hub: Hub) -> list[asyncio.Task[None]]:
    dsns = settings.sources.items()
    heard = [listen(SOURCES[name], partial(listening, dsn), hub.health) for name, dsn in dsns]
    return [asyncio.create_task(work) for work in (*heard, *_identifying(settings, hub))]


def _identifying(settings: Settings, hub: Hub) -> list[Coroutine[Any, Any, None]]:
    if not settings.hub_writer:
        LOG.info("GATEWAY_HUB_WRITER is not set: this process does not identify what changes at the sources")
        return []
    from gateway.oifits_index import follow_files
    from identity.loop import follow  # here, as jobs: those read it who identify

    indexing = [follow_files(settings, hub)] if settings.oifits_url else []
    return [follow(settings.hub_writer, hub.health), *indexing]


async def _client_left(_request: Request, _error: Exception) -> Response:
    return Response(status_code=499)


async def _not_found(request: Request, _error: Exception) -> Response:
    doors: Doors = request.app.state.doors
    path = request.url.path
    sent = unquote(request.scope.get("raw_path", path.encode()).decode("latin-1"))
    message = f"There is nothing at {sent[:60]!r}: / lists the doors"
    if doors.votable(path):
        return doors.refusal(request.scope, NotFound(message))
    if BROWSER in request.headers.get("accept", ""):
        return page_refusal(NotFound(message), request.scope)
    return PlainTextResponse(message, 404)


async def _wrong_method(request: Request, error: Exception) -> Response:
    """Name the methods that there are (Allow); to OPTIONS that is the answer (RFC 9110 section 9.3.7)."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for 405
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=error.headers)
    allowed = dict(error.headers or {}).get("Allow", "GET")
    doors: Doors = request.app.state.doors
    refused = doors.refusal(request.scope, WrongMethod(f"{request.method} is not taken here: use {allowed}"))
    refused.headers["Allow"] = allowed
    return refused


async def _internal(request: Request, _error: Exception) -> Response:
    # The server logs the error itself: Starlette raises it again once this is answered.
    doors: Doors = request.app.state.doors
    return doors.refusal(request.scope, Internal("The gateway made a mistake; it has been logged"))
