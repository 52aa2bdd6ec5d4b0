"""`/graphql`: GraphQL over HTTP, as JSON or, where the client accepts it, as a table."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response

from adapters.votable.formats import Negotiated
from gateway.accept import EventStream, JsonFormat, NotAcceptable, accepted
from gateway.cacheable import CacheableResponse
from gateway.documents import DocumentRefused, Documents
from gateway.errors import graphql_refusal
from gateway.events import event_stream
from gateway.freshness import UNKEPT
from gateway.graphql_parameters import GraphQLParameters, asking
from gateway.request import while_there
from gateway.routes.graphiql import PAGE
from gateway.stages import Stages
from gateway.state import State, state_of
from gateway.tables import table_response
from planning.errors import BadInput, GatewayError, WrongMethod
from resolvers.operation import OperationResult, Request, refused

OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
METHODS = ("GET", "POST", "OPTIONS")
ALLOW = "GET, HEAD, POST, OPTIONS"


async def graphql(http: HttpRequest) -> Response:
    """Answer GET and POST (GraphQL over HTTP, draft of September 2026)."""
    if http.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ALLOW})
    state = state_of(http.scope)
    accept = http.headers.get("accept")
    if _for_people(http, accept or "") and state.settings.graphiql:
        return HTMLResponse(PAGE)
    stages, form = Stages(), accepted(accept)
    try:
        if form is None:
            raise _not_acceptable(accept)
        with stages.stage("read"):
            sizes = (state.settings.max_json_bytes, state.settings.max_body_bytes)
            asked = _request(await asking(http, *sizes), state.documents)
        return await _answered_as(form, http, state, asked, stages)
    except DocumentRefused as error:
        return _written(state, refused(error), form if isinstance(form, JsonFormat) else JsonFormat(), stages, UNKEPT)
    except GatewayError as error:
        return graphql_refusal(error, form.content_type if isinstance(form, JsonFormat) else JsonFormat().content_type)


async def _answered_as(
    form: JsonFormat | EventStream | Negotiated, http: HttpRequest, state: State, asked: Request, stages: Stages
) -> Response:
    if isinstance(form, EventStream):
        return await _events(state, asked)
    if isinstance(form, Negotiated):
        return await table_response(http, state, asked, form, stages)
    return await _answered(http, state, asked, form, stages)


async def _answered(http: HttpRequest, state: State, asked: Request, form: JsonFormat, stages: Stages) -> Response:
    with stages.stage("answer"):
        answer = await while_there(http, state.operations.answer(asked))
    return _written(state, answer, form, stages, UNKEPT if asked.safe and not answer.whole else {})


def _written(
    state: State, answer: OperationResult, form: JsonFormat, stages: Stages, kept: Mapping[str, str]
) -> Response:
    with stages.stage("write"):
        text = orjson.dumps(_payload(state, answer), option=OPTIONS)
    headers = {**stages.headers, **kept, "Vary": "Accept", "Content-Type": form.content_type}
    if answer.refusal == WrongMethod.status:
        headers["Allow"] = "POST"
    made = CacheableResponse if answer.whole else Response
    return made(text, _status(answer, form), headers=headers)


async def _events(state: State, asked: Request) -> Response:
    found = await state.subscriptions.open(asked)
    return (
        _written(state, found, JsonFormat(), Stages(), UNKEPT)
        if isinstance(found, OperationResult)
        else event_stream(found)
    )


def _for_people(http: HttpRequest, accept: str) -> bool:
    return http.method != "POST" and "query" not in http.query_params and "text/html" in accept


def _not_acceptable(accept: str | None) -> NotAcceptable:
    return NotAcceptable(
        f"{(accept or '')[:60]} is not offered: application/json is, and VOTable, CSV and TSV for tables"
    )


def _request(told: GraphQLParameters, documents: Documents) -> Request:
    return Request(documents.text(told), told.operation_name, told.variables, told.safe)


def _payload(state: State, answer: OperationResult) -> dict[str, Any]:
    if answer.cost is None:
        return answer.payload
    cost = {"requested": answer.cost, "limit": state.settings.max_cost}
    return answer.payload | {"extensions": {"cost": cost}}


def _status(answer: OperationResult, form: JsonFormat) -> int:
    if answer.refusal:
        return 200 if form.legacy and answer.refusal == BadInput.status else answer.refusal
    return form.partial if "errors" in answer.payload else 200
