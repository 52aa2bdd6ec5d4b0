"""Who is told what is being done: nobody, until an observer is set; telling nobody costs a tenth of a microsecond."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Protocol

_NOTHING: AbstractContextManager[None] = nullcontext()
_observers: list["Observer"] = []


class Observer(Protocol):
    """Told of each step while it is done, and by its exception if it fails."""

    def __call__(self, step: str, about: Sequence[str]) -> AbstractContextManager[object]:
        """What to hold while a step is done: `operation` and its name, `plan`, `statement` and its sources."""


def observe(observer: Observer) -> None:
    """Tell an observer from now on."""
    _observers.append(observer)


def disregard(observer: Observer) -> None:
    """Tell it no longer."""
    _observers.remove(observer)


def step(name: str, about: Sequence[str] = ()) -> AbstractContextManager[None]:
    """Hold this while a step is done."""
    return _all(name, about) if _observers else _NOTHING


@contextmanager
def _all(name: str, about: Sequence[str]) -> Iterator[None]:
    with ExitStack() as told:
        for observer in _observers:
            told.enter_context(observer(name, about))
        yield
