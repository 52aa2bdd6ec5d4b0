"""Tables that UPLOAD names by an address (TAP 1.1 section 2.7.6): fetched from hosts that the deployment trusts alone.

A service that fetched whatever it is told would be a way into the network that it stands in.
"""

import asyncio
from collections.abc import AsyncIterator
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from planning.errors import BadInput

SCHEMES = ("http", "https")
PATIENCE = 20.0
"""Seconds that a host may be silent."""
BLOCK = 1 << 20


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else than where it was sent."""

    def redirect_request(self, *_told: Any) -> None:
        """Follow no redirection: it may lead to a host that nobody trusts."""
        return


OPENER = build_opener(_Stay)


def allowed(uri: str, hosts: frozenset[str]) -> bool:
    """Whether a table may be fetched from there."""
    try:
        address = urlsplit(uri)
        return address.scheme.lower() in SCHEMES and (address.hostname or "") in hosts
    except ValueError:
        return False


async def fetched(uri: str) -> AsyncIterator[bytes]:
    """What is there, as it comes; raises `BadInput`. Whether it may be fetched is for the caller to know."""
    try:
        file = await asyncio.to_thread(_opened, uri)
        try:
            while block := await asyncio.to_thread(file.read, BLOCK):
                yield block
        finally:
            file.close()
    except HTTPError as error:
        error.close()
        message = f"No table could be fetched from {uri[:100]!r}: it says {error.code}"
        raise BadInput(message) from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        message = f"No table could be fetched from {uri[:100]!r}: it does not answer"
        raise BadInput(message) from error


def _opened(uri: str) -> IO[bytes]:
    file: IO[bytes] = OPENER.open(Request(uri, headers={"User-Agent": "JMMC-Gateway"}), timeout=PATIENCE)  # noqa: S310
    return file
