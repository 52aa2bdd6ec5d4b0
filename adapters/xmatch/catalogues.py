"""Tables that lists of positions can be matched with: those whose rows the hub has by HEALPix cell."""

from dataclasses import dataclass

from planning.errors import NotFound
from schema import published
from schema.catalog import Catalog, suggestion
from schema.crossmatch import MATCHED, MOVING
from schema.table import Table

PREFIX = "vizier:"
"""Prefix that clients of CDS X-Match may put before the name of a table."""
EPOCH_J2000 = 2000.0
STILL = "0, 0, 0"
CELLED = {table.qualified: (places, key) for _, table, places, key in MATCHED.values()}
"""Declared tables whose cells the hub has: the relation of the cells and its column with the key."""


@dataclass(frozen=True, slots=True)
class CellIndex:
    """The positions of a table's rows, by HEALPix cell (order 10)."""

    table: Table
    relation: str
    """Qualified name of the relation in the hub: a row for each row of the table and cell."""
    key: str
    """Column of the relation with the table's key."""
    motion: str
    """SQL of three numbers: proper motions (mas/yr, that in right ascension times cos δ) and years since J2000."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources that a match reads."""
        return tuple(dict.fromkeys((*self.table.databases, "crossid")))


def matchable_tables(catalog: Catalog) -> list[str]:
    """Return the names of all tables that can be matched with, published ones included."""
    shown = (name for name, table in catalog.positioned.items() if table.source == published.NAME)
    return [*CELLED, *shown]


def cell_index(catalog: Catalog, given_name: str, epoch: float) -> CellIndex:
    """Find the positions of a table by its name.

    Parameters
    ----------
    given_name
        Qualified name in any case, with or without the prefix `vizier:`.
    epoch
        Julian year to which stars with proper motions are moved.

    Raises
    ------
    NotFound
        There is no such table, or its rows have no cells.
    """
    name = given_name.removeprefix(PREFIX).lower()
    if name not in matchable_tables(catalog):
        message = f"There is no table {given_name[:60]!r} to match with{suggestion(name, matchable_tables(catalog))}"
        raise NotFound(message)
    table = catalog.tables[name]
    if name in CELLED:
        relation, key = CELLED[name]
        motion = f"p.pmra, p.pmdec, {epoch - 2000!r}::float8" if table in MOVING else STILL
        return CellIndex(table, relation, key, motion)
    return CellIndex(table, f"{published.NAME}.{published.CELLS}{table.name}", "key", STILL)
