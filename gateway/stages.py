"""Time spent in each stage of a request, told in the header Server-Timing (W3C)."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Stages:
    """The stages of one request, in order."""

    def __init__(self) -> None:
        self._spent: list[tuple[str, float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        start = perf_counter()
        try:
            yield
        finally:
            self._spent.append((name, perf_counter() - start))

    @property
    def headers(self) -> dict[str, str]:
        """The header."""
        return {"Server-Timing": ", ".join(f"{name};dur={1000 * seconds:.2f}" for name, seconds in self._spent)}
