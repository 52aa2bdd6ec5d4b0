"""`/docs`: the pages of `docs/`, as `make docs` builds them and the package ships them."""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
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


def mount(site: Path = SITE) -> Mount:
    """The pages at `/docs`; a sentence that says how to build them, where they are not."""
    if not (site / "index.html").exists():
        return Mount("/docs", Secured(PlainTextResponse(ABSENT, 404)))
    return Mount("/docs", Secured(StaticFiles(directory=site, html=True)))


DOOR = Door(endpoints=(mount(),), addresses=("/docs",))
