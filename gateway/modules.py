"""Modules that are read when they are first needed: they are large, and many servers never need them."""

from importlib import import_module

from hub.threads import compute

_READ: set[str] = set()
"""Names of modules that have been read to their end; `sys.modules` has those that a thread is still reading too."""


async def read_module(name: str) -> None:
    """Read a module unless it has been read, in a thread: one of `vo_models` takes half a second.

    Whoever imports it afterwards waits for nobody: an import of what another thread still reads stops the event loop.
    """
    if name not in _READ:
        await compute(import_module, name)
        _READ.add(name)
