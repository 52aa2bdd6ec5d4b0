"""What a statement costs beside the rows that it gives: the rows that it looks at to find them.

Known from the declarations alone, without asking a database: how many rows a table has at full size (`Table.rows`),
which columns have a b-tree (`Column.indexed`), and what part of the sky a cone is. A filter is taken to find none but
what its index finds; nothing is known of its values. `bench.full` measures how honest this is.

Worked example: `stars(first: 10, orderBy: [{ kmag: ASC }])` reads an index and looks at no more than it gives;
`stars(first: 10, orderBy: [{ plx: ASC }])` looks at all of 2 500 000 stars, which costs 62 500.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from planning.calibrators import part_of_sky
from schema.catalog import Catalog
from schema.column import Column
from schema.table import Table

SCANNED = 40
"""Rows of a table that are looked at one after another, or put into groups, for the cost of one row of a page."""
FOUND = 2
"""The same, where each is found by an index on its position and so is anywhere on the disk."""
HITS = 1_000
"""Cost of a filter that an index helps with: how many rows it finds is not known."""
ALL_SKY = 180.0
"""Radius of a cone, in degrees, that has every place."""
Arguments = Mapping[str, Any]


def page_scan(table: Table, arguments: Arguments) -> int:
    """The cost of finding a page, in rows; 0 where an index has it ready, which it never has of a union."""
    if table.branches:
        return table.rows // SCANNED
    if arguments.get("cone") is not None:
        return cone_scan(table, arguments["cone"])
    where = arguments.get("where")
    if _ordered(table, arguments).indexed and not where:
        return 0
    return HITS if where and _helped(table, where) else table.rows // SCANNED


def count_scan(table: Table, arguments: Arguments) -> int | None:
    """The cost of counting what the arguments select, in rows; None for all rows of a table, whose number is known."""
    cone, where = arguments.get("cone"), arguments.get("where")
    if table.branches:
        return table.rows // SCANNED
    if cone is not None:
        return cone_scan(table, cone)
    if not where:
        return None
    return HITS if _helped(table, where) else table.rows // SCANNED


def group_scan(table: Table, arguments: Arguments) -> int:
    """The cost of putting rows into groups, in rows."""
    if arguments.get("cone") is not None:
        return cone_scan(table, arguments["cone"])
    where = arguments.get("where")
    if where and not table.branches:
        return HITS if _helped(table, where) else table.rows // SCANNED
    return table.rows // SCANNED


def value_scan(catalog: Catalog, name: str) -> int:
    """The cost of the values of a column, its table called as in `distinctValues`; 0 for one that is not there."""
    table = catalog.tables.get(name) or catalog.by_plural.get(name)
    return table.rows // SCANNED if table else 0


def cone_scan(table: Table, cone: Mapping[str, Any]) -> int:
    """The cost of the rows of a cone: its part of the sky of the table's rows; all rows at most.

    0 for a radius that will be refused.
    """
    radius = cone.get("radius")
    if not isinstance(radius, (int, float)) or not radius >= 0:
        return 0
    return min(int(part_of_sky(min(radius, ALL_SKY)) * table.rows) // FOUND, table.rows // SCANNED)


def _ordered(table: Table, arguments: Arguments) -> Column:
    """The first column of the order."""
    for term in arguments.get("orderBy") or ():
        for field in term:
            return table.by_field.get(field, table.key)
    return table.key


def _helped(table: Table, where: Mapping[str, Any]) -> bool:
    """Whether an index finds the rows of a filter: one of what must hold together, or each of what may."""
    return any(_compared(table, where)) or any(
        (name == "and" and any(_helped(table, part) for part in parts))
        or (name == "or" and parts and all(_helped(table, part) for part in parts))
        for name, parts in where.items()
        if name in {"and", "or"} and parts is not None
    )


def _compared(table: Table, where: Mapping[str, Any]) -> Iterator[bool]:
    """Of each column of a filter, whether it has an index that the operator can use."""
    for field, comparison in where.items():
        column = table.by_field.get(field)
        if column and comparison:
            yield (column.indexed or column.key) and any(operator not in {"ne", "ilike"} for operator in comparison)
