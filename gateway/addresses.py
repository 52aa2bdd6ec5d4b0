"""Where clients find the gateway, as documents tell it."""

from starlette.requests import Request

from gateway.settings import Settings


def base(request: Request, settings: Settings) -> str:
    """The public address without a slash at its end: the one that GATEWAY_URL has, else the one of this request."""
    return (settings.url or str(request.base_url)).rstrip("/")
