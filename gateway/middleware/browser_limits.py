"""Headers by which browsers take answers for what they are and nothing more, whichever door they come from."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.page_policy import HEADER, NOTHING

LIMITS = {HEADER: NOTHING, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""Of every answer that does not say otherwise: no script, no other type than is said, no address of ours in requests to
others, which may have a query in it."""


_RAW = tuple((name.lower().encode(), value.encode()) for name, value in LIMITS.items())


class BrowserLimits:
    """Middleware that adds `LIMITS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                said = {name for name, _ in headers}
                headers.extend(limit for limit in _RAW if limit[0] not in said)
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)
