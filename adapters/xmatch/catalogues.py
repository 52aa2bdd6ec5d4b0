"""What lists can be matched with: tables whose rows the hub has by HEALPix cell."""

from dataclasses import dataclass

from planning.errors import NotFound
from schema import published
from schema.catalog import Catalog, suggestion
from schema.crossmatch import MATCHED, MOVING
from schema.table import Table

PREFIX = "vizier:"
"""What clients of CDS X-Match put before the name of a table."""
EPOCH_J2000 = 2000.0
STILL = "0, 0, 0"
CELLED = {table.qualified: (places, key) for _, table, places, key in MATCHED.values()}
"""Declared tables whose cells the hub has: the relation of the cells and its column with the key."""


@dataclass(frozen=True, slots=True)
class CellIndex:
    """Where the rows of a table are, by cell."""

    table: Table
    relation: str
    key: str
    """Column of the relation that has the table's key."""
    motion: str
    """SQL of proper motions (mas/yr, in right ascension times cos δ) and years since J2000."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The databases that a match touches."""
        return tuple(dict.fromkeys((*self.table.databases, "crossid")))


def matchable_tables(catalog: Catalog) -> list[str]:
    """The names of all tables that there are to match with."""
    shown = (name for name, table in catalog.positioned.items() if table.source == published.NAME)
    return [*CELLED, *shown]


def cell_index(catalog: Catalog, given_name: str, epoch: float) -> CellIndex:
    """The table of a name, be it written as VizieR's are, its stars at an epoch (Julian years); raises `NotFound`."""
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
