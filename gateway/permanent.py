"""Objects that live as long as the process, kept out of Python's garbage collection."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

YOUNG_OBJECTS = 20_000
"""Objects allocated, and not freed since, before the youngest are collected.

An answer of a thousand rows is some 3 000, all freed when it is sent: with Python's own threshold of 700 a fourteenth
of its time went into collections."""

READ_LATER = ("registry.oai", "registry.capabilities", "registry.availability", "registry.tableset", "uws.documents")
"""Modules of `adapters` that are read when a document of theirs is first asked for, which takes half a second: a server
reads them before it serves."""


def read_modules() -> None:
    """Read what else would be read while others wait."""
    for name in READ_LATER:
        import_module(f"adapters.{name}")


@contextmanager
def permanent_objects() -> Iterator[None]:
    """Collect what is allocated inside once, at the end, and freeze it: it is never looked at again.

    A server starts with 230 000 objects: each full collection stopped it for 0.1 s.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        gc.enable()
