"""The format of a GraphQL response: JSON under one of its two media types, a table, or server-sent events."""

from dataclasses import dataclass
from functools import lru_cache

from adapters.votable.formats import Negotiated, from_name, preferred
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
    """The format that the header Accept prefers of those offered: JSON without it; None if none is acceptable."""
    for name in preferred(accept or "*/*"):
        form = NAMED.get(name) or (JsonFormat() if name in ANY else from_name(name))
        if form:
            return form
    return None
