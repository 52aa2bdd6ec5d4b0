"""Every node of a tree, without a word of recursion: trees may be as deep as they are long."""

from collections.abc import Iterator
from typing import Any

from adql.tree import Identifier, Name


def nodes(tree: Any, *, but: tuple[type, ...] = ()) -> Iterator[Any]:
    """The nodes of a tree or of several, those of some types left out with all that they hold."""
    leaves = (Identifier, Name, *but)
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting += node
        elif not isinstance(node, leaves) and hasattr(node, "__slots__"):
            yield node
            waiting += [getattr(node, name) for name in node.__slots__]
