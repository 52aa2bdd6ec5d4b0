"""From a `GatewayError` to a response, in the format that the client reads.

RESPONSEFORMAT, or FORMAT, decides over `Accept`, as it does for what is no error. A client that asked for a binary
format has its refusal as a VOTable, as one that asked for nothing has.
"""

import csv
import io
from collections.abc import Callable
from html import escape
from typing import TypeAlias

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from adapters.datalink.link import fault_code
from adapters.votable import obsportal
from adapters.votable.envelope import OPENING, error_document
from adapters.votable.formats import CSV, JSON, TABLEDATA, TSV, VOTABLE, Negotiated, negotiate, preferred
from gateway.accept import JsonFormat, accepted, named_format, requested
from gateway.content_coding import UnsupportedCoding
from planning.errors import BadInput, GatewayError

Refuse: TypeAlias = Callable[[GatewayError, Scope], Response]
"""From an error and the scope of its request to the response; its status is that of the error."""
HTML, PLAIN = "text/html", "text/plain"
BROWSER = "application/xhtml+xml"
"""What browsers accept beside text/html. Java's own `Accept` begins with text/html too, and it is no browser."""
PAGE = '<!doctype html>\n<html lang="en"><title>{title}</title><h1>{title}</h1><p>{message}</p></html>\n'
TEXTS = {"text": PLAIN, "ascii": PLAIN, PLAIN: PLAIN, HTML: HTML}
"""Names of formats in which no table is written, but a refusal can be."""


def votable_refusal(error: GatewayError, scope: Scope) -> Response:
    """A VOTable with nothing but the message (DALI 1.1 section 4.4), or the message in another format of text."""
    return _written(error, error.message, _media_type(scope))


def datalink_refusal(error: GatewayError, scope: Scope) -> Response:
    """The same, whose message begins with the kind of fault, as UsageFault (DataLink 1.1 section 3.4)."""
    return _written(error, f"{fault_code(error.status)}: {error.message}", _media_type(scope))


def obsportal_refusal(error: GatewayError, _scope: Scope) -> Response:
    """A VOTable as the Obs Portal begins it, whatever the client accepts."""
    return Response(error_document(error.message, obsportal.OPENING), error.status, refusal_headers(error), VOTABLE)


def json_refusal(error: GatewayError, _scope: Scope) -> Response:
    """JSON in the shape of GraphQL's errors, with the error's code."""
    return _json(error, error.message, JSON.media_type)


def graphql_refusal(error: GatewayError, scope: Scope) -> Response:
    """The same under the media type of GraphQL over HTTP that the client accepts; as `votable_refusal` for a table."""
    try:
        form = requested(scope)
    except BadInput:
        form = accepted(Headers(scope=scope).get("accept"))
    if isinstance(form, Negotiated):
        return votable_refusal(error, scope)
    return _json(error, error.message, (form if isinstance(form, JsonFormat) else JsonFormat()).content_type)


def _media_type(scope: Scope) -> str:
    """The media type of a refusal: the format that is named, or else the first of `Accept` that one is written in."""
    name = named_format(scope)
    if name and (media_type := TEXTS.get(name.lower()) or _table_type(name)):
        return media_type
    names = preferred(Headers(scope=scope).get("accept", ""))
    readable = (name if name != HTML or BROWSER in names else "" for name in names if not name.endswith("/*"))
    return next(filter(None, (TEXTS.get(name) or _table_type(name) for name in readable)), VOTABLE)


def _table_type(name: str) -> str:
    try:
        negotiated = negotiate(name, None, TABLEDATA)
    except BadInput:
        return ""
    if negotiated.format in (CSV, TSV, JSON) or negotiated.media_type == "text/xml":
        return negotiated.media_type.partition(";")[0]
    return VOTABLE


def _written(error: GatewayError, message: str, media_type: str) -> Response:
    """The response in a media type of `_media_type`."""
    match media_type:
        case JSON.media_type:
            return _json(error, message, media_type)
        case "text/csv" | TSV.media_type:
            content: bytes | str = _lines(error, message, "\t" if media_type == TSV.media_type else ",")
        case "text/plain":
            content = f"{message}\n"
        case "text/html":
            title = f"{error.status} {error.code}"
            content = PAGE.format(title=title, message=escape(message))
        case _:
            content = error_document(message, OPENING)
    return Response(content, error.status, refusal_headers(error), media_type)


def _lines(error: GatewayError, message: str, delimiter: str) -> str:
    """A table of one row, its columns `error` and `message`."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([("error", "message"), (error.code, message)])
    return text.getvalue()


def _json(error: GatewayError, message: str, media_type: str) -> Response:
    payload = {"errors": [{"message": message, "extensions": error.extensions}]}
    return Response(orjson.dumps(payload), error.status, refusal_headers(error), media_type)


def refusal_headers(error: GatewayError) -> dict[str, str]:
    """What a refusal says beside its body, in whatever format."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, UnsupportedCoding):
        headers["Accept-Encoding"] = "identity"  # as a 415 says which codings are taken (RFC 9110 section 12.5.3)
    return headers | {"Retry-After": str(error.retry)} if error.retry else headers
