"""Why a change was not made, as values: all that is wrong with a request is told at once, row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schema.change_fault import ChangeFault


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
