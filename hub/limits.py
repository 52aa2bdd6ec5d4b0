"""Limits on what may be asked, and on how long: data alone, which `gateway.settings` reads without the drivers."""

from dataclasses import dataclass

PART = 0.5
"""Of anything, the part that one client may hold, where no setting says otherwise."""
SILENCE = 1.5
"""Seconds without an answer after which a source is down: with the second between probes, within three."""
REST = 9.0
"""Seconds that background work rests for each second that it took: it takes a tenth of a processor at most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes of the pools of connections, and time limits."""

    connections: int = 16
    """Connections to the hub for results that are fetched as a whole."""
    streams: int = 8
    """Connections to the hub for results that are streamed."""
    direct: int = 8
    """Connections to each source for statements that go there directly, and as many for streams."""
    statement_seconds: float = 10.0
    """Time limit of a statement whose result is fetched as a whole."""
    stream_seconds: float = 600.0
    """Time limit of a statement whose result is streamed, and of background work."""
    counted: int = 100_000
    """Rows that are counted at request time; beyond, PostgreSQL's estimate is given."""
    acquire_seconds: float = 2.0
    """Seconds that a request waits for a connection, before `Busy`."""
    share: float = PART
    """Of each pool, the part that one client may hold."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The largest GraphQL document that is accepted, and the most values of its variables.

    A larger document is refused before it is validated, more values before they are coerced.
    """

    tokens: int = 4000
    depth: int = 15
    """Levels of nested selections."""
    aliases: int = 50
    roots: int = 20
    """Fields of Query."""
    fields: int = 1000
    """Fields in all, with fragments expanded."""
    repeats: int = 10
    """How often one response name may occur in one selection."""
    fragments: int = 50
    operations: int = 50
    deferred: int = 20
    """Fragments that `@defer` is on, with fragments expanded."""
    values: int = 110_000
    """Values of the variables: 100 000 places on the sky, and what comes with them."""
    objects: int = 5_000
    """Objects in the variables."""
    levels: int = 40
    """Objects and lists in each other, in the variables."""
    text: int = 10_000
    """Characters of one text in the variables."""
    written: int = 4_000_000
    """Characters of one text in the variables of a mutation: a table of a thousand targets is one."""
    errors: int = 100
    """Errors that one answer lists."""
    introspection: bool = True
    cost: int = 250_000
    """Cost of an operation, in rows: see `resolvers.cost`."""
