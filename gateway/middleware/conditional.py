"""Answers to GET and HEAD that a client may keep: 304 where it holds them still, else ETag and Cache-Control.

What an answer was made from is collected here while it is made (`hub.dependencies`). It gets an ETag if its handler
says that nothing else went into it (`gateway.cacheable`), something did, and all of that has a version; any other
answer is not to be kept.
"""

from collections.abc import Set
from dataclasses import dataclass
from hashlib import blake2s
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.accept import JsonFormat, requested
from gateway.cacheable import CONTENT, MADE_OF
from gateway.codings import ACCEPTED, ENCODED, Coding, accepted_coding, varies
from gateway.door import Doors
from gateway.freshness import Freshness, Key, address, key
from gateway.headers import header
from gateway.login.credentials import VARYING
from gateway.state import state_of
from hub.dependencies import UNKNOWN, Dependencies, collecting
from planning.asker import Asker, asker
from planning.errors import BadInput

GRAPHQL, SCHEMA_FILE = "/graphql", "/graphql/schema.graphql"


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
        freshness = state_of(scope).freshness
        held, coding = header(scope["headers"], b"if-none-match"), accepted_coding(scope["headers"]).coding
        unchanged = freshness.unchanged(name, held, coding) if held else None
        if unchanged:
            await unchanged(scope, receive, send)
            return
        with collecting() as dependencies:
            await self._app(scope, receive, Keeping(freshness, name, Answer(scope, dependencies, coding), send))

    def _key(self, scope: Scope) -> Key | None:
        """What the answer to a request is remembered by; None for one of which nothing is said here.

        Somebody's answers are remembered by what they may see too, and are never taken for another's.
        """
        name, person = self._address(scope), asker()
        return (f"{_rights(person)} {name[0]}", name[1]) if name and person.known else name

    def _address(self, scope: Scope) -> Key | None:
        accept = header(scope["headers"], b"accept")
        if scope["path"] == SCHEMA_FILE or self._doors.kept(scope["path"]):
            return _table_key(scope, accept)
        if scope["path"] != GRAPHQL:
            return None
        try:
            form = requested(scope)
        except BadInput:
            return None
        return key(scope, form) if isinstance(form, JsonFormat) else _table_key(scope, accept)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known, so far, of what an answer was made from."""

    scope: Scope
    dependencies: Dependencies
    coding: Coding | None
    """The coding that its request prefers."""

    @property
    def sources(self) -> Set[str]:
        """Names of its sources; none for one that is not to be kept."""
        made_of = self.scope.get(MADE_OF)
        return frozenset() if made_of is None else self.dependencies.names | set(made_of)

    def own(self, *, ended: bool) -> str:
        """What its tag has of its own: a digest of its content if all of it is known, else a number."""
        if ended and CONTENT in self.scope:
            return blake2s(self.scope[CONTENT], digest_size=8).hexdigest()
        return token_hex(8)


class Keeping:
    """Sends an answer on, and says with its first bytes how it may be kept."""

    def __init__(self, freshness: Freshness, name: Key, answer: Answer, send: Send) -> None:
        self._freshness, self._name, self._answer, self._send = freshness, name, answer, send
        self._versions = freshness.versions()
        self._start: Message | None = None
        self._own: str | None = None
        """Of an answer that has a tag."""
        self._coded = False

    async def __call__(self, message: Message) -> None:  # noqa: D102 - ASGI
        if message["type"] == "http.response.start" and _open(message):
            self._start = message
            return
        if message["type"] == "http.response.body":
            ended = not message.get("more_body")
            if self._start:
                await self._send(self._headed(self._start, ended=ended))
                self._start = None
            if ended and self._own and self._lasting(self._answer.sources):
                self._freshness.remember(self._name, self._answer.sources, self._own, coded=self._coded)
        await self._send(message)

    def _lasting(self, sources: Set[str]) -> bool:
        """Whether an answer that has ended is of the versions in its tag, from its first row to its last."""
        return UNKNOWN not in sources and self._freshness.same(sources, self._versions)

    def _headed(self, start: Message, *, ended: bool) -> Message:
        own = self._answer.own(ended=ended)
        fields = self._freshness.headers(self._name, self._answer.sources, self._versions, own)
        self._own = own if "ETag" in fields else None
        headers = MutableHeaders(raw=list(start["headers"]))
        headers.update(fields)
        self._coded = varies(headers, ACCEPTED)
        if self._own and self._answer.coding and ENCODED in headers:
            headers["etag"] = self._answer.coding.tag(headers["etag"])
        if not varies(headers, "Accept"):
            headers.add_vary_header("Accept")
        if self._freshness.personal(self._answer.sources):
            headers.add_vary_header(VARYING)
        return {**start, "headers": headers.raw}


def _rights(person: Asker) -> str:
    """Who asks, and all that decides what they may see."""
    return f"{person.login} {sorted(person.aliases)} {sorted(person.delegations)} {sorted(person.groups)}"


def _open(start: Message) -> bool:
    """Whether an answer is a whole one that does not say by itself how it may be kept."""
    return start["status"] == 200 and "cache-control" not in Headers(raw=start["headers"])


def _table_key(scope: Scope, accept: str | None) -> Key:
    # Documents hold addresses, which are made of what the client calls the gateway.
    host = header(scope["headers"], b"host") or ""
    return f"{accept or ''} {scope['scheme']}://{host}", address(scope)
