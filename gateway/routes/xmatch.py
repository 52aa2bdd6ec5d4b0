"""Cross-match: `/xmatch` speaks as CDS X-Match does, `/xmatch/list` gives a list back with what is near each source."""

from collections.abc import Callable
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.votable.parameters import Parameters
from adapters.xmatch.match import crossmatch
from adapters.xmatch.metadata import told
from adapters.xmatch.parameters import CrossmatchRequest, cds, listed
from gateway.errors import votable_refusal
from gateway.forms import SubmittedForm, form
from gateway.stages import Stages
from gateway.state import state_of
from gateway.tables import sent
from planning.errors import BadInput, GatewayError
from schema.catalog import Catalog

Read = Callable[[Catalog, Parameters, int, str | None], CrossmatchRequest]


async def sync(http: Request) -> Response:
    """What CDS X-Match answers at `/xmatch/api/v1/sync`."""
    return await _answered(http, cds, "cat1")


async def whole_list(http: Request) -> Response:
    """A list of sources, each with its match, the separation, and how many there are: none for those not matched."""
    return await _answered(http, listed, "sources")


async def _answered(http: Request, read: Read, part: str) -> Response:
    state = state_of(http.scope)
    settings, stages = state.settings, Stages()
    try:
        async with form(http, settings.max_body_bytes, settings.max_upload_bytes) as given:
            with stages.stage("read"):
                asked = read(state.catalog, given.told, settings.max_rows, http.headers.get("accept"))
                sources = _file(given, part)
            body = crossmatch(state.hub, state.engine.writers, sources, asked)
            return await sent(http, body, asked.format, stages, settings.sync_seconds)
    except GatewayError as error:
        return votable_refusal(error)


def _file(given: SubmittedForm, part: str) -> BinaryIO:
    found = given.files.get(part)
    if found is None:
        message = f"{part} is wanted: a VOTable or CSV, as a part of a form (multipart/form-data)"
        raise BadInput(message)
    return found


async def tables(http: Request) -> Response:
    """What there is to match with."""
    state = state_of(http.scope)
    try:
        async with form(http, state.settings.max_body_bytes, state.settings.max_body_bytes) as given:
            content, media_type = told(state.catalog, given.told, state.hub.row_counts.rows)
            return Response(content, media_type=media_type)
    except GatewayError as error:
        return votable_refusal(error)


METHODS = ["GET", "POST"]
ROUTES = (
    *(Route(path, sync, methods=METHODS) for path in ("/xmatch", "/xmatch/api/v1/sync")),
    *(Route(path, tables, methods=METHODS) for path in ("/xmatch/tables", "/xmatch/api/v1/sync/tables")),
    Route("/xmatch/list", whole_list, methods=["POST"]),
)
