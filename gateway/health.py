"""`/livez` and `/readyz`: what a process manager asks."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.state import State
from schema.catalog import SOURCES


async def livez(_request: Request) -> Response:
    """Whether the process runs: it does, if this is answered."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> Response:
    """Whether it is worth sending requests: 200 if at least one source answers through the hub, else 503."""
    state: State = request.app.state.gateway
    sources = {name: "up" if state.hub.watch.up(name) else "down" for name in SOURCES}
    ready = "up" in sources.values()
    told = {
        "status": "ready" if ready else "not ready",
        "hub": "up" if state.hub.watch.hub_up else "down",
        "sources": sources,
    }
    return JSONResponse(told, 200 if ready else 503)
