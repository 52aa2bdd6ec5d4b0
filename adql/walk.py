"""Every node of a tree, without a word of recursion: trees may be as deep as they are long."""

from collections.abc import Iterator
from typing import Any

from adql.tree import Identifier, Name


def nodes(tree: Any, *, but: tuple[type, ...] = ()) -> Iterator[Any]:
    """The nodes of a tree or of several, those of some types left out with all that they hold."""
    leaves = (Identifier, Name, *but)
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            waiting += each
        elif not isinstance(each, leaves) and hasattr(each, "__slots__"):
            yield each
            waiting += [getattr(each, name) for name in each.__slots__]
