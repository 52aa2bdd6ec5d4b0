"""Requests that a page in a browser makes, perhaps without its reader's knowledge, told from those of tools."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers

from planning.errors import BadInput, GatewayError

ANY = "*"
SITE = "sec-fetch-site"
OWN = ("none", "same-origin")
"""What browsers say of an address that was typed in, and of a page of our own (Fetch Metadata, section 2.3)."""


_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,500}")


class OriginRefused(GatewayError):
    """A page of an origin that may not ask would change something."""

    code = "ORIGIN_REFUSED"
    status = 403


def of_page(headers: Headers) -> bool:
    """Whether a page asks, of whatever origin; an address that was typed in is no page's.

    Browsers say so, by `Origin` or `Sec-Fetch-Site`, and no page can keep them from it.
    """
    return "origin" in headers or headers.get(SITE, "none") != "none"


def require_origin(headers: Headers, allowed: Sequence[str]) -> None:
    """Raise `OriginRefused` for a request of a page whose origin is not among these; `*` stands for any.

    Browsers ask first (CORS) before they send most requests, but not before a form.
    """
    if ANY in allowed or headers.get("origin") in allowed:
        return
    if headers.get(SITE, "none" if "origin" not in headers else "") not in OWN:
        message = "A page of this origin may change nothing here: GATEWAY_ORIGINS lists those that may"
        raise OriginRefused(message)


def require_own_page(headers: Headers, allowed: Sequence[str]) -> None:
    """Raise `OriginRefused` for a request that a page makes which is neither ours nor of one of these origins.

    For what a browser adds by itself: a session, or a password that it remembers. `*` allows none, as pages of any
    origin ask without credentials. Another host of the same site is another origin, though SameSite lets it through.
    """
    site, origin = headers.get(SITE), headers.get("origin")
    if site in OWN or (site is None and origin is None) or (origin is not None and origin in allowed):
        return
    message = "A page of this origin may not use your login here: GATEWAY_ORIGINS lists those that may"
    raise OriginRefused(message)


def own_path(path: str) -> str:
    """The path of a page of the gateway, which a browser may be sent on to; raises `BadInput`.

    It is not of a browser's idea of another host, which `//` and a backslash begin.
    """
    if not _OWN_PATH.fullmatch(path):
        message = f"next is {path[:40]!r}: the path of a page of this gateway is wanted, as /docs/"
        raise BadInput(message)
    return path
