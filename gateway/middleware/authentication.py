"""Who asks is known before anything runs: credentials are verified, and the rest of a request is done in their name.

Wrong credentials are refused at every door, in its own format; none are nobody. An answer to somebody is theirs alone
(`private`), and says whose it is (X-VO-Authenticated, AuthVO). One to nobody is as it would be if there were no logins.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.addresses import base_url
from gateway.door import Doors
from gateway.login.challenges import challenges
from gateway.login.cookies import ended, session
from gateway.login.credentials import credentials
from gateway.login.logins import PINNED, Login
from gateway.pages import require_own_page
from gateway.settings import Settings
from gateway.state import state_of
from planning.asker import asked_by
from planning.errors import GatewayError, Unauthenticated

GRAPHQL = "/graphql"
CAPABILITIES = "/capabilities"
READING = ("GET", "HEAD", "OPTIONS")
SENT_IN = "Authorization, Cookie"
"""Headers that say who asks, as Vary names them."""
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
            login = await self._login(scope)
        except GatewayError as error:
            await self._refuse(error, scope, receive, send)
            return
        if login is None:
            await self._app(scope, receive, self._challenging(scope, send))
            return
        scope[PINNED] = login
        with asked_by(login.asker):
            await self._app(scope, receive, self._personal(login, scope, send))

    async def _login(self, scope: Scope) -> Login | None:
        """Who asks; None for nobody. Raises `GatewayError` for credentials that are wrong, or may not be used so."""
        given = credentials(scope)
        if given is None:
            return None
        if given.ambient and _matters(scope):
            require_own_page(Headers(scope=scope), self._settings.web_origins)
        logins = state_of(scope).logins
        return await logins.login(given) if logins else None

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
                headers = MutableHeaders(raw=message["headers"])
                headers.append("X-VO-Authenticated", login.asker.login)
                headers["Cache-Control"] = headers.get("cache-control", "private").replace("public", "private")
                headers.add_vary_header(SENT_IN)
                if _challenges(scope, message["status"]):
                    self._challenge(scope, message)
            await send(message)

        return sent

    def _challenge(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        for challenge in challenges(self._settings, base_url(_request(scope), self._settings)):
            headers.append("WWW-Authenticate", challenge)

    async def _refuse(self, error: GatewayError, scope: Scope, receive: Receive, send: Send) -> None:
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


def _challenges(scope: Scope, status: int) -> bool:
    """Whether an answer says how to log in: it asks for it, or tells what a service can do (AuthVO)."""
    return status == Unauthenticated.status or (status == 200 and scope["path"].endswith(CAPABILITIES))


def _by_session(scope: Scope) -> bool:
    """Whether a request brings a session and nothing else."""
    return bool(session(scope)) and "authorization" not in Headers(scope=scope)


def _request(scope: Scope) -> Request:
    """The request, or what a WebSocket would be as one."""
    return Request({**scope, "type": "http", "scheme": scope["scheme"].replace("ws", "http")})
