"""Cookies by which a browser holds a session and a login (RFC 6265): for this host and TLS alone, unseen by scripts."""

import re

from starlette.datastructures import Headers
from starlette.types import Scope

COOKIE = "jmmc-session"
LOGIN_COOKIE = "jmmc-login"
"""That of a login at a provider, which a browser has begun and not ended yet."""
HOST_ONLY = "__Host-"
"""Before its name: browsers take such a cookie from this host alone, and neighbours cannot plant one."""
ATTRIBUTES = "HttpOnly; SameSite=Lax; Path=/"
THIS_MACHINE = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?", re.IGNORECASE)
"""What a header Host says that is this machine's own: no network is between."""


def session(scope: Scope) -> str:
    """The session that a request brings; "" for none."""
    return brought(scope, COOKIE)


def brought(scope: Scope, cookie: str) -> str:
    """The value of one of these cookies; "" for none."""
    name = _name(cookie, secured=_secured(scope))
    for header in Headers(scope=scope).getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                return value.strip()
    return ""


def begun(scope: Scope, secret: str, seconds: int, cookie: str = COOKIE) -> str:
    """The header Set-Cookie with which a session begins, or a login, that lasts so many seconds."""
    secured = _secured(scope)
    return f"{_name(cookie, secured=secured)}={secret}; {ATTRIBUTES}; Max-Age={seconds}{'; Secure' if secured else ''}"


def ended(scope: Scope, cookie: str = COOKIE) -> str:
    """The header Set-Cookie with which it ends."""
    return begun(scope, "", 0, cookie)


def _name(cookie: str, *, secured: bool) -> str:
    return f"{HOST_ONLY if secured else ''}{cookie}"


def _secured(scope: Scope) -> bool:
    """Whether the cookie is for TLS alone: everywhere but on this machine, asked by plain HTTP."""
    host = Headers(scope=scope).get("host", "")
    return scope["scheme"] not in ("http", "ws") or not THIS_MACHINE.fullmatch(host)
