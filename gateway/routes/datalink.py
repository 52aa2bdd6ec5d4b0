"""`/datalink/links` and `/datalink/{table}/links`: what there is about records (DataLink 1.1)."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from adapters.datalink.document import links_document
from adapters.datalink.identifiers import kind_of_table
from adapters.datalink.services import MEDIA_TYPE
from adapters.votable.formats import TABLEDATA, VOTABLE, negotiate
from adapters.votable.parameters import FORMAT, gathered, once
from gateway.addresses import base
from gateway.cacheable import CacheableResponse, declared
from gateway.errors import votable_refusal
from gateway.request import pairs, while_there
from gateway.routes.vosi import XML, availability
from gateway.stages import Stages
from gateway.state import state_of
from hub.dependencies import current_time
from planning.errors import BadInput, GatewayError


async def links(http: HttpRequest) -> Response:
    """Links of records, by identifiers or, under a table's name, by values of its identifying column."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            every = await pairs(http, state.settings.max_json_bytes)
            told, ids = gathered(every), [value for name, value in every if name.lower() == "id"]
            table = http.path_params.get("table")
            kind = kind_of_table(table) if table else None
            media_type = _media_type(once(told, FORMAT).get(FORMAT))
        with stages.stage("links"):
            asking = links_document(state.operations, ids, kind, base(http, state.settings), current_time())
            content = await while_there(http, asking)
    except GatewayError as error:
        return votable_refusal(error, http.url.path)
    return CacheableResponse(content, headers=stages.headers | {"Content-Type": media_type})


async def capabilities(http: HttpRequest) -> Response:
    """What there is to be asked, and how."""
    from adapters.datalink.capabilities import datalink_capabilities as document

    state = state_of(http.scope)
    return declared(document(base(http, state.settings)), XML)


def _media_type(wanted: str | None) -> str:
    """The media type to answer with: DataLink's own, unless the client names another that a VOTable has.

    Parameters of a media type say nothing here (section 2.2.2).
    """
    plain, parameters, _ = (wanted or "votable").partition(";")
    found = negotiate(plain, None, TABLEDATA)
    if found.format is not TABLEDATA:
        message = f"Links are not written as {plain[:40]}: RESPONSEFORMAT=votable is wanted"
        raise BadInput(message)
    own = plain.strip().lower() == "votable" or (parameters and found.media_type == VOTABLE)
    return MEDIA_TYPE if own else found.media_type


ROUTES = (
    Route("/datalink/links", links, methods=["GET", "POST"]),
    Route("/datalink/{table}/links", links, methods=["GET", "POST"]),
    Route("/datalink/capabilities", capabilities),
    Route("/datalink/availability", availability),
)
