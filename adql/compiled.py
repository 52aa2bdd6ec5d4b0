"""The result of compiling a query: SQL, what to bind, and the columns of its result."""

from dataclasses import dataclass
from typing import Any

from planning.sql import Places, Settings, bound, dated
from schema.column import Column
from schema.table import Table


@dataclass(frozen=True, slots=True)
class Result:
    """A column of the result: named as in the query, with as much of its origin's metadata as still holds."""

    column: Column
    table: Table | None
    """Where it comes from, unchanged; None for a value that was computed."""


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query as SQL for the hub, or for the one source that all its tables live at."""

    text: str
    """A SELECT whose outputs are called c0, c1… in the order of `results`, without its last LIMIT."""
    limit: int | None
    """Rows at most, as the query says itself (TOP); MAXREC may be less."""
    strings: tuple[str, ...]
    """Its character strings."""
    places: Places
    """What is bound to `$1` and so on: a string by its number, or what a right asks for. Nothing of it is written."""
    results: tuple[Result, ...]
    sources: tuple[str, ...]
    """The databases that its rows come from."""
    direct: bool
    """Whether `text` is for the source itself instead of the hub."""
    varies: bool
    """Whether it gives another answer each time it is asked, though no row changes."""
    settings: Settings = ()
    """PostgreSQL's settings that it is to be planned and run with."""
    through: "CompiledQuery | None" = None
    """The same for the hub, of one that is for a source: a format may want functions that only the hub has."""

    @property
    def values(self) -> tuple[Any, ...]:
        """What is bound to `$1` and so on, for whom it is asked now."""
        return bound(self.strings, self.places)

    @property
    def dated(self) -> bool:
        """Whether its rows depend on the time and on who asks."""
        return dated(self.places)
