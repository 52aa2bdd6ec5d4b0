"""Pages of other origins may ask (CORS, Fetch standard): any of them, or those that are listed, with credentials.

Starlette's middleware does the work, but tells an origin that is not listed that credentials are allowed, and says that
answers vary by origin (`Vary: Origin`) where any is told the same.
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
EXPOSED = (
    "Accept-Ranges",
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Location",
    "Retry-After",
    "Server-Timing",
    "WWW-Authenticate",
    "X-Request-ID",
    "X-VO-Authenticated",
)
"""Headers of answers that a page may read beside those that it always may."""
ANY = "*"
ORIGIN = b"origin"
OF_ALLOWED = ("access-control-allow-credentials", "access-control-expose-headers")
"""Headers that are for origins which may ask."""


class CrossOrigin:
    """Middleware that lets pages of these origins ask; `*` among them stands for any, without credentials."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._listed = ANY not in origins
        self._plain = app
        self._app = CORSMiddleware(
            app,
            allow_origins=origins if self._listed else (ANY,),
            allow_methods=METHODS,
            allow_headers=(ANY,),
            allow_credentials=self._listed,
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._correct(MutableHeaders(raw=message["headers"]))
            await send(message)

        if not self._listed and not any(name == ORIGIN for name, _ in scope.get("headers", ())):
            await self._plain(scope, receive, send)  # of no page, and answers vary by no origin
        else:
            await self._app(scope, receive, sent if scope["type"] == "http" else send)

    def _correct(self, headers: MutableHeaders) -> None:
        if "access-control-allow-origin" not in headers:
            for name in OF_ALLOWED:
                del headers[name]
        if not self._listed:
            names = [name.strip() for name in headers.get("vary", "").split(",")]
            headers["Vary"] = ", ".join(name for name in names if name and name.lower() != "origin")
            if not headers["Vary"]:
                del headers["Vary"]
