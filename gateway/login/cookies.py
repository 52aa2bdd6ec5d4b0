"""The cookie that a browser holds a session by (RFC 6265): for this host and TLS alone, and unseen by scripts."""

import re

from starlette.datastructures import Headers
from starlette.types import Scope

COOKIE = "jmmc-session"
HOST_ONLY = "__Host-"
"""Before its name: browsers take such a cookie from this host alone, and neighbours cannot plant one."""
ATTRIBUTES = "HttpOnly; SameSite=Lax; Path=/"
THIS_MACHINE = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?", re.IGNORECASE)
"""What a header Host says that is this machine's own: no network is between."""


def session(scope: Scope) -> str:
    """The session that a request brings; "" for none."""
    name = _name(secured=_secured(scope))
    for header in Headers(scope=scope).getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                return value.strip()
    return ""


def begun(scope: Scope, secret: str, seconds: int) -> str:
    """The header Set-Cookie with which a session begins, that lasts so many seconds."""
    secured = _secured(scope)
    return f"{_name(secured=secured)}={secret}; {ATTRIBUTES}; Max-Age={seconds}{'; Secure' if secured else ''}"


def ended(scope: Scope) -> str:
    """The header Set-Cookie with which it ends."""
    return begun(scope, "", 0)


def _name(*, secured: bool) -> str:
    return f"{HOST_ONLY if secured else ''}{COOKIE}"


def _secured(scope: Scope) -> bool:
    """Whether the cookie is for TLS alone: everywhere but on this machine, asked by plain HTTP."""
    host = Headers(scope=scope).get("host", "")
    return scope["scheme"] not in ("http", "ws") or not THIS_MACHINE.fullmatch(host)
