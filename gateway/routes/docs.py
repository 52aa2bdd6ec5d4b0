"""`/docs`: the pages of `docs/`, as `make docs` builds them and the package ships them."""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.door import Door

SITE = Path(__file__).parents[1] / "site"
ABSENT = (
    "The pages are not built: `make docs` in a checkout builds them. Until then they can be read in its folder docs/."
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""What a browser may do with the pages: nothing comes from elsewhere. The theme writes its colours into each page."""


class Secured:
    """Middleware that adds `HEADERS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"]).update(HEADERS)
            await send(message)

        await self._app(scope, receive, secured)


class Pages(StaticFiles):
    """Files, which send from a folder's name to the folder by a relative address, whatever this host is called."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; raises `HTTPException`."""
        response = await super().get_response(path, scope)
        return _to_folder(scope) if isinstance(response, RedirectResponse) else response


async def front(request: Request) -> Response:
    """Send from `/docs` to the folder."""
    return _to_folder(request.scope)


def _to_folder(scope: Scope) -> Response:
    return RedirectResponse(f"{scope['path'].rpartition('/')[2]}/")


def mount(site: Path = SITE) -> Mount:
    """The pages at `/docs`; a sentence that says how to build them, where they are not."""
    if not (site / "index.html").exists():
        return Mount("/docs", Secured(PlainTextResponse(ABSENT, 404)))
    return Mount("/docs", Secured(Pages(directory=site, html=True)))


DOOR = Door(endpoints=(Route("/docs", front), mount()), addresses=("/docs",))
