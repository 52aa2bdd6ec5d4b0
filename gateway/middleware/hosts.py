"""The header Host, of which every request of HTTP/1.1 has one (RFC 9112 section 3.2): two could be read as either."""

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.door import Doors
from planning.errors import BadInput

HTTP_1_0 = "1.0"
"""The version of HTTP that may do without."""


class Hosts:
    """Middleware that refuses a request, or a WebSocket, with two of them or none."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        wrong = _wrong(scope) if scope["type"] in ("http", "websocket") else ""
        if not wrong:
            await self._app(scope, receive, send)
            return
        refusal = self._doors.refusal(scope, BadInput(wrong))
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(refusal)
        else:
            await refusal(scope, receive, send)


def _wrong(scope: Scope) -> str:
    number = sum(name == b"host" for name, _ in scope["headers"])
    if number > 1:
        return f"The request has {number} headers Host: one is wanted, so that all read the same"
    if not number and scope.get("http_version") != HTTP_1_0:
        return "The request has no header Host: HTTP/1.1 wants one, with the name that the gateway is asked by"
    return ""
