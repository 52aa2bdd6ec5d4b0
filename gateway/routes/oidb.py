"""`/oidb/search`: granules by OiDB's own search filters, as a table."""

from dataclasses import replace

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.oidb.search import parse_oidb_search, parse_search_parameters
from adapters.votable.formats import TABLEDATA, negotiate
from adapters.votable.parameters import FORMAT, once
from gateway.errors import votable_refusal
from gateway.request import pairs
from gateway.stages import Stages
from gateway.state import state_of
from gateway.tables import heading, planned, streamed
from planning.errors import GatewayError
from planning.plan import Plan


async def oidb_search(http: HttpRequest) -> Response:
    """A page of the granules that all filters choose."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            told = parse_search_parameters(await pairs(http, state.settings.max_body_bytes))
            asked = parse_oidb_search(told, state.settings.max_rows)
            format_ = negotiate(once(told, FORMAT).get(FORMAT), http.headers.get("accept"), TABLEDATA)
        with stages.stage("plan"):
            found = await planned(state, asked.request)
            plan = Plan(replace(found.plan.shape, offset=asked.offset), found.plan.values)
        return await streamed(http, plan, heading(http, found), format_, stages)
    except GatewayError as error:
        return votable_refusal(error)
