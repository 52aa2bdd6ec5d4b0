"""Logging in from a browser at the provider: OpenID Connect Core 1.0 by a code, with PKCE (RFC 7636).

The browser that begins a login holds what it was begun with (`Begun`) in a cookie; the provider's answer counts there
alone, once, and within ten minutes (RFC 9700 sections 2.1 and 4.7).
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

import orjson
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwt import JWTClaimsRegistry

from gateway.login.access_tokens import LEEWAY, Claims, decoded, owner, reason
from gateway.login.keys import SigningKeys
from gateway.login.outgoing import exchanged
from gateway.login.verified import Kind, Verified
from gateway.pages import own_path
from gateway.settings import Settings
from hub.threads import Threads
from planning.errors import BadInput, NotFound, Unauthenticated

SCOPE = "openid email profile"
"""What is asked of the provider: who it is, and what their account is called."""
AT_ONCE = 4
"""Codes that the provider is asked about at once."""
LONGEST = 2000
"""Characters of a code."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a login is begun with: random texts that nobody but the browser and this process knows."""

    state: str
    """Comes back with the browser: the answer is to a login that it began itself."""
    nonce: str
    """Comes back in the ID token: that was made for this login."""
    verifier: str
    """Of PKCE: the code is worth nothing to who stole it."""
    page: str
    """Path of the page that the browser goes to once it has logged in."""

    @property
    def text(self) -> str:
        """As the cookie has it."""
        return f"{self.state}.{self.nonce}.{self.verifier}.{_encoded(self.page.encode())}"

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (S256)."""
        return _encoded(sha256(self.verifier.encode()).digest())


def begin(page: str) -> Begun:
    """Begin a login; raises `BadInput` for a page that is not the gateway's own."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Begun(state, nonce, verifier, own_path(page))


def begun(cookie: str) -> Begun:
    """The login that a browser began; raises `Unauthenticated` where it began none."""
    try:
        state, nonce, verifier, page = cookie.split(".")
        return Begun(state, nonce, verifier, own_path(urlsafe_b64decode(f"{page}==").decode()))
    except (ValueError, BadInput) as error:
        message = "This browser began no login here in the last ten minutes: begin at /login/provider"
        raise Unauthenticated(message) from error


def _encoded(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()


class CodeFlow:
    """Logs people in at the provider that the settings name, as its client `GATEWAY_OIDC_CLIENT`."""

    def __init__(self, settings: Settings, keys: SigningKeys) -> None:
        self._issuer, self._keys = settings.oidc_issuer, keys
        self._client = {"client_id": settings.oidc_client}
        self._secret = {"client_secret": settings.oidc_secret} if settings.oidc_secret else {}
        self._names = settings.oidc_login, settings.oidc_groups
        self._threads = Threads("codes of logins being exchanged", AT_ONCE)

    async def address(self, login: Begun, back: str) -> str:
        """Where a browser is sent to log in (section 3.1.2.1); `back` is where the provider sends it afterwards.

        Raises `LoginUnavailable`, and `NotFound` for a provider that logs nobody in this way.
        """
        place = _wanted((await self._keys.published()).authorization)
        asked = self._client | {
            "response_type": "code", "redirect_uri": back, "scope": SCOPE, "state": login.state, "nonce": login.nonce,
            "code_challenge": login.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    async def verified(self, login: Begun, answer: Mapping[str, str], back: str) -> Verified:
        """Whose login it is by the provider's answer: parameters of the address that the browser was sent back to.

        Raises `Unauthenticated` for an answer to another login, or of another provider, or one that says no; and
        `LoginUnavailable`.
        """
        code = self._code(login, answer)
        place = _wanted((await self._keys.published()).token)
        form = self._client | self._secret | {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": login.verifier,
        }  # fmt: skip
        told = await self._threads.run(exchanged, place, form)
        return await self._owner(login, _id_token(told))

    def _code(self, login: Begun, answer: Mapping[str, str]) -> str:
        """The code of an answer to this login (RFC 6749 section 4.1.2, RFC 9207)."""
        if not secrets.compare_digest(answer.get("state", "").encode(), login.state.encode()):
            message = "This is no answer to the login that this browser began: begin again at /login/provider"
            raise Unauthenticated(message)
        if answer.get("iss", self._issuer) != self._issuer:
            message = "Another provider has answered than the one that was asked: begin again at /login/provider"
            raise Unauthenticated(message)
        if not 0 < len(code := answer.get("code", "")) <= LONGEST:
            said = answer.get("error", "no code")[:40].encode("ascii", "replace").decode()
            message = f"The provider has logged nobody in ({said}): begin again at /login/provider"
            raise Unauthenticated(message)
        return code

    async def _owner(self, login: Begun, text: str) -> Verified:
        """Whose an ID token is, which was made for this login and this client (section 3.1.3.7)."""
        client = self._client["client_id"]
        registry = JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": client},
            azp={"value": client},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": login.nonce},
        )
        try:
            token = await decoded(text, self._keys, registry)
        except (ExpiredTokenError, JoseError, ValueError, TypeError) as error:
            message = f"The provider's ID token is not one to log in with here ({reason(error)})"
            raise Unauthenticated(message) from error
        return owner(token, Claims(registry, *self._names), Kind.ID_TOKEN)


def _wanted(place: str) -> str:
    if not place:
        message = "The provider logs nobody in by a browser: send a password, or an access token, to /login"
        raise NotFound(message)
    return place


def _id_token(told: bytes) -> str:
    try:
        return str(orjson.loads(told)["id_token"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        message = "The provider has sent no ID token: its client is to have the scope openid"
        raise Unauthenticated(message) from error
