"""Which sources an answer was made from: noted as its statements are sent, whichever way it is made."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

UNKNOWN = "?"
"""A source that never has a version: answers that depend on it are not kept."""
DECLARATIONS = "declarations"
"""What answers depend on that are made of declarations alone: these change when the process is another one."""
TODAY = "today"
"""What answers depend on that look at the calendar: it changes every hour (UTC)."""
_TOUCHED: ContextVar[set[str] | None] = ContextVar("touched", default=None)


@contextmanager
def touching() -> Iterator[set[str]]:
    """While inside, tasks begun there included: the sources touched so far."""
    sources: set[str] = set()
    token = _TOUCHED.set(sources)
    try:
        yield sources
    finally:
        _TOUCHED.reset(token)


def touch(sources: Iterable[str]) -> None:
    """Note that an answer depends on these."""
    noted = _TOUCHED.get()
    if noted is not None:
        noted.update(sources)
