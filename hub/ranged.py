"""What can be read in ranges, wherever it lies."""

from typing import Protocol


class Ranged(Protocol):
    """A complete document."""

    @property
    def size(self) -> int:
        """Number of its bytes."""

    def read(self, start: int, size: int) -> bytes:
        """Exactly `size` bytes from `start` on, as long as there are so many; raises `OSError`."""
