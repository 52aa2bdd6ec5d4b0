"""What a document says of the request that it answers (Data Origin): protocol, service, URL."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from adapters.registry.service import TABLE, ServiceRecord
from adapters.votable.origin import ASKED, Asked
from adapters.votable.parameters import bool_parameter
from gateway.addresses import base_url
from gateway.settings import Settings

GIVEN = "gateway.given"
"""Key of the ASGI scope under which `note_given` leaves the parameters."""
MIVOT = "mivot"
"""Parameter that asks for annotations, in lower case."""
LONGEST = 2000
"""Characters of parameters that are repeated: beyond, they are a list of thousands, which would be the larger part."""
FEW = 100
"""Parameters that are repeated."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is told of parameters: no more is kept, as a form may be large."""

    told: str
    """As in a query string; "" where there are none, or they are too long to be repeated."""
    mivot: str


def note_given(scope: Scope, pairs: Sequence[tuple[str, str]]) -> None:
    """Remember the parameters of a form and of the query string before it, as far as documents tell of them."""
    scope[GIVEN] = Given(_repeated(pairs), _value(pairs, MIVOT))


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
    given = _given(http)
    url = f"{base_url(http, settings)}{quote(http.scope['path'])}"
    request = f"{url}?{given.told}" if given.told else url
    annotated = bool_parameter({MIVOT: given.mivot}, MIVOT.upper(), default=False)
    if service is None:
        return Asked(request=request, authority=settings.authority, annotated=annotated)
    table = http.path_params.get("table", "")
    of_table = service.path[1:].replace(TABLE, table) if table else ""
    name = of_table if TABLE in service.path else service.name
    return Asked(service.ivoid, name, request, settings.authority, annotated)


def _given(http: Request) -> Given:
    """The parameters: of the form, where one has been read, else of the URL."""
    if http.method == "POST" and GIVEN in http.scope:
        posted: Given = http.scope[GIVEN]
        return posted
    text = str(http.scope["query_string"], "latin-1")
    pairs = http.query_params.multi_items() if MIVOT in text.lower() else ()
    return Given(text if len(text) <= LONGEST else "", _value(pairs, MIVOT))


def _value(pairs: Sequence[tuple[str, str]], name: str) -> str:
    """The value of a parameter, whatever the case of its name; "" where it is not given."""
    return next((value for each, value in pairs if each.lower() == name), "")


def _repeated(pairs: Sequence[tuple[str, str]]) -> str:
    """The parameters as in a query string; "" where they are too long to be repeated."""
    short = len(pairs) <= FEW and sum(map(len, (value for _, value in pairs))) <= LONGEST
    return urlencode(pairs) if short else ""
