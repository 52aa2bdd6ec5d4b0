"""Where a statement goes: straight to the one source that all its tables live at, or to the hub."""

from collections.abc import Iterable, Mapping

from schema.space import SpatialBackend
from schema.table import Table


class HubSql(str):
    """SQL that calls a function of the hub, and so can go to no source."""

    __slots__ = ()


def databases(tables: Iterable[Table]) -> tuple[str, ...]:
    """The databases that the rows of some tables come from, each once, in the order of the tables."""
    return tuple(dict.fromkeys(database for table in tables for database in table.databases))


def direct_backend(touched: tuple[str, ...], backends: Mapping[str, SpatialBackend] | None) -> SpatialBackend | None:
    """The spatial backend of the source that a statement can go straight to; None for a statement of the hub.

    Parameters
    ----------
    touched
        The databases of the statement's tables: only a statement of one can go straight.
    backends
        Sources that can be asked directly, each with the spatial extension that it is indexed with; None for none.
    """
    return (backends or {}).get(touched[0]) if len(touched) == 1 else None
