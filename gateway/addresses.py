"""Where clients find the gateway, as documents tell it."""

import re
from ipaddress import AddressValueError, IPv4Address

from starlette.requests import Request

from gateway.settings import Settings

SOUND = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
"""A host that an address can be made of."""
NUMBER = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)$")


def base(request: Request, settings: Settings) -> str:
    """The public address without a slash at its end: the one that GATEWAY_URL has, else the one of this request.

    A request may say that its host is anything: where no address can be made of that, it is this machine.
    """
    if settings.url:
        return settings.url.rstrip("/")
    told = request.base_url
    found = told if _sound(told.netloc) else told.replace(netloc=f"localhost:{settings.port}")
    return str(found).rstrip("/")


def _sound(netloc: str) -> bool:
    """Whether an URL has such a host: what ends in a number is an IPv4 address, what begins with `xn--` is Punycode."""
    found = SOUND.fullmatch(netloc)
    if not found:
        return False
    host = found[1].rstrip(".").lower()
    try:
        if NUMBER.search(host):
            IPv4Address(host)
        if "xn--" in host:
            host.encode().decode("idna")
    except (AddressValueError, UnicodeError):
        return False
    return True
