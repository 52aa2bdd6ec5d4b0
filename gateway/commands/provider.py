"""An identity provider for the demo and the tests: OpenID Connect, and an account service of the JMMC's form.

It knows six people of the sample and makes up their passwords when it starts. It is nothing for a deployment: tokens
are given for a password alone (RFC 6749 section 4.3), any page of this machine may be sent a code, and nobody can
change a password.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.login.keys import DISCOVERY
from gateway.settings import LOOPBACK
from planning.asker import ADMINS

AUDIENCE = "jmmc-gateway"
CLIENT = "jmmc-gateway-in-browsers"
"""The gateway, where browsers log in."""
LASTS = 3600
"""Seconds that a token lasts."""
LOGIN = "preferred_username"
"""Claim of its tokens that is the login: those of the sample are no e-mail addresses."""
ACCOUNTS = "/account/manage.php"
"""Path of the account service, as at apps.jmmc.fr."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in."""

    login: str
    role: str
    """What they are in the sample, for people."""
    groups: tuple[str, ...] = ()


PEOPLE = (
    Person("admin", "administrator: sees and changes everything", (ADMINS,)),
    Person("pi-s01", "principal investigator of the programme S01"),
    Person("pi-s05", "principal investigator of the programme S05, some of whose files are under embargo"),
    Person("coi-s01", "co-investigator, whom PI S01 lets act in SPICA-DB"),
    Person("spica-qcs", "service account of the night's quality control, administrator of SPICA-DB", ("spica",)),
    Person("stranger", "has an account, and nothing else"),
)


PAGE = """<!doctype html><title>Log in</title><form method="post">
<label>Login <input name="username" autofocus></label> <label>Password <input name="password" type="password"></label>
<button>Log in</button></form>
"""


@dataclass(frozen=True, slots=True)
class Authorized:
    """What a code was given for."""

    login: str
    nonce: str
    challenge: str
    redirect: str


class Provider:
    """The provider at an address, with a key of RSA that it signs by, and one of an elliptic curve."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._codes: dict[str, Authorized] = {}
        self.passwords = {person.login: secrets.token_urlsafe(9) for person in PEOPLE}
        self.keys = KeySet([RSAKey.generate_key(2048, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True)])

    @property
    def account_service(self) -> str:
        """Address of the account service."""
        return f"{self.address}{ACCOUNTS}"

    def rotate(self) -> None:
        """Sign by a new key; the earlier ones stay known."""
        self.keys = KeySet([RSAKey.generate_key(2048, auto_kid=True), *self.keys])

    def token(self, login: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """An access token (RFC 9068) of one of `PEOPLE`, with other claims and headers where these are given."""
        person = next(person for person in PEOPLE if person.login == login)
        now, key = int(time.time()), self.keys.keys[0]
        said = {
            "iss": self.address, "aud": AUDIENCE, "sub": login, "iat": now, "exp": now + LASTS,
            LOGIN: login, "groups": list(person.groups),
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": key.kid, **(header or {})}, said | claims, key)

    def app(self) -> Starlette:
        """What serves it."""
        routes = [
            Route(DISCOVERY, self._described),
            Route("/jwks", self._published),
            Route("/token", self._granted, methods=["POST"]),
            Route("/authorize", self._asked),
            Route("/authorize", self._authorized, methods=["POST"]),
            Route(ACCOUNTS, self._account, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _described(self, _request: Request) -> Response:
        names = {"jwks_uri": "jwks", "token_endpoint": "token", "authorization_endpoint": "authorize"}
        places = {name: f"{self.address}/{path}" for name, path in names.items()}
        supported = {"grant_types_supported": ["password", "authorization_code"], "response_types_supported": ["code"]}
        return JSONResponse({"issuer": self.address} | supported | places)

    async def _published(self, _request: Request) -> Response:
        return JSONResponse(self.keys.as_dict(private=False))

    async def _granted(self, request: Request) -> Response:
        """An access token for a login and its password."""
        form = await request.form()
        login = str(form.get("username", ""))
        if form.get("grant_type") == "authorization_code":
            return self._exchanged({name: str(value) for name, value in form.items()})
        if form.get("grant_type") != "password":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if not self._right(login, str(form.get("password", ""))):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": self.token(login), "token_type": "Bearer", "expires_in": LASTS})

    async def _asked(self, request: Request) -> Response:
        """The page on which people log in, for a client that sends a browser here."""
        wrong = _wrong(request.query_params)
        return Response(wrong, 400) if wrong else HTMLResponse(PAGE)

    async def _authorized(self, request: Request) -> Response:
        """Send a browser back with a code, which is for one login (OpenID Connect Core 1.0 section 3.1.2.5)."""
        asked, form = dict(request.query_params), await request.form()
        login = str(form.get("username", ""))
        if _wrong(asked) or not self._right(login, str(form.get("password", ""))):
            return HTMLResponse(PAGE, 403)
        code = secrets.token_urlsafe(16)
        self._codes[code] = Authorized(login, asked["nonce"], asked["code_challenge"], asked["redirect_uri"])
        told = urlencode({"code": code, "state": asked["state"], "iss": self.address})
        return RedirectResponse(f"{asked['redirect_uri']}?{told}", 303)

    def _exchanged(self, form: dict[str, str]) -> Response:
        """An ID token for a code, once, for who can say what it was asked for with (RFC 7636 section 4.6)."""
        authorized = self._codes.pop(form.get("code", ""), None)
        said = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(said).rstrip(b"=").decode()
        given = (form.get("client_id"), form.get("redirect_uri"), challenge)
        if authorized is None or given != (CLIENT, authorized.redirect, authorized.challenge):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.token(authorized.login, {"typ": "JWT"}, aud=CLIENT, nonce=authorized.nonce)
        return JSONResponse({"id_token": token, "access_token": self.token(authorized.login), "token_type": "Bearer"})

    async def _account(self, request: Request) -> Response:
        """What the JMMC's account service answers (`gateway.login.passwords`)."""
        form = await request.form()
        login = str(form.get("email", "")).lower()
        if form.get("action") == "checkPassword":
            right = self._right(login, str(form.get("password", "")))
            return _xml(f"<response><{str(right).lower()}/></response>")
        groups = next((person.groups for person in PEOPLE if person.login == login), ())
        told = "".join(f"<credential><{group}/></credential>" for group in groups)
        return _xml(f"<response><name/>{told}<affiliation/></response>")

    def _right(self, login: str, password: str) -> bool:
        return secrets.compare_digest(self.passwords.get(login, "").encode(), password.encode()) and bool(password)


def _wrong(asked: Mapping[str, str]) -> str:
    """What is wrong with a request for a code; "" if nothing is."""
    expected = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
    wrong = [name for name, value in expected.items() if asked.get(name) != value]
    wrong += [name for name in ("state", "nonce", "code_challenge") if not asked.get(name)]
    wrong += [] if urlsplit(asked.get("redirect_uri", "")).hostname in LOOPBACK else ["redirect_uri"]
    return f"Wrong or missing: {', '.join(wrong)}" if wrong else ""


def _xml(text: str) -> Response:
    return Response(text, media_type="text/xml")
