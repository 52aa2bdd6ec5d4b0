"""From a `GatewayError` to a response: one function for each format that clients read refusals in."""

from collections.abc import Callable
from typing import TypeAlias

import orjson
from starlette.responses import Response

from adapters.datalink.link import fault_code
from adapters.votable.envelope import error_document
from adapters.votable.formats import VOTABLE
from gateway.accept import JSON, JsonFormat, accepted
from planning.errors import GatewayError

Refuse: TypeAlias = Callable[[GatewayError, str | None], Response]
"""From an error and the header `Accept` of its request to the response; its status is that of the error."""


def votable_refusal(error: GatewayError, _accept: str | None = None) -> Response:
    """A VOTable with nothing but the message (DALI 1.1 section 4.4)."""
    return _votable(error, error.message)


def datalink_refusal(error: GatewayError, _accept: str | None = None) -> Response:
    """A VOTable whose message begins with the kind of fault, as UsageFault (DataLink 1.1 section 3.4)."""
    return _votable(error, f"{fault_code(error.status)}: {error.message}")


def json_refusal(error: GatewayError, _accept: str | None = None) -> Response:
    """JSON in the shape of GraphQL's errors, with the error's code."""
    return _json(error, JSON)


def graphql_refusal(error: GatewayError, accept: str | None = None) -> Response:
    """The same under the media type of GraphQL over HTTP that the client accepts."""
    form = accepted(accept)
    return _json(error, (form if isinstance(form, JsonFormat) else JsonFormat()).content_type)


def _votable(error: GatewayError, message: str) -> Response:
    return Response(error_document(message), error.status, media_type=VOTABLE, headers=_headers(error))


def _json(error: GatewayError, media_type: str) -> Response:
    payload = {"errors": [{"message": error.message, "extensions": error.extensions}]}
    return Response(orjson.dumps(payload), error.status, media_type=media_type, headers=_headers(error))


def _headers(error: GatewayError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    return headers | {"Retry-After": str(error.retry)} if error.retry else headers
