"""What a statement costs beside the rows that it gives: the rows that it looks at to find them.

Known from the declarations alone, without asking a database: how many rows a table has at full size (`Table.rows`),
which columns have a b-tree (`Column.indexed`), and what part of the sky a cone is. A filter is taken to find none but
what its index finds; nothing is known of its values. `bench.full` measures how honest this is.

Worked example: `stars(first: 10, orderBy: [{ kmag: ASC }])` reads an index and looks at no more than it gives;
`stars(first: 10, orderBy: [{ plx: ASC }])` looks at all of 2 500 000 stars, which costs 62 500.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from planning import regions
from planning.calibrators import part_of_sky
from planning.errors import GatewayError
from planning.filters import compared_columns
from planning.plan import InCone
from schema.catalog import Catalog
from schema.column import Column
from schema.derived import COVERAGE, NIGHT, compared_fields, night_column
from schema.relations import COUNT, counts_of, numbers_of, relations_of
from schema.table import Link, Neighbourhood, Table
from schema.uv_types import uv_columns

SCANNED = 40
"""Rows of a table that are looked at one after another, or put into groups, for the cost of one row of a page."""
FOUND = 2
"""The same, where each is found by an index on its position and so is anywhere on the disk."""
CELLS = 3
"""How many times as long it takes to put rows into cells: each is computed for 4 µs."""
HITS = 1_000
"""Cost of a filter that an index helps with: how many rows it finds is not known."""
ALL_SKY = 180.0
"""Radius of a cone, in degrees, that has every place."""
UNINDEXED = COUNT
"""A column that no index has."""
Arguments = Mapping[str, Any]


def page_scan(table: Table, arguments: Arguments) -> int:
    """The cost of finding a page, in rows; 0 where an index has it ready, which it never has of a union."""
    return sum(_joined(table, arguments)) + _page_scan(table, arguments)


def _joined(table: Table, arguments: Arguments) -> Iterator[int]:
    """The cost of related rows that an order is by: those that links to one lead to, all that are counted."""
    for term in arguments.get("orderBy") or ():
        for field, direction in term.items():
            if field in numbers_of(table):
                link = numbers_of(table)[field]
                yield (link.target.rows + sum(other.rows for other in link.between)) // SCANNED
            elif isinstance(direction, Mapping) and field in relations_of(table):
                link = relations_of(table)[field]
                between = [other.rows for other in link.between]
                yield (min([link.target.rows, *between]) + sum(between)) // SCANNED
                yield from _joined(link.target, {"orderBy": [direction]})


def number_scans(table: Table, arguments: Arguments, path: str) -> Iterator[tuple[str, int, int]]:
    """Of each number of related rows that an order is by: its path, the rows that are counted, their cost in rows."""
    for term in arguments.get("orderBy") or ():
        for field in numbers_of(table).keys() & term.keys():
            link = numbers_of(table)[field]
            yield f"{path}.{field}", link.target.rows, sum(_joined(table, {"orderBy": [term]}))


def _page_scan(table: Table, arguments: Arguments) -> int:
    if table.branches:
        return table.rows // SCANNED
    if (around := _around(table, arguments)) is not None:
        return cone_scan(table, around)
    where = arguments.get("where")
    if _ordered(table, arguments).indexed and not where:
        return 0
    return HITS if where and _helped(table, where) else table.rows // SCANNED


def count_scan(table: Table, arguments: Arguments) -> int | None:
    """The cost of counting what the arguments select, in rows; None for all rows of a table, whose number is known."""
    around, where = _around(table, arguments), arguments.get("where")
    if table.branches:
        return table.rows // SCANNED
    if around is not None:
        return cone_scan(table, around)
    if not where:
        return None
    return HITS if _helped(table, where) else table.rows // SCANNED


def group_scan(table: Table, arguments: Arguments) -> int:
    """The cost of putting rows into groups, in rows, and of the related rows that keys are of."""
    return _group_scan(table, arguments) * cell_cost(arguments) + key_scan(table, arguments)


def cell_cost(arguments: Arguments) -> int:
    """How many times as much it costs to put rows into groups as it does without cells."""
    return CELLS if any(one.get("healpix") for one in arguments.get("by") or ()) else 1


def key_scan(table: Table, arguments: Arguments) -> int:
    """The cost of the related rows that keys of groups are of, in rows."""
    nothing: Arguments = {}
    terms = [{field: nothing} for term in arguments.get("groupByRelated") or () for field in term]
    return sum(_joined(table, {"orderBy": terms}))


def _group_scan(table: Table, arguments: Arguments) -> int:
    if (around := _around(table, arguments)) is not None:
        return cone_scan(table, around)
    where = arguments.get("where")
    if where and not table.branches:
        return HITS if _helped(table, where) else table.rows // SCANNED
    return table.rows // SCANNED


def linked_rows(link: Link, parents: int) -> int:
    """About how many rows a link leads to from so many: as many from each as all together lead to on average.

    All rows of the table where that is not known, as of those of a cone.
    """
    starts = 0 if isinstance(link.bridge, Neighbourhood) else min(table.rows for table in (link.origin, *link.between))
    return min(parents * (link.target.rows // max(1, starts) + 1), link.target.rows)


def linked_scan(link: Link, parents: int) -> int:
    """The cost of putting the rows that a link leads to into groups, in rows; those of a cone are priced apart."""
    return 0 if isinstance(link.bridge, Neighbourhood) else linked_rows(link, parents) // SCANNED


def value_scan(catalog: Catalog, name: str) -> int:
    """The cost of the values of a column, its table called as in `distinctValues`; 0 for one that is not there."""
    table = catalog.tables.get(name) or catalog.by_plural.get(name)
    return table.rows // SCANNED if table else 0


def relation_scans(table: Table, where: Any, path: str) -> Iterator[tuple[str, int, int]]:
    """Of each condition of a filter on related rows: its path, the rows that may be looked at, and their cost in rows.

    Along an identity only the rows that are one are looked at. Nothing of a filter that will be refused.
    """
    for field, given in where.items() if isinstance(where, Mapping) else ():
        if field in {"and", "or", "not"}:
            for group in given if isinstance(given, list) else [given]:
                yield from relation_scans(table, group, path)
        elif field in counts_of(table):
            link = counts_of(table)[field]
            yield f"{path}.{field}", link.target.rows, link.target.rows // SCANNED
        elif field in relations_of(table) and isinstance(given, Mapping):
            link = relations_of(table)[field]
            for part in given.values() if link.many else [given]:
                yield f"{path}.{field}", *_relation_scan(link, part)
                yield from relation_scans(link.target, part, f"{path}.{field}")


def _relation_scan(link: Link, where: Any) -> tuple[int, int]:
    between = [table.rows for table in link.between]
    rows = min([link.target.rows, *between])
    found = HITS if where and _helped(link.target, where) else rows
    return rows, (min(found, rows) + sum(between)) // SCANNED


def cone_scan(table: Table, cone: Mapping[str, Any]) -> int:
    """The cost of the rows of a cone: its part of the sky of the table's rows; all rows at most.

    0 for a radius that will be refused.
    """
    radius = cone.get("radius")
    if not isinstance(radius, (int, float)) or not radius >= 0:
        return 0
    return min(int(part_of_sky(min(radius, ALL_SKY)) * table.rows) // FOUND, table.rows // SCANNED)


def _around(table: Table, arguments: Arguments) -> Mapping[str, Any] | None:
    """The cone of the arguments, or one that holds their region, the whole sky if need be; None without either."""
    if arguments.get("cone") is not None or arguments.get("region") is None:
        return arguments.get("cone")
    try:
        chosen = regions.selected(table, arguments["region"])
    except GatewayError:  # refused when the field is answered
        return {"radius": 0.0}
    held = chosen.conditions and isinstance(chosen.conditions[0], InCone) and not chosen.conditions[0].outside
    return {"radius": chosen.values[2] if held else ALL_SKY}


def _ordered(table: Table, arguments: Arguments) -> Column:
    """The first column of the order; of a related row, and for numbers of these, one without an index."""
    for term in arguments.get("orderBy") or ():
        for field, direction in term.items():
            related = isinstance(direction, Mapping) or field in numbers_of(table)
            return table.by_field.get(field, UNINDEXED if related else table.key)
    return table.key


def _helped(table: Table, where: Mapping[str, Any]) -> bool:
    """Whether an index finds the rows of a filter: one of what must hold together, or each of what may."""
    return (
        any(_compared(table, where))
        or any(_led_to(table, where))
        or any(
            (name == "and" and any(_helped(table, part) for part in parts))
            or (name == "or" and parts and all(_helped(table, part) for part in parts))
            for name, parts in where.items()
            if name in {"and", "or"} and parts is not None
        )
    )


def _led_to(table: Table, where: Mapping[str, Any]) -> Iterator[bool]:
    """Of each relation of a filter, whether its rows lead to some of the table's by an index."""
    for field, link in relations_of(table).items():
        given = where.get(field)
        if given is not None:
            yield (link.from_column.indexed or link.from_column is table.key) and (
                not link.many or bool(given.get("some"))
            )


def _compared(table: Table, where: Mapping[str, Any]) -> Iterator[bool]:
    """Of each column of a filter, whether it has an index that the operator can use."""
    for field, comparison in where.items():
        if field in table.by_field and comparison:
            for _, column, operators in compared_columns(table, field, comparison):
                if column and operators:
                    yield _found_by_index(column, operators)
        elif field == COVERAGE and (parts := uv_columns(table)):
            yield from (_found_by_index(parts[name], operators) for name, operators in comparison.items() if operators)
        elif field == NIGHT and (column := night_column(table)):
            yield column.indexed
        elif field in compared_fields(table) and comparison:
            yield _found_by_index(compared_fields(table)[field].columns[0], comparison)


def _found_by_index(column: Column, operators: Iterable[str]) -> bool:
    return (column.indexed or column.key) and any(name not in {"ne", "ilike"} for name in operators)
