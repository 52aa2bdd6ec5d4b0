"""`/graphql`: GraphQL over HTTP, as JSON or, where the client accepts it, as a table."""

from collections.abc import Mapping

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import WebSocketRoute

from adapters.votable.document import heading
from adapters.votable.formats import Negotiated
from adapters.votable.stream import stream_document
from gateway.accept import EventStream, JsonFormat, NotAcceptable, events_too, incremental, requested
from gateway.addresses import links_base
from gateway.cacheable import CacheableResponse
from gateway.documents import DocumentRefused
from gateway.door import Door, Endpoint, refusing
from gateway.events import EventResponse
from gateway.freshness import UNKEPT
from gateway.graphql_parameters import graphql_parameters
from gateway.incremental import IncrementalResponse
from gateway.middleware.conditional import SCHEMA_FILE
from gateway.payloads import json_payload
from gateway.refusals import graphql_refusal, votable_refusal
from gateway.request import until_disconnect
from gateway.routes.graphiql import graphiql_page
from gateway.routes.graphql_tour import TOUR
from gateway.routes.sockets import socket
from gateway.server_timing import ServerTiming
from gateway.state import State, state_of
from gateway.streaming import send
from hub.dependencies import SCHEMA
from hub.threads import compute
from planning.errors import BadInput, GatewayError, NotFound, WrongMethod
from resolvers import tabular
from resolvers.operation import FirstDelivery
from resolvers.request import OperationResult, Request, refused
from resolvers.sdl import schema_text
from resolvers.streams import subscribes

METHODS = ("GET", "POST", "OPTIONS")
ASKING = {"query", "documentId", "extensions"}
"""Parameters of a GET that asks something, whatever it accepts: Java's own `Accept` begins with text/html."""
ALLOW = "GET, HEAD, POST, OPTIONS"


async def graphql(http: HttpRequest) -> Response:
    """Answer GET and POST (GraphQL over HTTP, draft of September 2026)."""
    state = state_of(http.scope)
    accept = http.headers.get("accept")
    if http.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ALLOW})
    if _from_browser(http, accept or "") and state.settings.graphiql:
        return graphiql_page(http)
    form, timing = _negotiated(http), ServerTiming()
    try:
        request = await _parse(http, state)
    except GatewayError as error:
        if (refusal := _refusal(state, error, form, timing)) is None:
            raise  # here: where an error is a name of the frame that raises it, its frames keep the body until a GC
        return refusal
    timing.end("parse")
    if events_too(http.scope) and subscribes(state.operations, request):
        form = EventStream()
    match form:
        case EventStream():
            return await _events(http, request)
        case Negotiated():
            return await answer_table(http, request, form, timing)
        case _:
            return await answer_json(http, request, form, timing)


async def _parse(http: HttpRequest, state: State) -> Request:
    """The operation that is asked, its text being found where the client sent only its hash."""
    given = await graphql_parameters(http, state.settings.max_json_bytes, state.settings.max_body_bytes)
    return Request(await state.documents.text(given), given.operation_name, given.variables, given.safe)


def _refusal(
    state: State, error: GatewayError, form: JsonFormat | EventStream | Negotiated, timing: ServerTiming
) -> Response | None:
    """The refusal of what cannot be read, or may not be asked; None for those that the door writes."""
    if isinstance(form, EventStream):
        return EventResponse(refused(error), state.settings.max_cost)
    if not isinstance(error, DocumentRefused):
        return None
    return _write(state, refused(error), form if isinstance(form, JsonFormat) else JsonFormat(), timing, UNKEPT)


async def answer_json(http: HttpRequest, request: Request, form: JsonFormat, timing: ServerTiming) -> Response:
    """The answer as JSON, or its parts as they come."""
    state = state_of(http.scope)
    parts = None if http.method == "HEAD" else incremental(http.scope)
    run = state.operations.deliver if parts else state.operations.run
    with state.operations.answering(request):
        plan = await state.operations.planned(request)
        timing.end("plan")
        result = plan if isinstance(plan, OperationResult) else await until_disconnect(http, run(plan))
        timing.end("run")
    if isinstance(result, FirstDelivery):
        assert parts  # noqa: S101 - for mypy: nothing else is delivered
        return IncrementalResponse(result, parts, state.settings.max_cost, timing.headers)
    return _write(state, result, form, timing, UNKEPT if request.safe and not result.whole else {})


@refusing(votable_refusal)
async def answer_table(http: HttpRequest, request: Request, form: Negotiated, timing: ServerTiming) -> Response:
    """The nodes of the only connection, streamed; a refusal before the first byte is a VOTable."""
    state = state_of(http.scope)
    table = await tabular.plan_table(state.operations, request, state.settings.max_rows)
    timing.end("plan")
    rows = tabular.stream_rows(state.hub, table.plan, form.format.row, form.format.copy_options, form.format.measure)
    base = links_base(http, state.settings, http.query_params.multi_items())
    head = heading(table, base, form.version)
    written = stream_document(head, form.format, rows, table.limit, step=timing.end)
    return await send(http, written, form, head.name, timing)


async def _events(http: HttpRequest, request: Request) -> Response:
    state, after = state_of(http.scope), http.headers.get("last-event-id")
    results = await until_disconnect(http, state.subscriptions.open(request, after))
    return EventResponse(results, state.settings.max_cost)


async def sdl(http: HttpRequest) -> Response:
    """The schema as text, for tools that read it from a file: their caches ask again with its ETag."""
    operations = state_of(http.scope).operations
    if not operations.limits.introspection:
        message = "The schema is not told here: introspection is off (GATEWAY_INTROSPECTION)"
        raise NotFound(message)
    response = CacheableResponse(await compute(schema_text, operations.catalog), media_type="text/plain")
    response.made_of = (SCHEMA,)
    return response


def _write(
    state: State, result: OperationResult, form: JsonFormat, timing: ServerTiming, kept: Mapping[str, str]
) -> Response:
    text = json_payload(result.priced(state.settings.max_cost))
    timing.end("write")
    headers = {**timing.headers, **kept, "Vary": "Accept", "Content-Type": form.content_type}
    if result.refusal == WrongMethod.status:
        headers["Allow"] = "POST"
    kind = CacheableResponse if result.whole else Response
    return kind(text, _status(result, form), headers=headers)


def _from_browser(http: HttpRequest, accept: str) -> bool:
    return http.method != "POST" and "text/html" in accept and ASKING.isdisjoint(http.query_params)


def _negotiated(http: HttpRequest) -> JsonFormat | EventStream | Negotiated:
    form = requested(http.scope)
    if form is None:
        accept = http.headers.get("accept", "")[:60]
        message = f"{accept} is not offered: application/json is, and VOTable, CSV and TSV for tables"
        raise NotAcceptable(message)
    return form


def _status(result: OperationResult, form: JsonFormat) -> int:
    if result.refusal:
        return 200 if form.legacy and result.refusal == BadInput.status else result.refusal
    return form.partial if "errors" in result.payload else 200


DOOR = Door(
    endpoints=(Endpoint("/graphql", graphql, METHODS), Endpoint(SCHEMA_FILE, sdl), WebSocketRoute("/graphql", socket)),
    addresses=("/graphql",),
    refuse=graphql_refusal,
    tour=TOUR,
)
