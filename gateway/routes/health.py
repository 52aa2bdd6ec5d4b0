"""`/livez` and `/readyz` for process managers, `/health` in the Obs Portal's own words, for people as a page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from os import getpid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.door import Door, Endpoint
from gateway.language import language, page_response
from gateway.state import State, state_of
from gateway.tour import TourRequest
from schema.catalog import LOCAL, SOURCES
from schema.obsportal import TAGS

STARTED = datetime.now(UTC)
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept"}


async def livez(_request: Request) -> Response:
    """Whether the process runs: answering is enough."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> Response:
    """Whether it is worth sending requests: 200 if at least one source answers through the hub, else 503."""
    state = state_of(request.scope)
    sources = {name: "up" if state.hub.health.up(name) else "down" for name in SOURCES}
    ready = "up" in sources.values()
    content = {
        "status": "ready" if ready else "not ready",
        "hub": "up" if state.hub.health.hub_up else "down",
        "sources": sources,
    }
    return JSONResponse(content, 200 if ready else 503)


async def health(request: Request) -> Response:
    """The state of the gateway, without anything of where it runs; as a page where HTML is accepted."""
    state = state_of(request.scope)
    content = dict(_entries(state))
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(content, headers=HEADERS)
    from adapters.page.health import health_page

    response = page_response(request, health_page(content, _pools(state), datetime.now(UTC), language(request)))
    response.headers["Cache-Control"] = HEADERS["Cache-Control"]
    return response


def _pools(state: State) -> list[dict[str, Any]]:
    """Connections to databases, as numbers."""
    return [{"name": pool.name, "most": pool.largest, "open": pool.size, "used": pool.used} for pool in state.hub.use()]


def _entries(state: State) -> Iterator[tuple[str, Any]]:
    yield "Server start", _instant(STARTED)
    yield "Version", version("jmmc-gateway")
    if state.worker:
        yield "Worker", f"{state.worker.index + 1} of {state.worker.number} (process {getpid()}): the one that answers"
    for name, value in state.hub.health.part(TAGS) or ():
        yield f"DB Tag [{name}]", value
    if state.settings.variant:
        yield "Variant", state.settings.variant
    for pool in state.hub.use():
        # The words are those of SQLAlchemy's QueuePool.status(), which the Obs Portal shows.
        size = f"Pool size: {pool.largest} Connections in pool: {pool.idle}"
        taken = f"Current Overflow: {pool.size - pool.largest} Current Checked out connections: {pool.used}"
        yield f"DB connections ({pool.name})", f"{size} {taken}"
    yield "Refused by share", {name: share.refused for name, share in state.shared() if share.refused}
    if state.hub.left_out:
        yield "Published tables left out", f"{', '.join(state.hub.left_out)}: publish them under other names"
    yield "Subscriptions", state.subscriptions.number
    yield "Hub", "up" if state.hub.health.hub_up else "down"
    yield "Sources", {name: _source(state, name) for name in (*SOURCES, *LOCAL)}


def _source(state: State, name: str) -> dict[str, Any]:
    watch = state.hub.health
    up, version = watch.up(name), watch.version(name)
    content: dict[str, Any] = {"state": "up" if up else "down", "version": version}
    if up and version is None:
        content["no_version"] = watch.lacking(name)
    if name in LOCAL:
        return content
    pulse = watch.pulse(name)
    latency = None if pulse.latency is None else round(1000 * pulse.latency, 2)
    return content | {"since": _instant(datetime.fromtimestamp(pulse.since, UTC)), "latency_ms": latency}


def _instant(moment: datetime) -> str:
    return moment.isoformat(" ", "seconds")


DOOR = Door(
    endpoints=(Endpoint("/health", health), Endpoint("/livez", livez), Endpoint("/readyz", readyz)),
    addresses=("/health", "/livez", "/readyz"),
    tour=(
        TourRequest("health, in the Obs Portal's words", "/health", right=lambda text: "synchronize_end" in text),
        TourRequest("alive", "/livez", right=lambda text: "alive" in text),
        TourRequest("ready", "/readyz", right=lambda text: "down" not in text),
    ),
)
