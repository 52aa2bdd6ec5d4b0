"""Tables that UPLOAD names by an address (TAP 1.1 section 2.7.6), fetched only from hosts that the deployment trusts.

A service that fetched whatever it is told would be a way into the network that it stands in: GATEWAY_UPLOAD_HOSTS lists
the hosts, and no redirection is followed.
"""

from collections.abc import AsyncIterator
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from adapters.tap.engine import Fetch
from hub.limits import PART
from hub.threads import Threads
from planning.errors import BadInput

SCHEMES = ("http", "https")
SILENCE = 20.0
"""Seconds that a host may be silent."""
BLOCK = 1 << 20
FETCHES = 8
"""Threads that fetch: in a silent host's name, one of them waits."""


class _NoRedirect(HTTPRedirectHandler):
    """Makes an HTTPError of a redirection, which may lead to a host that is not trusted."""

    def redirect_request(self, *_args: Any) -> None:
        """Return None: the redirection is not followed."""
        return


OPENER = build_opener(_NoRedirect)


def fetcher(hosts: frozenset[str], part: float = PART) -> Fetch:
    """Make the function that fetches tables from these hosts (lower case, without port), and from no others.

    `part` is what one client may have of the threads that fetch.
    """
    threads = Threads("tables being fetched", FETCHES, part)

    def fetch(uri: str) -> AsyncIterator[bytes] | None:
        return _fetched(uri, threads) if allowed(uri, hosts) else None

    return fetch


def allowed(uri: str, hosts: frozenset[str]) -> bool:
    """Whether the URI is http or https and its host is one of these."""
    try:
        address = urlsplit(uri)
        return address.scheme.lower() in SCHEMES and (address.hostname or "") in hosts
    except ValueError:
        return False


async def _fetched(uri: str, threads: Threads) -> AsyncIterator[bytes]:
    """The body of the response, block by block; raises `BadInput`."""
    try:
        file = await threads.run(_opened, uri)
        try:
            _require_known_coding(file.headers.get("content-encoding", ""))
            while block := await threads.run(file.read, BLOCK):
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


def _require_known_coding(coding: str) -> None:
    """Raise `BadInput` for a coding that is not gzip, which whoever reads the table recognizes by itself."""
    if coding.strip().lower() not in ("", "identity", "gzip", "x-gzip"):
        message = f"The table comes in the coding {coding[:40]!r}: gzip is read, or none"
        raise BadInput(message)


def _opened(uri: str) -> HTTPResponse:
    file: HTTPResponse = OPENER.open(Request(uri, headers={"User-Agent": "JMMC-Gateway"}), timeout=SILENCE)  # noqa: S310
    return file
