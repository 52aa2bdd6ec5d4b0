"""A cache bounded by weight; the least recently used items are dropped first. Threads may share it."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """Values by key. The unit of weight is the caller's, bytes for instance; `hits` and `misses` count lookups."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._held = 0
        self.hits = self.misses = 0
        self._items: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._changing = Lock()

    def __contains__(self, key: Key) -> bool:
        return key in self._items

    def get(self, key: Key) -> Value | None:
        """The value of a key, which becomes the most recently used; None where there is none."""
        with self._changing:
            item = self._items.get(key)
            if item is None:
                self.misses += 1
                return None
            self.hits += 1
            self._items.move_to_end(key)
            return item[0]

    def put(self, key: Key, value: Value, weight: int) -> None:
        """Set the value of a key. Others are dropped until it fits; one heavier than the whole cache is not kept."""
        with self._changing:
            _, freed = self._items.pop(key, (None, 0))
            self._held -= freed
            if weight > self._capacity:
                return
            self._items[key] = (value, weight)
            self._held += weight
            while self._held > self._capacity:
                _, (_, freed) = self._items.popitem(last=False)
                self._held -= freed
