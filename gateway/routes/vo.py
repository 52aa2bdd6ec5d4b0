"""The Virtual Observatory's doors: `/scs/{table}` and `/search.votable`, each a stored GraphQL document."""

from dataclasses import replace
from datetime import datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.votable import obsportal
from adapters.votable.cone import cone_search
from adapters.votable.fields import with_ucd1
from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from gateway.errors import votable_refusal
from gateway.request import parameters
from gateway.stages import Stages
from gateway.state import State, state_of
from gateway.tables import heading, planned, streamed
from planning.errors import GatewayError
from schema.obsportal import LAST_CHANGE


async def scs(http: HttpRequest) -> Response:
    """Simple Cone Search 1.03 of one table."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            told = await parameters(http, state.settings.max_body_bytes)
            asked = cone_search(state.catalog, http.path_params["table"], told, state.settings.max_rows)
            format_ = negotiate(told.get("responseformat"), http.headers.get("accept"), TABLEDATA)
        with stages.stage("plan"):
            found = await planned(state, asked.request)
            table = found.with_cells(with_ucd1(found.table, found.cells))
        return await streamed(http, table.plan, heading(http, table), format_, stages)
    except GatewayError as error:
        return votable_refusal(error)


async def search_votable(http: HttpRequest) -> Response:
    """The Obs Portal's search, as ASPRO2 and OiDB call it."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            told = await parameters(http, state.settings.max_body_bytes)
            asked = obsportal.request(told, state.settings.max_rows)
        with stages.stage("plan"):
            found = await planned(state, asked)
            table = found.with_cells(obsportal.spelled(found.cells))
        head = replace(heading(http, table), params=obsportal.params(_last_change(state)), services=())
        return await streamed(http, table.plan, head, Negotiated(TABLEDATA, TABLEDATA.media_type), stages)
    except GatewayError as error:
        return votable_refusal(error)


def _last_change(state: State) -> datetime | None:
    found = state.hub.health.part(LAST_CHANGE)
    return found[0][0] if found else None
