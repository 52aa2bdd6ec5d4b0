"""An identity provider for the demo and the tests: OpenID Connect, and an account service of the JMMC's form.

It knows five people of the sample and makes up their passwords when it starts. It is nothing for a deployment: tokens
are given for a password alone (RFC 6749 section 4.3), and nobody can change one.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.login.keys import DISCOVERY
from planning.asker import ADMINS

AUDIENCE = "jmmc-gateway"
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
    Person("coi-s01", "co-investigator, whom PI S01 lets act in SPICA-DB"),
    Person("spica-qcs", "service account of the night's quality control, administrator of SPICA-DB", ("spica",)),
    Person("stranger", "has an account, and nothing else"),
)


class Provider:
    """The provider at an address, with a key of RSA that it signs by, and one of an elliptic curve."""

    def __init__(self, address: str) -> None:
        self.address = address
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
            Route(ACCOUNTS, self._account, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _described(self, _request: Request) -> Response:
        places = {"jwks_uri": f"{self.address}/jwks", "token_endpoint": f"{self.address}/token"}
        return JSONResponse({"issuer": self.address, "grant_types_supported": ["password"]} | places)

    async def _published(self, _request: Request) -> Response:
        return JSONResponse(self.keys.as_dict(private=False))

    async def _granted(self, request: Request) -> Response:
        """An access token for a login and its password."""
        form = await request.form()
        login = str(form.get("username", ""))
        if form.get("grant_type") != "password":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if not self._right(login, str(form.get("password", ""))):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": self.token(login), "token_type": "Bearer", "expires_in": LASTS})

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


def _xml(text: str) -> Response:
    return Response(text, media_type="text/xml")
