"""Tables that lists of positions can be matched with: all that have positions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planning.errors import BadInput, NotFound
from schema import aliases, published
from schema.catalog import Catalog, suggestion
from schema.column import Column
from schema.crossmatch import CELLED, MOVING
from schema.named_queries import named_query
from schema.space import on_sky
from schema.table import Table

PREFIX = "vizier:"
"""Prefix that clients of CDS X-Match put before the name of a table."""
EPOCH_J2000 = 2000.0
STILL = "0, 0, 0"
BY_ALIAS = {name.lower(): definition for name, definition in aliases.POSITIONED.items()}
PLACES = named_query("xmatch/match", "places")


@dataclass(frozen=True, slots=True)
class CellIndex:
    """The positions of a table's rows, by HEALPix cell (order 10)."""

    table: Table
    relation: str
    """Relation in the hub, or a subquery: a row for each row of the table and cell; cell, ra, dec (ICRS degrees)."""
    key: str
    """Column of the relation with the table's key."""
    motion: str
    """SQL of three numbers: proper motions (mas/yr, that in right ascension times cos δ) and years since J2000."""
    names: Mapping[Column, str] = field(default_factory=dict)
    """The columns that an alias has of the table, with its names for them; none where it is not asked by an alias."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources that a match reads."""
        return tuple(dict.fromkeys((*self.table.databases, "crossid")))

    def name(self, column: Column) -> str:
        """Name of a column of the table in results."""
        return self.names.get(column) or column.given or column.name

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns that results have where none are named."""
        return tuple(self.names) or self.table.columns


def matchable_tables(catalog: Catalog) -> list[str]:
    """Return the names of the tables that can be matched with: ours, then aliases."""
    names = [*(table.qualified for table in CELLED), *catalog.positioned]
    return [*dict.fromkeys(names), *aliases.POSITIONED]


def cell_index(catalog: Catalog, given_name: str, epoch: float) -> CellIndex:
    """Find the positions of a table by its name.

    Parameters
    ----------
    given_name
        Qualified name or alias in any case, with or without the prefix `vizier:`, or double quotes as in ADQL.
    epoch
        Julian year to which stars with proper motions are moved.

    Raises
    ------
    BadInput
        It is a URL.
    NotFound
        There is no such table, or its rows have no positions.
    """
    name = given_name.lower().removeprefix(PREFIX).strip('"')
    if "://" in name:
        message = f"{given_name[:60]!r} is a URL, which is not fetched: send the table itself, as a file"
        raise BadInput(message)
    alias = BY_ALIAS.get(name)
    table = alias.base if alias else catalog.positioned.get(name)
    if table is None:
        message = f"There is no table {given_name[:60]!r} to match with{suggestion(name, matchable_tables(catalog))}"
        raise NotFound(message)
    relation, key = _cells(table)
    motion = f"p.pmra, p.pmdec, {epoch - EPOCH_J2000!r}::float8" if table in MOVING else STILL
    return CellIndex(table, relation, key, motion, aliases.column_names(alias) if alias else {})


def _cells(table: Table) -> tuple[str, str]:
    """Relation with the cells of a table, and its column with the key."""
    if table in CELLED:
        return CELLED[table]
    if table.source == published.NAME:
        return f"{published.NAME}.{published.CELLS}{table.name}", "key"
    assert table.position  # noqa: S101 - for mypy: only tables with positions come here
    ra, dec = (f'"{column.sql}"' for column in table.position)
    query = PLACES.format(key=table.key.sql, ra=ra, dec=dec, table=table.qualified, on_sky=on_sky(ra=ra, dec=dec))
    return f"({query})", "key"
