"""Credentials that a request or WebSocket brings: the header Authorization, or the cookie of a session."""

import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from enum import StrEnum

from starlette.types import Scope

from gateway.login.cookies import session
from planning.errors import Unauthenticated

AUTHORIZATION = b"authorization"
SENT_IN = (AUTHORIZATION, b"cookie")
"""Headers that have credentials, or may."""
VARYING = "Authorization, Cookie"
"""The same, as Vary names them."""
LONGEST = 8192
"""Characters of credentials: tokens of providers have some 1000."""
LOGIN = re.compile(r"[!-~]{1,254}")
"""What a login may be: no more than an e-mail address has, and what a header can say."""


class Scheme(StrEnum):
    """How credentials come."""

    BASIC = "Basic"
    BEARER = "Bearer"
    COOKIE = "Cookie"


SCHEMES = {"basic": Scheme.BASIC, "bearer": Scheme.BEARER}
"""Those of the header Authorization, in lower case."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client sent to be known by."""

    scheme: Scheme
    secret: str
    """All after the scheme, or the value of the cookie."""

    @property
    def ambient(self) -> bool:
        """Whether a browser adds them by itself, whichever page makes the request."""
        return self.scheme is not Scheme.BEARER


def credentials(scope: Scope) -> Credentials | None:
    """The credentials of a request; None for who sends none.

    The header Authorization counts where there is a cookie too. Raises `Unauthenticated` for what cannot be read.
    """
    sent = [header for header in scope["headers"] if header[0] in SENT_IN]
    if not sent:
        return None
    headers = [value for name, value in sent if name == AUTHORIZATION]
    if len(headers) > 1:
        message = "The request has several headers Authorization: one is wanted"
        raise Unauthenticated(message)
    if headers:
        return authorization(headers[0].decode("latin-1"))
    secret = session(scope)
    return Credentials(Scheme.COOKIE, secret) if secret else None


def authorization(text: str) -> Credentials:
    """Read a header Authorization, or what stands for it (RFC 9110 section 11.6.2); raises `Unauthenticated`."""
    name, _, secret = text.strip().partition(" ")
    if len(text) > LONGEST:
        message = f"The credentials have {len(text)} characters: at most {LONGEST} are read"
        raise Unauthenticated(message)
    scheme = SCHEMES.get(name.lower())
    if scheme is None or not secret.strip():
        message = f"The header Authorization begins with {name[:20]!r}: Basic or Bearer is wanted, and what follows it"
        raise Unauthenticated(message)
    return Credentials(scheme, secret.strip())


def login_and_password(secret: str) -> tuple[str, str]:
    """What Basic credentials say as it was typed, in UTF-8 or else Latin-1 (RFC 7617); raises `Unauthenticated`."""
    try:
        sent = b64decode(secret, validate=True)
    except (Error, ValueError) as error:
        message = "The header Authorization cannot be read: Basic wants login:password in base64"
        raise Unauthenticated(message) from error
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        text = sent.decode("latin-1")
    name, colon, password = text.partition(":")
    if not colon or not password:
        message = "The header Authorization has no password: Basic wants login:password in base64"
        raise Unauthenticated(message)
    return name, password


def account_login(name: str) -> str:
    """The login that a name stands for, in lower case; raises `Unauthenticated` for one that no account has."""
    login = name.strip()
    if not LOGIN.fullmatch(login):  # before it is lowered: there are letters beyond ASCII that become one of it
        message = "The login cannot be one: an e-mail address is wanted"
        raise Unauthenticated(message)
    return login.lower()
