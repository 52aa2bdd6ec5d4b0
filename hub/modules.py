"""Modules that are read when they are first needed: they are large, and many servers never need them."""

from importlib import import_module
from types import ModuleType

from hub.threads import in_thread

_READ: set[str] = set()
"""Names of modules that have been read to their end; `sys.modules` has those that a thread is still reading too."""


async def read_module(name: str) -> ModuleType:
    """Return a module, and read it unless it has been read, in a thread: one of `vo_models` takes half a second.

    It waits for no long computation, as of a query. Whoever imports it afterwards waits for nobody: an import of what
    another thread still reads stops the event loop.
    """
    if name not in _READ:
        await in_thread(import_module, name)
        _READ.add(name)
    return import_module(name)
