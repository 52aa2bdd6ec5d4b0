"""`/login/provider`: a browser logs in at the provider, and comes back to `/login/callback` for a session."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.addresses import base_url
from gateway.door import Endpoint
from gateway.login import cookies
from gateway.login.challenges import LOGIN
from gateway.login.issued import Issued
from gateway.pages import require_own_page
from gateway.request import parameters
from gateway.state import state_of
from planning.errors import NotFound

if TYPE_CHECKING:
    from gateway.login.code_flow import CodeFlow

PROVIDER, CALLBACK = f"{LOGIN}/provider", f"{LOGIN}/callback"
FIRST_PAGE = "/account"
"""Where a browser goes that does not say where."""
SECONDS = 600
"""Time to log in at the provider."""
UNKEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""The address has a code in it: nobody is told of it."""
LARGEST = 10_000


async def begin_login(http: Request) -> Response:
    """Send a browser to the provider; `next` is the path of the page that it goes to afterwards.

    A page of another origin may begin no login: it is the reader who does.
    """
    from gateway.login.code_flow import begin

    require_own_page(http.headers, state_of(http.scope).settings.web_origins)
    flow, _ = _offered(http)
    login = begin((await parameters(http, LARGEST)).get("next", FIRST_PAGE))
    answer = RedirectResponse(await flow.address(login, _back(http)), 303, headers=UNKEPT)
    answer.headers.append("Set-Cookie", cookies.begun(http.scope, login.text, SECONDS, cookies.LOGIN_COOKIE))
    return answer


async def end_login(http: Request) -> Response:
    """Begin a session for who comes back from the provider, in the browser that was sent there."""
    from gateway.login.code_flow import begun

    flow, issued = _offered(http)
    login = begun(cookies.brought(http.scope, cookies.LOGIN_COOKIE))
    verified = await flow.verified(login, await parameters(http, LARGEST), _back(http))
    secret, lasts = await issued.begin_session(verified)
    answer = RedirectResponse(login.page, 303, headers=UNKEPT)
    answer.headers.append("Set-Cookie", cookies.begun(http.scope, secret, round(lasts.total_seconds())))
    answer.headers.append("Set-Cookie", cookies.ended(http.scope, cookies.LOGIN_COOKIE))
    return answer


def sends_to_provider(http: Request) -> bool:
    """Whether who asks for `/login` is sent to the provider: a browser shows pages, and there is one to log in at."""
    logins = state_of(http.scope).logins
    offered = logins and logins.code_flow and logins.issued
    return bool(offered) and http.method == "GET" and "text/html" in http.headers.get("accept", "")


def _offered(http: Request) -> tuple["CodeFlow", Issued]:
    """What logs browsers in, and gives sessions; raises `NotFound` where browsers do not log in at a provider."""
    logins = state_of(http.scope).logins
    if logins is None or logins.code_flow is None or logins.issued is None:
        message = "Browsers do not log in at a provider here: send a password, or an access token, to /login"
        raise NotFound(message)
    return logins.code_flow, logins.issued


def _back(http: Request) -> str:
    """The address that the provider sends browsers back to, which it knows by heart."""
    return f"{base_url(http, state_of(http.scope).settings)}{CALLBACK}"


ENDPOINTS = (Endpoint(PROVIDER, begin_login), Endpoint(CALLBACK, end_login))
