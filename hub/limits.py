"""How much may be asked, and how long is waited: data, for `gateway.settings` to read without what obeys it."""

from dataclasses import dataclass

SILENCE = 1.5
"""Seconds of silence after which a source is down: with the second between questions, it is found within three."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the hub may be used at once, and for how long."""

    connections: int = 16
    """For questions answered as a whole."""
    streams: int = 8
    """For tables streamed as they come."""
    direct: int = 8
    """For questions that go straight to one source, at each source; half as many for its streams."""
    statement_seconds: float = 10.0
    stream_seconds: float = 600.0
    counted: int = 100_000
    """Rows that are counted at request time; of more it is told how many are expected."""
    acquire_seconds: float = 2.0
    """How long a request waits for a connection before it is told that the gateway is busy."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The largest document that is looked at."""

    tokens: int = 4000
    depth: int = 15
    aliases: int = 50
    roots: int = 20
    fields: int = 1000
    """Fields in all, fragments expanded."""
    repeats: int = 10
    """Times that one name may be answered in one selection."""
    fragments: int = 50
    introspection: bool = True
    cost: int = 250_000
    """Cost of an operation, in rows: see `resolvers.cost`."""
