"""What an answer is made from: noted where it is read, by whatever in `hub` reads it, whoever asks.

All that changes while an answer may be kept is read through `hub`, and each way to read it records what the answer
depends on from then on: rows (`Hub.fetch`, `Hub.blocks`), numbers of rows and statistics (`RowCounts`), coverages
(`Coverages`), what is known of a source (`HealthMonitor.part`), the time (`current_time`). Nothing above `hub` records
anything, so nothing above it can forget to; a test sees to that.
"""

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from planning import rights
from planning.instants import Instant, stored_instant
from schema.catalog import SOURCES

UNKNOWN = "?"
"""A source that never has a version: an answer that depends on it is not kept."""
DECLARATIONS = "declarations"
"""What answers depend on that are made of declarations and settings: these change when the process is another one."""
SCHEMA = "schema"
"""What answers depend on that are made of the GraphQL schema and the request alone."""
RELEASES = "releases"
"""What answers depend on that look at the time: it changes when something is released (`HealthMonitor.releases`)."""

OPENINGS = "openings"
"""What answers depend on whose rows have other values once an instant has passed (`HealthMonitor.openings`)."""


class Dependencies:
    """The sources that an answer was made from so far, by name."""

    __slots__ = ("_names", "_outer")

    def __init__(self, outer: "Dependencies | None" = None) -> None:
        self._names: set[str] = set()
        self._outer = outer

    @property
    def names(self) -> Set[str]:
        """Names of sources, and those above; empty for an answer that has read nothing."""
        return self._names

    def refuse_caching(self) -> None:
        """Depend on a source without a version: the answer lacks something, and nobody is to keep it."""
        self.add((UNKNOWN,))

    def add(self, names: Iterable[str]) -> None:
        """Depend on these from now on, as does whatever this is a part of."""
        dependencies: Dependencies | None = self
        while dependencies is not None:
            dependencies._names.update(names)  # noqa: SLF001 - its own
            dependencies = dependencies._outer  # noqa: SLF001 - its own


_CURRENT: ContextVar[Dependencies | None] = ContextVar("dependencies", default=None)


@contextmanager
def collecting(otherwise: Iterable[str] = ()) -> Iterator[Dependencies]:
    """Collect what is read inside, tasks begun there included; whoever collects outside gets it too.

    `otherwise` is what the answer depends on if nothing was read.
    """
    dependencies = Dependencies(_CURRENT.get())
    token = _CURRENT.set(dependencies)
    try:
        yield dependencies
    finally:
        _CURRENT.reset(token)
        if not dependencies.names:
            dependencies.add(otherwise)


@contextmanager
def unrecorded() -> Iterator[None]:
    """Read inside what no answer depends on, as what is named by its own digest."""
    token = _CURRENT.set(None)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def record_dependency(names: Iterable[str]) -> None:
    """Note that the answer that is being made depends on these sources; nothing where none is made."""
    dependencies = _CURRENT.get()
    if dependencies is not None:
        dependencies.add(names)


def record_releases(sources: Iterable[str]) -> None:
    """Note that the answer is made of rows of these sources as they are until the next of them is released."""
    record_dependency((RELEASES, *(OPENINGS for name in sources if name in SOURCES and SOURCES[name].openings)))


def passed(instant: Instant, *, told: bool) -> bool:
    """Whether an instant of a release (UTC) has passed; an answer that says no is kept until it has.

    `told` says whether it is one that `RELEASES` knows of; nobody keeps what waits for another.
    """
    released = stored_instant(instant) < stored_instant(rights.this_moment())
    if not released:
        record_dependency((RELEASES if told else UNKNOWN,))
    return released


def current_time() -> datetime:
    """The time (UTC), for an answer that is another one once more is released: it is kept until then."""
    record_dependency((RELEASES,))
    return rights.this_moment().replace(tzinfo=UTC)
