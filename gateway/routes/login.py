"""`/login` and `/logout` for browsers, `/account` and its API tokens, and whose tokens are taken (RFC 9728).

The door is open where there is a way to log in.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gateway.addresses import base_url
from gateway.door import FORM, Door, Endpoint
from gateway.login import cookies
from gateway.login.challenges import LOGIN, RESOURCE
from gateway.login.credentials import Credentials, Scheme, credentials
from gateway.login.issued import Issued
from gateway.login.logins import Login, Logins, login_of
from gateway.login.verified import Kind
from gateway.pages import require_own_page
from gateway.request import parameters
from gateway.routes.login_page import login_in_browser, next_page, of_form, wants_page
from gateway.routes.login_provider import ENDPOINTS
from gateway.state import state_of
from hub.issued_tokens import IssuedToken
from planning.errors import BadInput, Forbidden, NotFound, Unauthenticated

UNKEPT = {"Cache-Control": "no-store"}
LARGEST = 10_000
"""Bytes of a form."""
DAYS, MOST_DAYS = 90, 365
"""How long an API token lasts that does not say, and at most."""
LONGEST_LABEL = 100


async def login(http: Request) -> Response:
    """Begin a session for who logs in: by Basic or an access token, or a form with `username` and `password`.

    The form is that of astroquery's TapPlus. A browser of nobody is sent to the provider, or shown a form.
    """
    entered, given = login_of(http.scope), credentials(http.scope)
    if given is None and wants_page(http):
        return await login_in_browser(http, partial(_entering, http))
    given = given or await _of_form(http)
    if given is None:
        message = "Nobody logs in: Basic, an access token as Bearer, or a form with username and password is wanted"
        raise Unauthenticated(message)
    if wants_page(http) and http.method == "GET" and entered and entered.verified.kind is Kind.SESSION:
        return RedirectResponse(next_page(http.query_params), 303, headers=UNKEPT)
    entered, cookie = await _entering(http, given)
    answer = JSONResponse(_told(entered), headers=UNKEPT)
    if cookie:
        answer.headers.append("Set-Cookie", cookie)
    return answer


async def _entering(http: Request, given: Credentials) -> tuple[Login, str]:
    """Who logs in, and the cookie with which their session begins; "" where they have one."""
    entered = login_of(http.scope) or await _logins(http).login(given)
    if entered.verified.kind is Kind.SESSION:
        return entered, ""
    basic = given.secret if given.scheme is Scheme.BASIC else ""
    secret, lasts = await _issued(http, entered).begin_session(entered.verified, basic)
    return entered, cookies.begun(http.scope, secret, round(lasts.total_seconds()))


async def logout(http: Request) -> Response:
    """End the session of a browser, if it has one."""
    entered, secret = login_of(http.scope), cookies.session(http.scope)
    if entered and secret:
        await _issued(http, entered).end_session(secret)
        _logins(http).ended(entered.asker.login)
    headers = UNKEPT | {"Set-Cookie": cookies.ended(http.scope)}
    if wants_page(http):
        return RedirectResponse(next_page(await parameters(http, LARGEST)), 303, headers)
    return Response(status_code=204, headers=headers)


async def account(http: Request) -> Response:
    """Who asks, and what their rights go by."""
    return JSONResponse(_told(_entered(http)), headers=UNKEPT)


async def tokens(http: Request) -> Response:
    """One's own API tokens; POST makes one, of `label`, `days` and `scope` (`read`, or `write` too)."""
    entered = _entered(http)
    issued, owner = _issued(http, entered), entered.asker.login
    if http.method != "POST":
        return JSONResponse([_shown(token) for token in await issued.of_login(owner)], headers=UNKEPT)
    sent = await parameters(http, LARGEST)
    label = sent.get("label", "").strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        message = f"label has {len(label)} characters: 1 to {LONGEST_LABEL} are wanted, that say what the token is for"
        raise BadInput(message)
    lasts, writes = timedelta(days=_days(sent.get("days"))), _writes(sent.get("scope", "read"))
    secret, token = await issued.make(owner, label, lasts, writes=writes and entered.asker.writes)
    return JSONResponse({"token": secret, **_shown(token)}, 201, headers=UNKEPT)


async def token(http: Request) -> Response:
    """DELETE revokes an API token of one's own."""
    entered = _entered(http)
    name, owner = http.path_params["token"], entered.asker.login
    if not name.isascii() or not await _issued(http, entered).revoke(owner, name):
        message = f"You have no API token {name[:40]!r}: /account/tokens lists yours"
        raise NotFound(message)
    _logins(http).ended(owner)
    return Response(status_code=204, headers=UNKEPT)


async def protected_resource(http: Request) -> Response:
    """Whose tokens are taken, and how they are sent (RFC 9728 section 2)."""
    settings = state_of(http.scope).settings
    if not settings.oidc_issuer:
        message = "No access tokens are taken here: GATEWAY_OIDC_ISSUER names no provider"
        raise NotFound(message)
    told = {
        "resource": base_url(http, settings),
        "authorization_servers": [settings.oidc_issuer],
        "bearer_methods_supported": ["header"],
    }
    return JSONResponse(told)


async def _of_form(http: Request) -> Credentials | None:
    """Credentials of a form; None where there is none. A page of another origin may log nobody in, not even itself."""
    if http.method != "POST":
        return None
    require_own_page(http.headers, state_of(http.scope).settings.web_origins)
    return of_form(await parameters(http, LARGEST))


def _entered(http: Request) -> Login:
    """Who asks; raises `Unauthenticated` for nobody."""
    entered = login_of(http.scope)
    if entered is None:
        message = "Log in first: this is about your own account"
        raise Unauthenticated(message)
    return entered


def _logins(http: Request) -> Logins:
    """The logins of this process, which has some where this door is open."""
    logins = state_of(http.scope).logins
    assert logins is not None  # noqa: S101 - told to mypy
    return logins


def _issued(http: Request, entered: Login) -> Issued:
    """What gives sessions and API tokens; raises `NotFound` without it, `Forbidden` for who came by an API token."""
    issued = _logins(http).issued
    if issued is None:
        message = "There are no sessions and no API tokens here, as this service has no place to keep them"
        raise NotFound(message)
    if entered.verified.kind is Kind.API_TOKEN:
        message = "An API token neither makes nor revokes others, and begins no session: log in by yourself"
        raise Forbidden(message)
    return issued


def _told(entered: Login) -> dict[str, Any]:
    asker = entered.asker
    delegations = [{"pi": pi, "catalog": catalog} for pi, catalog in sorted(asker.delegations)]
    return {
        "login": asker.login, "by": entered.verified.kind.value, "writes": asker.writes,
        "aliases": sorted(asker.aliases), "delegations": delegations, "groups": sorted(asker.groups),
    }  # fmt: skip


def _shown(token: IssuedToken) -> dict[str, Any]:
    return {
        "id": token.token_id, "label": token.label, "scope": "write" if token.writes else "read",
        "created": token.created.isoformat(timespec="seconds"), "expires": token.expires.isoformat(timespec="seconds"),
    }  # fmt: skip


def _days(text: str | None) -> int:
    if text is None:
        return DAYS
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= MOST_DAYS):
        message = f"days is {text[:20]!r}: from 1 to {MOST_DAYS} is wanted"
        raise BadInput(message)
    return int(text)


def _writes(scope: str) -> bool:
    if scope not in ("read", "write"):
        message = f"scope is {scope[:20]!r}: read or write is wanted"
        raise BadInput(message)
    return scope == "write"


DOOR = Door(
    endpoints=(
        Endpoint(LOGIN, login, FORM),
        Endpoint("/logout", logout, ("POST",)),
        Endpoint("/account", account),
        Endpoint("/account/tokens", tokens, FORM),
        Endpoint("/account/tokens/{token}", token, ("DELETE",)),
        Endpoint(RESOURCE, protected_resource),
        *ENDPOINTS,
    ),
    addresses=(LOGIN, "/account"),
)
