"""What pages that the server writes ask of GraphQL, as any front-end would."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.votable.formats import JSON
from gateway.payloads import json_payload
from gateway.request import until_disconnect
from gateway.state import state_of
from resolvers.request import OperationResult, Request


async def answered(http: HttpRequest, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """`data` and `errors` of a document, for who asks."""
    return payload_of(await answer(http, document, variables))


async def answer(http: HttpRequest, document: str, variables: Mapping[str, Any]) -> OperationResult:
    """The result of a document, for who asks: also whether it was refused."""
    return await until_disconnect(http, state_of(http.scope).operations.answer(Request(document, None, variables)))


def payload_of(result: OperationResult) -> dict[str, Any]:
    """`data` and `errors` as a front-end has them, in what JSON knows."""
    payload: dict[str, Any] = orjson.loads(json_payload(result.payload))
    return payload


def json_response(payload: Mapping[str, Any]) -> Response:
    """The answer itself, to who reads no pages."""
    return Response(orjson.dumps(payload), headers={"Vary": "Accept"}, media_type=JSON.media_type)
