"""A cache bounded by weight: the least recently used goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """What was made for a key, until too much heavier things were made since."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held = 0
        self.hits = self.misses = 0
        self._items: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """What is kept for a key."""
        found = self._items.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._items.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, weight: int) -> None:
        """Keep a value instead of any that was kept for the key; one heavier than the whole cache is not kept."""
        _, freed = self._items.pop(key, (None, 0))
        self._held -= freed
        if weight > self._capacity:
            return
        self._items[key] = (value, weight)
        self._held += weight
        while self._held > self._capacity:
            _, (_, freed) = self._items.popitem(last=False)
            self._held -= freed
