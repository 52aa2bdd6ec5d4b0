"""Answers to GET and HEAD that a client may keep: 304 where it holds them still, else ETag and Cache-Control.

GraphQL in JSON knows by itself what it may say of an answer; at all other doors it is said here, of what touched a
source (`hub.dependencies`): a table, links of records, a document of declarations. What touched none is not kept.
"""

from collections.abc import Set as AbstractSet
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.accept import JsonFormat, accepted
from gateway.door import Doors
from gateway.freshness import UNKEPT, Freshness, Key, address, key
from hub.dependencies import UNKNOWN, touching

GRAPHQL = "/graphql"


class Conditional:
    """Middleware that answers 304 before anything else looks at a request."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        name = self._key(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if name is None:
            await self._app(scope, receive, send)
            return
        freshness: Freshness = scope["app"].state.gateway.freshness
        held = Headers(scope=scope).get("if-none-match")
        unchanged = freshness.unchanged(name, held) if held else None
        if unchanged:
            await unchanged(scope, receive, send)
            return
        with touching() as touched:
            await self._app(scope, receive, Keeping(freshness, name, touched, send))

    def _key(self, scope: Scope) -> Key | None:
        """What the answer to a request is remembered by; None for one of which nothing is said here."""
        accept = Headers(scope=scope).get("accept")
        if self._doors.votable(scope["path"]):
            return _table_key(scope, accept)
        if scope["path"] != GRAPHQL:
            return None
        form = accepted(accept)
        return key(scope, form) if isinstance(form, JsonFormat) else _table_key(scope, accept)


class Keeping:
    """Sends an answer on, and says with its first bytes how it may be kept."""

    def __init__(self, freshness: Freshness, name: Key, touched: AbstractSet[str], send: Send) -> None:
        self._freshness, self._name, self._touched, self._send = freshness, name, touched, send
        self._versions = freshness.versions()
        self._start: Message | None = None
        self._number: str | None = None
        """Of an answer that has a tag."""

    async def __call__(self, message: Message) -> None:  # noqa: D102 - ASGI
        if message["type"] == "http.response.start" and _open(message):
            self._start = message
            return
        if message["type"] == "http.response.body":
            ended = not message.get("more_body")
            if self._start:
                await self._send(self._told(self._start, ended=ended))
                self._start = None
            if ended and self._number is not None and UNKNOWN not in self._touched:
                self._freshness.remember(self._name, self._touched, self._number)
        await self._send(message)

    def _told(self, start: Message, *, ended: bool) -> Message:
        number = "" if ended else token_hex(8)
        told = self._freshness.headers(self._name, self._touched, self._versions, number) if self._touched else UNKEPT
        self._number = number if "ETag" in told else None
        headers = MutableHeaders(raw=list(start["headers"]))
        headers.update(told)
        if "accept" not in headers.get("vary", "").lower():
            headers.add_vary_header("Accept")
        return {**start, "headers": headers.raw}


def _open(start: Message) -> bool:
    """Whether an answer is a whole one that does not say by itself how it may be kept."""
    return start["status"] == 200 and "cache-control" not in Headers(raw=start["headers"])


def _table_key(scope: Scope, accept: str | None) -> Key:
    # Documents hold addresses, which are made of what the client calls the gateway.
    host = Headers(scope=scope).get("host", "")
    return f"{accept or ''} {scope['scheme']}://{host}", address(scope)
