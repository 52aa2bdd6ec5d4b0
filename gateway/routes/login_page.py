"""`/login` in a browser: at the provider where there is one for it, else by a form; then on to the page before it."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.addresses import base_url
from gateway.language import language, page_response
from gateway.login.challenges import cookie_challenge
from gateway.login.credentials import Credentials, Scheme
from gateway.login.logins import Login
from gateway.pages import own_path, require_own_page
from gateway.refusals import refusal_headers
from gateway.request import parameters
from gateway.routes.login_provider import PROVIDER, sends_to_provider
from gateway.state import state_of
from planning.errors import GatewayError

FIRST_PAGE = "/spica"
"""Where a browser goes that does not say where: what people log in for."""
UNKEPT = {"Cache-Control": "no-store"}
LARGEST = 10_000
"""Bytes of a form."""
Enter: TypeAlias = Callable[[Credentials], Awaitable[tuple[Login, str]]]
"""From credentials to who they are of, and the cookie of their session."""


def wants_page(http: Request) -> bool:
    """Whether a browser asks, for its reader."""
    return "text/html" in http.headers.get("accept", "")


def next_page(given: Mapping[str, str]) -> str:
    """The path of the page to go on to, by parameters; raises `BadInput` for one that is not ours."""
    return own_path(given.get("next") or FIRST_PAGE)


def of_form(sent: Mapping[str, str]) -> Credentials | None:
    """Credentials of the fields of a form; None where there are none."""
    if not sent.get("username"):
        return None
    return Credentials(Scheme.BASIC, b64encode(f"{sent['username']}:{sent.get('password', '')}".encode()).decode())


async def login_in_browser(http: Request, enter: Enter) -> Response:
    """Log a browser in, or show how; a page of another origin may log nobody in, not even itself."""
    if http.method == "POST":
        require_own_page(http.headers, state_of(http.scope).settings.web_origins)
    sent = await parameters(http, LARGEST)
    page, given = next_page(sent), of_form(sent) if http.method == "POST" else None
    if given is None:
        if sends_to_provider(http):
            return RedirectResponse(f"{PROVIDER}?{urlencode({'next': page})}", 303, headers=UNKEPT)
        return _form(http, page)
    try:
        _, cookie = await enter(given)
    except GatewayError as error:
        return _form(http, page, sent["username"], error)
    answer = RedirectResponse(page, 303, headers=UNKEPT)
    if cookie:
        answer.headers.append("Set-Cookie", cookie)
    return answer


def _form(http: Request, page: str, username: str = "", error: GatewayError | None = None) -> Response:
    """The form, with what was wrong in it."""
    from adapters.page.rendering import rendered

    said = error.message if error else ""
    content = rendered("login.html", language(http), next=page, username=username, message=said)
    response = page_response(http, content, status=error.status if error else 200)
    response.headers.update(refusal_headers(error) if error else UNKEPT)
    if response.status_code == 401:
        settings = state_of(http.scope).settings
        response.headers["WWW-Authenticate"] = cookie_challenge(base_url(http, settings))
    return response
