"""TAP 1.1 for who waits: `/tap/sync`."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.tap.answer import answer
from adapters.tap.parameters import RowLimits, tap_request
from adapters.tap.uploads import contents
from gateway.addresses import base
from gateway.errors import votable_refusal
from gateway.forms import form
from gateway.stages import Stages
from gateway.state import State
from gateway.tables import sent
from planning.errors import GatewayError

ACCUMULATING = ("upload",)


async def sync(http: Request) -> Response:
    """An ADQL query, answered as its rows come."""
    state: State = http.app.state.gateway
    told, stages = state.settings, Stages()
    try:
        async with form(http, told.max_body_bytes, told.max_upload_bytes, ACCUMULATING) as read:
            with stages.stage("read"):
                limits = RowLimits(told.max_rows_default, told.max_rows)
                asked = replace(tap_request(read.told, limits, http.headers.get("accept")), base=base(http, told))
                tables = contents(asked.uploads, read.files, state.engine.fetch)
            body = answer(state.engine, asked, tables, step=stages.stage)
            return await sent(http, body, asked.format, stages, told.sync_seconds)
    except GatewayError as error:
        return votable_refusal(error)


ROUTES = (Route("/tap/sync", sync, methods=["GET", "POST"]),)
