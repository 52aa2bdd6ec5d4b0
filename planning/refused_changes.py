"""Why a change was not made, as values: all that is wrong with a request is told at once, row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangeFault(StrEnum):
    """What kind of thing is wrong with a change: stable codes."""

    BAD_INPUT = "BAD_INPUT"
    """A value is not one that its column can hold, or something is missing."""
    UNAUTHENTICATED = "UNAUTHENTICATED"
    """Nobody has logged in."""
    FORBIDDEN = "FORBIDDEN"
    """Who asks may not change this row, or this column."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such row."""
    CONFLICT = "CONFLICT"
    """The row is another by now, or is there already: both states are told."""
    KEY_REUSED = "KEY_REUSED"
    """The idempotency key was used for another request."""


@dataclass(frozen=True, slots=True)
class ChangeError:
    """One thing that is wrong with a request for changes."""

    fault: ChangeFault
    message: str
    """What is wrong and what would be right."""
    place: tuple[str | int, ...] = ()
    """Where in the request, as input, 3, raDeg; empty for the request as a whole."""
    wanted: Mapping[str, Any] | None = None
    """Of a conflict: what was to be written, by GraphQL name."""
    current: Mapping[str, Any] | None = None
    """Of a conflict: the row as it is now, by GraphQL name."""


class ChangeRefused(Exception):
    """Changes are refused, all of them: whoever asked for them is told why."""

    def __init__(self, errors: Iterable[ChangeError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(error.message for error in self.errors))


def refused_change(fault: ChangeFault, message: str, *place: str | int) -> ChangeRefused:
    """The refusal for a single reason."""
    return ChangeRefused([ChangeError(fault, message, place)])
