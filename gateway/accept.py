"""The format of a response, as a request names it; of GraphQL's JSON under two media types, a table, or events."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from starlette.types import Scope

from adapters.votable.formats import TABLEDATA, Negotiated, from_name, negotiate, preferred
from adapters.votable.parameters import format_name
from gateway.headers import header
from gateway.incremental import FORMATS, IncrementalFormat
from planning.errors import GatewayError

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"


class NotAcceptable(GatewayError):
    """No format that the client accepts is offered."""

    code = "NOT_ACCEPTABLE"
    status = 406


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """An answer in JSON."""

    media_type: str = JSON
    legacy: bool = False
    """Whether the client asks for application/json by name, as before 2023: request errors then come with 200."""

    @property
    def partial(self) -> int:
        """Status of data with errors (GraphQL over HTTP, draft of September 2026)."""
        return 294 if self.media_type == GRAPHQL_JSON else 200

    @property
    def content_type(self) -> str:
        """What Content-Type says."""
        return f"{self.media_type}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class EventStream:
    """A subscription, as server-sent events."""


NAMED: dict[str, JsonFormat | EventStream] = {
    JSON: JsonFormat(legacy=True),
    GRAPHQL_JSON: JsonFormat(GRAPHQL_JSON),
    EVENTS: EventStream(),
}
ANY = ("*/*", "application/*")


@lru_cache(maxsize=256)
def accepted(accept: str | None) -> JsonFormat | EventStream | Negotiated | None:
    """The format that the header Accept prefers of those offered: JSON without it; None if none is acceptable.

    Whoever accepts answers in parts only gets JSON where an answer has none.
    """
    names = preferred(accept or "*/*")
    for name in names:
        form = NAMED.get(name) or (JsonFormat() if name in ANY else from_name(name))
        if form:
            return form
    return NAMED[GRAPHQL_JSON] if any(name in FORMATS for name in names) else None


NAMED_FORMAT = "gateway.format"
"""Key of the ASGI scope under which `note_format` leaves the format."""


def note_format(scope: Scope, pairs: Iterable[tuple[str, str]]) -> None:
    """Remember the format that a form names, for a refusal after the form has been read."""
    scope[NAMED_FORMAT] = _format_of(pairs)


def named_format(scope: Scope) -> str:
    """The format that RESPONSEFORMAT or FORMAT names, in the form once it has been read, or in the URL; else ""."""
    text = scope.get("query_string", b"").decode("latin-1")
    return scope.get(NAMED_FORMAT) or (_format_of(parse_qsl(text)) if "format" in text.lower() else "")


def requested(scope: Scope) -> JsonFormat | EventStream | Negotiated | None:
    """The format of a GraphQL response: that of RESPONSEFORMAT in the URL, else as `accepted`.

    Raises
    ------
    BadInput
        RESPONSEFORMAT is none of the known names.
    """
    form, name = accepted(header(scope["headers"], b"accept")), named_format(scope)
    if not name:
        return form
    if name.strip().lower() in ("json", *NAMED):
        named = NAMED.get(name.strip().lower(), JsonFormat())
        return form if isinstance(form, JsonFormat) and isinstance(named, JsonFormat) else named
    return negotiate(name, None, TABLEDATA)


def wants_json(scope: Scope) -> bool:
    """Whether a page is asked for as JSON: by name, or by who accepts no pages."""
    named, accept = named_format(scope), header(scope["headers"], b"accept") or ""
    return named == "json" if named else "text/html" not in accept and JSON in accept


def events_too(scope: Scope) -> bool:
    """Whether a client accepts events by name, though it may prefer JSON: of a subscription there is nothing else."""
    return EVENTS in preferred(header(scope["headers"], b"accept") or "") and not named_format(scope)


def incremental(scope: Scope) -> IncrementalFormat | None:
    """The form of answers in parts that a client accepts by name, though it may prefer others for whole ones."""
    form = _in_parts(header(scope["headers"], b"accept") or "")
    return None if form is None or named_format(scope) else form


@lru_cache(maxsize=256)
def _in_parts(accept: str) -> IncrementalFormat | None:
    return next((FORMATS[name] for name in preferred(accept) if name in FORMATS), None)


def _format_of(pairs: Iterable[tuple[str, str]]) -> str:
    values = {name.lower(): value for name, value in pairs}
    return format_name(values) or ""
