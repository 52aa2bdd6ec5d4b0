"""The public address of the gateway, for documents that name it."""

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address

from starlette.requests import Request

from adapters.votable.parameters import bool_parameter, repeated_values, selected_values
from gateway.settings import Settings

NETLOC = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
"""Host and port that an address can be made of."""
NUMBER = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)$")


def base_url(request: Request, settings: Settings) -> str:
    """The public address of the gateway, without a slash at its end: GATEWAY_URL, or else that of this request.

    The header Host may hold anything: where no address can be made of it, this is `localhost`.
    """
    if settings.url:
        return settings.url.rstrip("/")
    url = request.base_url
    return str(url if _valid(url.netloc) else url.replace(netloc=f"localhost:{settings.port}")).rstrip("/")


def links_base(request: Request, settings: Settings, pairs: Iterable[tuple[str, str]]) -> str:
    """The public address of the gateway for the DataLink RESOURCE of a VOTable; "" where LINKS=false wants none.

    `pairs` are all parameters of the request. Raises `BadInput` for another LINKS than true or false.
    """
    chosen = selected_values(repeated_values(pairs), "links")
    return base_url(request, settings) if bool_parameter(chosen, "LINKS", default=settings.links) else ""


def _valid(netloc: str) -> bool:
    """Whether it is a host that an URL may have.

    One that ends in a number is an IPv4 address, one that begins with `xn--` is Punycode.
    """
    match = NETLOC.fullmatch(netloc)
    if not match:
        return False
    host = match[1].rstrip(".").lower()
    try:
        if NUMBER.search(host):
            IPv4Address(host)
        if "xn--" in host:
            host.encode().decode("idna")
    except (AddressValueError, UnicodeError):
        return False
    return True
