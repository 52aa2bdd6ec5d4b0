"""What a client says in a GraphQL request: parameters of a GET, or the JSON of a POST."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest

from gateway.accept import GRAPHQL_JSON, JSON
from gateway.request import TooLarge, UnsupportedMedia, body
from planning.errors import BadInput

JSON_PARAMETERS = ("variables", "extensions")


@dataclass(frozen=True, slots=True)
class GraphQLParameters:
    """The parameters of a request, of the right types (GraphQL over HTTP, "Request Parameters")."""

    query: str | None
    operation_name: str | None
    variables: Mapping[str, Any]
    extensions: Mapping[str, Any]
    document_id: str | None
    """Name of a persisted document."""
    safe: bool
    """Whether it is a GET."""


async def asking(http: HttpRequest, largest: int, document: int) -> GraphQLParameters:
    """Read a request of at most so many bytes, its document of at most so many; raises `GatewayError`."""
    if http.method != "POST":
        given: dict[str, Any] = dict(http.query_params)
        return _checked(given | {name: decoded(given.get(name), name) for name in JSON_PARAMETERS}, safe=True)
    _readable(http.headers.get("content-type", ""))
    sent = decoded(await body(http, largest), "body")
    if not isinstance(sent, dict):
        message = 'The body is not an object: {"query": "…", "variables": {…}} is wanted'
        raise BadInput(message)
    told = _checked(sent, safe=False)
    if told.query and len(told.query) > document:
        message = f"The document is longer than {document} characters"
        raise TooLarge(message)
    return told


def decoded(text: str | bytes | None, what: str) -> Any:
    """JSON, None for none; raises `BadInput`."""
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError as error:
        message = f"{what} cannot be read as JSON: {error}"
        raise BadInput(message) from error


def _readable(content_type: str) -> None:
    # What a form of any web page may send without asking (text/plain, urlencoded, multipart) is refused: no CSRF.
    if content_type == JSON:
        return
    told = Message()
    told["content-type"] = content_type
    kind, charset = told.get_content_type() if content_type else "", told.get_content_charset("utf-8")
    if kind not in (JSON, GRAPHQL_JSON) or charset != "utf-8":
        message = f"The body is {content_type[:60] or 'of no said type'}: application/json is wanted, in UTF-8"
        raise UnsupportedMedia(message)


def _checked(told: Mapping[str, Any], *, safe: bool) -> GraphQLParameters:
    query, name, document = (_of(told, key, str, "a text") for key in ("query", "operationName", "documentId"))
    variables, extensions = (_of(told, key, dict, "an object") for key in JSON_PARAMETERS)
    return GraphQLParameters(query or None, name or None, variables or {}, extensions or {}, document or None, safe)


def _of(told: Mapping[str, Any], name: str, kind: type, what: str) -> Any:
    value = told.get(name)
    if value is not None and not isinstance(value, kind):
        message = f"{name} is not {what}"
        raise BadInput(message)
    return value
