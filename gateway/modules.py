"""Modules that are read when they are first needed: they are large, and many servers never need them."""

import sys
from importlib import import_module

from hub.threads import compute


async def read_module(name: str) -> None:
    """Read a module unless it has been read, in a thread: one of `vo_models` takes half a second."""
    if name not in sys.modules:
        await compute(import_module, name)
