"""`/sia`: observations found by place, time, wavelength and more (SIA 2.0), over `ivoa.obscore`."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from adapters.datalink.services import rows_descriptors
from adapters.sia.description import itself
from adapters.sia.query import SiaQuery, query
from adapters.votable.envelope import Head
from adapters.votable.formats import TABLEDATA, negotiate
from adapters.votable.parameters import FORMAT, gathered, once
from gateway.addresses import base
from gateway.cacheable import declared
from gateway.errors import votable_refusal
from gateway.request import pairs
from gateway.routes.vosi import XML, availability
from gateway.stages import Stages
from gateway.state import state_of
from gateway.tables import streamed
from planning.errors import GatewayError


async def sia(http: HttpRequest) -> Response:
    """The records of the observations asked for."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            told = gathered(await pairs(http, state.settings.max_body_bytes))
            asked = query(told, state.settings.max_rows)
            format_ = negotiate(once(told, FORMAT).get(FORMAT), http.headers.get("accept"), TABLEDATA)
        return await streamed(http, asked.plan, _head(asked, base(http, state.settings)), format_, stages)
    except GatewayError as error:
        return votable_refusal(error)


def _head(asked: SiaQuery, address: str) -> Head:
    shape = asked.plan.shape
    links = rows_descriptors(address, shape.table, shape.cells)
    ignored = (("IGNORED", f"SIA has no parameter {', '.join(asked.ignored)}"),) if asked.ignored else ()
    services = links if asked.limit else (*links, itself(address))
    return Head(shape.table, shape.cells, infos=ignored, services=services)


async def capabilities(http: HttpRequest) -> Response:
    """What there is to be asked, and how."""
    from adapters.sia.capabilities import capabilities as document

    state = state_of(http.scope)
    return declared(document(base(http, state.settings)), XML)


ROUTES = (
    Route("/sia", sia, methods=["GET", "POST"]),
    Route("/sia/capabilities", capabilities),
    Route("/sia/availability", availability),
)
