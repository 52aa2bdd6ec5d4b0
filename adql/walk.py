"""Every node of a syntax tree, walked without recursion: trees may be deep."""

from collections.abc import Iterator
from typing import Any

from adql.tree import Identifier, Name


def nodes(tree: Any, *, but: tuple[type, ...] = ()) -> Iterator[Any]:
    """The nodes of a tree, or of a tuple of trees, in no order, without those of types `but` and what they hold."""
    leaves = (Identifier, Name, *but)
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting += node
        elif not isinstance(node, leaves) and hasattr(node, "__slots__"):
            yield node
            waiting += [getattr(node, name) for name in node.__slots__]
