"""Services that logins are verified by, asked over HTTP in a thread; the deployment names them, and none redirects."""

import logging
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request

from gateway.remote_uploads import OPENER
from planning.errors import GatewayError, Unauthenticated

LOG = logging.getLogger(__name__)
SECONDS = 5.0
"""How long a service may be silent."""
REFUSED = (400, 401)
"""Statuses with which a provider refuses a code, or its client."""
LARGEST = 1_000_000
"""Bytes of an answer that are read."""


class LoginUnavailable(GatewayError):
    """The service that would verify credentials does not answer."""

    code = "LOGIN_UNAVAILABLE"
    status = 503


def fetched(address: str, form: Mapping[str, str] | None = None) -> bytes:
    """What a service answers to GET, or to a form that is posted; blocks, and raises `LoginUnavailable`."""
    body = None if form is None else urlencode(form).encode()
    try:
        request = Request(address, body, {"User-Agent": "JMMC-Gateway"})  # noqa: S310 - https, as the settings say
        with OPENER.open(request, timeout=SECONDS) as answer:
            return bytes(answer.read(LARGEST))
    except (URLError, HTTPException, OSError, ValueError) as error:
        LOG.warning("%s does not answer, and logs nobody in: %s", address, error)
        raise unavailable() from error


def exchanged(address: str, form: Mapping[str, str]) -> bytes:
    """What a provider gives for a code (RFC 6749 section 4.1.3); blocks.

    Raises `Unauthenticated` for a code that it does not take (section 5.2), else as `fetched`.
    """
    try:
        return fetched(address, form)
    except LoginUnavailable as error:
        if isinstance(error.__cause__, HTTPError) and error.__cause__.code in REFUSED:
            message = "The provider does not take the code of this login: begin again at /login/provider"
            raise Unauthenticated(message) from error
        raise


def unavailable() -> LoginUnavailable:
    """The refusal, which names no address of ours."""
    return LoginUnavailable("Who verifies logins does not answer: try again in a few seconds, or ask as nobody")
