"""What a GraphQL request is answered as: JSON under one of its two media types, a table, or nothing that is asked."""

from dataclasses import dataclass
from functools import lru_cache

from adapters.votable.formats import Negotiated, from_name, preferred
from planning.errors import GatewayError

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"


class NotAcceptable(GatewayError):
    """None of the media types that the client accepts is offered."""

    code = "NOT_ACCEPTABLE"
    status = 406


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """An answer in JSON."""

    media_type: str = JSON
    legacy: bool = False
    """Whether the client is one of before 2023, who asks for application/json by name: request errors come with 200."""

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
    """What the header prefers of what is offered, JSON where it says nothing; None for none of it."""
    for name in preferred(accept or "*/*"):
        found = NAMED.get(name) or (JsonFormat() if name in ANY else from_name(name))
        if found:
            return found
    return None
