"""`/compare`: a list of names or places, compared with all databases; machines send theirs to `/xmatch/list`."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from gateway.addresses import base_url
from gateway.door import Door, Endpoint
from gateway.language import language, page_response
from gateway.state import state_of


async def compare(http: HttpRequest) -> Response:
    """The page."""
    from adapters.page.rendering import rendered

    base = base_url(http, state_of(http.scope).settings)
    return page_response(http, rendered("compare.html", language(http), page="compare", base=base))


DOOR = Door(endpoints=(Endpoint("/compare", compare),), addresses=("/compare",))
