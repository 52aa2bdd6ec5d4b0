"""Who asks is known before anything runs: credentials are verified, and the rest of a request is done in their name.

Wrong credentials are refused at every door, in its own format; none are nobody. An answer to somebody is theirs alone
(`private`), and says whose it is (X-VO-Authenticated, AuthVO). One to nobody is as it would be if there were no logins.
"""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.accept import EVENTS, named_format
from gateway.addresses import base_url
from gateway.door import Doors
from gateway.login.challenges import challenges
from gateway.login.cookies import ended, session
from gateway.login.credentials import VARYING, Credentials, Scheme, credentials
from gateway.login.lasting import LoginEnded, while_logged_in
from gateway.login.logins import PINNED, Login, Logins
from gateway.pages import require_own_page
from gateway.settings import Settings
from gateway.state import state_of
from planning.asker import VISITOR, asked_by
from planning.errors import GatewayError, Unauthenticated

GRAPHQL = "/graphql"
CAPABILITIES = "/capabilities"
READING = ("GET", "HEAD", "OPTIONS")
SENT_IN = VARYING.encode()
FORBIDDEN = 4403
"""Code of graphql-transport-ws that a WebSocket is closed with whose login has ended."""
ENDED: Mapping[str, Message] = {
    "websocket": {"type": "websocket.close", "code": FORBIDDEN, "reason": "Your login has ended"},
    "http": {"type": "http.response.body", "body": b"", "more_body": False},
}
"""How a connection ends that lasted longer than its login."""
STARTS = ("http.response.start", "websocket.http.response.start")


class Authentication:
    """Middleware that verifies credentials, in the ways that the settings offer."""

    def __init__(self, app: ASGIApp, doors: Doors, settings: Settings) -> None:
        self._app = app
        self._doors = doors
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            given = self._given(scope)
            login = await self._logins(scope).login(given) if given else None
        except GatewayError as error:
            await self._refuse(error, scope, receive, send)
            return
        if given is None or login is None:
            with asked_by(VISITOR):
                await self._app(scope, receive, self._challenging(scope, send))
            return
        scope[PINNED] = login
        with asked_by(login.asker):
            await self._answer(given, login, scope, receive, send)

    @staticmethod
    def _logins(scope: Scope) -> Logins:
        logins = state_of(scope).logins
        assert logins is not None  # noqa: S101 - told to mypy: there are some where this middleware is
        return logins

    def _given(self, scope: Scope) -> Credentials | None:
        """What a client sent to be known by; raises `GatewayError` where that cannot be read, or is of another page."""
        given = credentials(scope)
        if given and given.ambient and _matters(scope):
            require_own_page(Headers(scope=scope), self._settings.web_origins)
        return given

    async def _answer(self, given: Credentials, login: Login, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered that is somebody's, for no longer than it is."""
        personal = self._personal(login, scope, send)
        if not _lasts(scope):
            await self._app(scope, receive, personal)
            return
        try:
            async with while_logged_in(self._logins(scope), given, login):
                await self._app(scope, receive, personal)
        except LoginEnded:
            await send(ENDED[scope["type"]])

    def _challenging(self, scope: Scope, send: Send) -> Send:
        """Send an answer on, with challenges if it is a 401 or tells what a service can do."""

        async def sent(message: Message) -> None:
            if message["type"] in STARTS and _challenges(scope, message["status"]):
                self._challenge(scope, message)
            await send(message)

        return sent

    def _personal(self, login: Login, scope: Scope, send: Send) -> Send:
        """Send an answer on that is somebody's alone."""

        async def sent(message: Message) -> None:
            if message["type"] in STARTS:
                _own(message["headers"], login.asker.login)
                if _challenges(scope, message["status"]):
                    self._challenge(scope, message)
            await send(message)

        return sent

    def _challenge(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        if "www-authenticate" in headers:  # a door whose clients know one challenge
            return
        for challenge in challenges(self._settings, base_url(_request(scope), self._settings)):
            if not (challenge.startswith(Scheme.BASIC) and _shown(scope)):
                headers.append("WWW-Authenticate", challenge)

    async def _refuse(self, error: GatewayError, scope: Scope, receive: Receive, send: Send) -> None:
        with asked_by(VISITOR):
            refusal = self._doors.refusal(scope, error)
        if isinstance(error, Unauthenticated) and _by_session(scope):
            refusal.headers.append("Set-Cookie", ended(scope))
        challenging = self._challenging(scope, send)
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, challenging).send_denial_response(refusal)
        else:
            await refusal(scope, receive, challenging)


def _matters(scope: Scope) -> bool:
    """Whether a request could do something in somebody's name: it may change something, or asks GraphQL."""
    if scope["type"] == "websocket" or scope["method"] not in READING:
        return True
    return scope["path"] == GRAPHQL and bool(scope["query_string"])


def _shown(scope: Scope) -> bool:
    """Whether a 401 is for a browser whose session has ended: the page says where to log in, not a dialog."""
    return _by_session(scope) and "text/html" in Headers(scope=scope).get("accept", "")


def _own(headers: list[tuple[bytes, bytes]], login: str) -> None:
    """Have the headers of an answer say whose it is, and that no cache may share it; in one pass, as each is asked."""
    lacking = {b"cache-control": b"private", b"vary": SENT_IN}
    for place, (name, value) in enumerate(headers):
        if name == b"cache-control":
            headers[place] = (name, value.replace(b"public", b"private"))
            lacking.pop(name, None)
        elif name == b"vary":
            headers[place] = (name, b"%s, %s" % (value, SENT_IN))
            lacking.pop(name, None)
    headers += [*lacking.items(), (b"x-vo-authenticated", login.encode())]


def _lasts(scope: Scope) -> bool:
    """Whether an answer may last for hours: a WebSocket, or an event stream, by whichever way it is asked for."""
    if scope["type"] == "websocket" or named_format(scope).strip().lower() == EVENTS:
        return True
    accepted = (value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
    # As they are read: without blanks and quotes, whatever their case.
    return any(EVENTS in "".join(value.lower().replace('"', "").split()) for value in accepted)


def _challenges(scope: Scope, status: int) -> bool:
    """Whether an answer says how to log in: it asks for it, or tells what a service can do (AuthVO)."""
    return status == Unauthenticated.status or (status == 200 and scope["path"].endswith(CAPABILITIES))


def _by_session(scope: Scope) -> bool:
    """Whether a request brings a session and nothing else."""
    return bool(session(scope)) and "authorization" not in Headers(scope=scope)


def _request(scope: Scope) -> Request:
    """The request, or what a WebSocket would be as one."""
    return Request({**scope, "type": "http", "scheme": scope["scheme"].replace("ws", "http")})
