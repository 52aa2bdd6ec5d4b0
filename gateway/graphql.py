"""`/graphql`: GraphQL over HTTP, as JSON or, where the client accepts it, as a table."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response

from adapters.votable.formats import from_accept
from gateway.errors import graphql_refusal
from gateway.graphiql import PAGE
from gateway.request import UnsupportedMedia, body, while_there
from gateway.stages import Stages
from gateway.state import State
from gateway.tables import table_response
from resolvers.errors import BadInput, GatewayError
from resolvers.operation import Answer, Request

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


async def graphql(http: HttpRequest) -> Response:
    """Answer GET and POST (GraphQL over HTTP, draft of 2025)."""
    state: State = http.app.state.gateway
    accept = http.headers.get("accept", "")
    if http.method != "POST" and "query" not in http.query_params and "text/html" in accept and state.settings.graphiql:
        return HTMLResponse(PAGE)
    stages = Stages()
    try:
        with stages.stage("read"):
            asked = await _request(http, state.settings.max_body_bytes)
        tabular = None if _wants_json(accept) else from_accept(accept)
        if tabular is not None:
            return await table_response(http, state, asked, tabular, stages)
        with stages.stage("answer"):
            answer = await while_there(http, state.operations.answer(asked))
        return _json(answer, accept, stages)
    except GatewayError as error:
        return graphql_refusal(error, _media(accept))


def _wants_json(accept: str) -> bool:
    return not accept or JSON in accept or GRAPHQL_JSON in accept


def _media(accept: str) -> str:
    return GRAPHQL_JSON if GRAPHQL_JSON in accept else JSON


def _json(answer: Answer, accept: str, stages: Stages) -> Response:
    with stages.stage("write"):
        text = orjson.dumps(answer.payload, option=OPTIONS)
    # A client that asks for application/json by that name alone is one of before 2023, for whom errors come with 200.
    legacy = JSON in accept and GRAPHQL_JSON not in accept
    status = 200 if answer.executed or legacy else 400
    return Response(text, status, media_type=_media(accept), headers=stages.headers | {"Vary": "Accept"})


async def _request(http: HttpRequest, largest: int) -> Request:
    if http.method != "POST":
        told: Mapping[str, Any] = http.query_params
        return _checked(told.get("query"), told.get("operationName"), _decoded(told.get("variables"), "variables"))
    kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, GRAPHQL_JSON):
        message = f"The body is {kind[:60] or 'of no said type'}: application/json is wanted"
        raise UnsupportedMedia(message)
    told = _decoded(await body(http, largest), "body")
    if not isinstance(told, dict):
        message = 'The body is not an object: {"query": "…", "variables": {…}} is wanted'
        raise BadInput(message)
    return _checked(told.get("query"), told.get("operationName"), told.get("variables"))


def _decoded(text: str | bytes | None, what: str) -> Any:
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError as error:
        message = f"{what} cannot be read as JSON: {error}"
        raise BadInput(message) from error


def _checked(query: Any, name: Any, variables: Any) -> Request:
    if not isinstance(query, str) or not query:
        message = "query is missing: the text of a GraphQL document is wanted"
        raise BadInput(message)
    if name is not None and not isinstance(name, str):
        message = "operationName is not a text"
        raise BadInput(message)
    if variables is not None and not isinstance(variables, dict):
        message = "variables is not an object"
        raise BadInput(message)
    return Request(query, name or None, variables or {})
