"""What a document says of the request that it answers (Data Origin): protocol, service, URL."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from adapters.registry.service import STANDARD, TABLE, ServiceRecord
from adapters.votable.origin import ASKED, Asked
from adapters.votable.parameters import bool_parameter
from gateway.addresses import base_url
from gateway.settings import Settings

GIVEN = "gateway.given"
"""Key of the ASGI scope under which `note_given` leaves the parameters."""
LONGEST = 2000
"""Characters of parameters that are repeated: beyond, they are a list of thousands, which would be the larger part."""
FEW = 100
"""Parameters that are repeated."""


def note_given(scope: Scope, pairs: Sequence[tuple[str, str]]) -> None:
    """Remember the parameters of a form and of the query string before it."""
    scope[GIVEN] = pairs


def telling(
    handler: Callable[[Request], Awaitable[Response]], service: ServiceRecord | None
) -> Callable[[Request], Awaitable[Response]]:
    """The same handler, for whose documents it is known how they were asked for."""

    async def respond(http: Request) -> Response:
        token = ASKED.set(partial(_asked, http, service))
        try:
            return await handler(http)
        finally:
            ASKED.reset(token)

    return respond


def _asked(http: Request, service: ServiceRecord | None) -> Asked:
    settings: Settings = http.app.state.gateway.settings
    url = f"{base_url(http, settings)}{quote(http.scope['path'])}"
    told = _parameters(http)
    request = f"{url}?{told}" if told else url
    annotated = bool_parameter({"mivot": _value(http, "mivot")}, "MIVOT", default=False)
    if service is None:
        return Asked(request=request, authority=settings.authority, annotated=annotated)
    name = service.path[1:].replace(TABLE, http.path_params["table"]) if TABLE in service.path else service.name
    return Asked(f"{STANDARD}{service.standard}", name, request, settings.authority, annotated)


def _value(http: Request, name: str) -> str:
    """The value of a parameter, whatever the case of its name; "" where it is not given."""
    if name.encode() not in http.scope["query_string"].lower() and GIVEN not in http.scope:
        return ""
    given = [*http.scope.get(GIVEN, ()), *http.query_params.multi_items()]
    return next((value for each, value in given if each.lower() == name), "")


def _parameters(http: Request) -> str:
    """The parameters as in a query string; "" where there are none, or they are too long to be repeated."""
    given: Sequence[tuple[str, str]] = http.scope.get(GIVEN, ())
    if http.method != "POST" or not given:
        text = str(http.scope["query_string"], "latin-1")
        return text if len(text) <= LONGEST else ""
    short = len(given) <= FEW and sum(map(len, (value for _, value in given))) <= LONGEST
    return urlencode(given) if short else ""
