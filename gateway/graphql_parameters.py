"""The parameters of a GraphQL request: the query string of a GET, or the JSON of a POST.

JSON is decoded in one go, during which nobody else is served: what is in it is counted first, as it comes.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest

from gateway.accept import GRAPHQL_JSON, JSON
from gateway.content_coding import UnsupportedMedia
from gateway.multipart import TooLarge
from gateway.request import body, query_values
from planning.errors import BadInput, TooMuch

JSON_PARAMETERS = ("variables", "extensions")
UTF_8 = ("utf-8", "utf8")
"""What UTF-8 is called, by IANA and by many."""
LARGE = 100_000
"""Bytes of JSON from which on others are let in before it is decoded, and after it."""
MOST = {"values": 420_000, "lists": 120_000, "objects": 12_000, "members of objects": 40_000}
"""Of a body: 100 000 places on the sky are 300 000 values, and a document has braces and commas of its own."""
BLANKS = b" \t\r\n"


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


async def graphql_parameters(http: HttpRequest, largest: int, largest_document: int) -> GraphQLParameters:
    """Read a request of at most `largest` bytes, its document of at most `largest_document` characters.

    Raises
    ------
    TooLarge
        The body or the document is larger.
    TooMuch
        There is more in the body than is decoded.
    UnsupportedMedia
        The body of a POST is not JSON.
    BadInput
        A parameter cannot be read.
    """
    if http.method != "POST":
        query: dict[str, Any] = query_values(http)
        return checked(query | {name: decoded(query.get(name), name) for name in JSON_PARAMETERS}, safe=True)
    _require_json(http.headers.get("content-type", ""))
    sent = await _decoded_body(http, largest)
    if not isinstance(sent, dict):
        message = 'The body is not an object: {"query": "…", "variables": {…}} is wanted'
        raise BadInput(message)
    given = checked(sent, safe=False)
    if given.query and len(given.query) > largest_document:
        message = f"The document is longer than {largest_document} characters"
        raise TooLarge(message)
    return given


async def _decoded_body(http: HttpRequest, largest: int) -> Any:
    signs = Signs()
    text = await body(http, largest, signs.count)
    if len(text) < LARGE:
        return decoded(text, "body")
    signs.require_countable(text)
    await asyncio.sleep(0)
    value = decoded(text, "body")
    await asyncio.sleep(0)
    return value


@dataclass(slots=True)
class Signs:
    """What is in a text of JSON, by its signs, wherever they stand: what is in texts is counted too, which is fast."""

    commas: int = 0
    lists: int = 0
    objects: int = 0
    colons: int = 0

    def count(self, part: bytes) -> None:
        """Count another part of the text."""
        self.commas += part.count(b",")
        self.lists += part.count(b"[")
        self.objects += part.count(b"{")
        self.colons += part.count(b":")

    def require_countable(self, text: bytearray) -> None:
        """Raise `TooMuch` where more is in a text than is decoded; all of it has been counted."""
        values, members = self.commas + self.lists + self.objects, "members of objects"
        found = {"values": values, "lists": self.lists, "objects": self.objects}
        if self.colons > MOST[members]:  # of times, perhaps
            found[members] = text.translate(None, BLANKS).count(b'":')
        for noun, number in found.items():
            if number > MOST[noun]:
                message = f"The body has some {number} {noun} where {MOST[noun]} are taken: split the question"
                raise TooMuch(message)


def decoded(text: str | bytes | bytearray | None, what: str) -> Any:
    """Decode JSON, None for an empty text; raises `BadInput`, whose message calls it `what`."""
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError as error:
        message = f"{what} cannot be read as JSON: {error}"
        raise BadInput(message) from error


def _require_json(content_type: str) -> None:
    # What a form of any web page may send without asking (text/plain, urlencoded, multipart) is refused: no CSRF.
    if content_type == JSON:
        return
    header = Message()
    header["content-type"] = content_type
    kind, charset = header.get_content_type() if content_type else "", header.get_content_charset("utf-8")
    if kind not in (JSON, GRAPHQL_JSON) or charset not in UTF_8:
        message = f"The body is {content_type[:60] or 'of no said type'}: application/json is wanted, in UTF-8"
        raise UnsupportedMedia(message)


def checked(given: Mapping[str, Any], *, safe: bool) -> GraphQLParameters:
    """Return the parameters of a request from what was sent, null standing for nothing; raises `BadInput`."""
    query, name, document = (_value(given, key, str, "a text") for key in ("query", "operationName", "documentId"))
    variables, extensions = (_value(given, key, dict, "an object") for key in JSON_PARAMETERS)
    return GraphQLParameters(query or None, name or None, variables or {}, extensions or {}, document or None, safe)


def _value(given: Mapping[str, Any], name: str, kind: type, what: str) -> Any:
    value = given.get(name)
    if value is not None and not isinstance(value, kind):
        message = f"{name} is not {what}"
        raise BadInput(message)
    return value
