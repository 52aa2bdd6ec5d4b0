"""From an error to an answer in the caller's own format."""

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from adapters.datalink.link import fault_code
from adapters.votable.envelope import error_document
from adapters.votable.formats import VOTABLE
from gateway.doors import VO, door
from planning.errors import BadInput, GatewayError


def refusal(path: str, error: GatewayError) -> Response:
    """A refusal by whatever stands before the doors, as clients of the one at this path read it."""
    return votable_refusal(error, path) if door(path) in VO else graphql_refusal(error, "application/json")


def graphql_refusal(error: GatewayError, media_type: str) -> Response:
    """A refusal as GraphQL clients read it."""
    payload = {"errors": [{"message": error.message, "extensions": error.extensions}]}
    return Response(orjson.dumps(payload), error.status, media_type=media_type, headers=_headers(error))


def votable_refusal(error: GatewayError, path: str = "") -> Response:
    """A refusal as Virtual Observatory clients read it, those of DataLink by its first word."""
    message = f"{fault_code(error.status)}: {error.message}" if door(path) == "/datalink" else error.message
    return Response(error_document(message), error.status, media_type=VOTABLE, headers=_headers(error))


def told(error: GraphQLError) -> GatewayError:
    """A GraphQL error as one of ours."""
    return BadInput(error.message)


def _headers(error: GatewayError) -> dict[str, str]:
    told = {"Cache-Control": "no-store"}
    return told | {"Retry-After": str(error.retry)} if error.retry else told
