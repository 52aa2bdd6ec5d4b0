"""Objects that live as long as the process, kept out of Python's garbage collection."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_OBJECTS = 20_000
"""Objects allocated, and not freed since, before the youngest are collected.

An answer of a thousand rows is some 3 000, all freed when it is sent: with Python's own threshold of 700 a fourteenth
of its time went into collections."""
OLDER, OLDEST = 10, 1000
"""Collections of the young before the next older are looked at, and of those before all are: all that a server holds
after a while takes 0.2 s to look at, in which it answers nobody, and little of it has become garbage."""


@contextmanager
def permanent_objects() -> Iterator[None]:
    """Freeze what is allocated inside, at the end: it is never looked at again.

    A server starts with 230 000 objects: each full collection stopped it for 0.1 s. There is none before it is frozen
    either, for 1 500 of them are garbage, too few to look for.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS, OLDER, OLDEST)
        gc.enable()
