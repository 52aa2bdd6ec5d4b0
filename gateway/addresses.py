"""Where clients find the gateway, as documents tell it."""

import re

from starlette.requests import Request

from gateway.settings import Settings

SOUND = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
"""A host that an address can be made of."""


def base(request: Request, settings: Settings) -> str:
    """The public address without a slash at its end: the one that GATEWAY_URL has, else the one of this request.

    A request may say that its host is anything: where no address can be made of that, it is this machine.
    """
    if settings.url:
        return settings.url.rstrip("/")
    told = request.base_url
    found = told if SOUND.fullmatch(told.netloc) else told.replace(netloc=f"localhost:{settings.port}")
    return str(found).rstrip("/")
