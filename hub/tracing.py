"""Tracing hooks: observers of the steps of a request. Without an observer a step costs a tenth of a microsecond."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Protocol

_NOTHING: AbstractContextManager[None] = nullcontext()
_observers: list["Observer"] = []


class Observer(Protocol):
    """Makes a context manager that is held while a step is done, and that sees its exception if it fails."""

    def __call__(self, step: str, about: Sequence[str]) -> AbstractContextManager[object]:
        """Called as a step begins: `operation` about its name, `plan`, or `statement` about its sources."""


def observe(observer: Observer) -> None:
    """Register an observer."""
    _observers.append(observer)


def disregard(observer: Observer) -> None:
    """Remove an observer."""
    _observers.remove(observer)


def step(name: str, about: Sequence[str] = ()) -> AbstractContextManager[None]:
    """Hold this while a step is done: every observer's context manager is entered."""
    return _all(name, about) if _observers else _NOTHING


@contextmanager
def _all(name: str, about: Sequence[str]) -> Iterator[None]:
    with ExitStack() as stack:
        for observer in _observers:
            stack.enter_context(observer(name, about))
        yield
