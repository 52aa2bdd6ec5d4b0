"""GraphQL questions that follow from the declarations: pages, cones, links, groups and values of every table."""

from collections.abc import Iterator

from bench.full.question import Question, graphql, orderable, shown
from schema.catalog import DECLARED
from schema.input_types import enum_name
from schema.jsdc import STAR
from schema.table import Link, Readers, Table

PLACES = ((83.6, 22.0), (0.01, -0.3), (266.4, -29.0), (56.9, 24.1), (344.41, -29.62), (180.0, 89.9), (120.0, -89.5))
"""Centres of cones, ICRS degrees: both poles, RA 0, the Galaxy's centre and clusters are among them."""
RADII = (0.001, 0.01, 0.1, 1.0, 5.0, 30.0)
"""In degrees."""
PARENTS = (1, 100, 1000)
LARGE = 100_000
"""Rows of a table whose columns without an index take a look at every row."""
UNINDEXED = "an order that no index has: every row is looked at"
UNION = "a union of three databases, sorted by a column that is computed in some of them"
WIDE = "a cone of 30 degrees is a fifteenth of the sky: its rows are looked at one by one"
WHOLE = "a sum over every row of a table"
TABLES = tuple(table for table in DECLARED.tables.values() if table.readers is Readers.ANYBODY)


def pages() -> Iterator[Question]:
    """The first and the last page of every table by every column, either way round for columns with an index."""
    for table in TABLES:
        for column in orderable(table):
            reason = UNION if table.branches else UNINDEXED if table.rows >= LARGE and not column.indexed else ""
            ways = ("ASC", "DESC", "DESC_NULLS_LAST", "ASC_NULLS_FIRST") if column.indexed else ("ASC", "DESC")
            for way in ways:
                yield _page(table, f"first: 10, orderBy: [{{ {column.graphql}: {way} }}]", reason)
            yield _page(table, f"last: 10, orderBy: [{{ {column.graphql}: ASC }}]", reason)
        for rows in (10, 100, 1000):
            yield _page(table, f"first: {rows}", "")
        yield graphql("pages", f"{{ {table.plural} {{ totalCount }} }}", WHOLE if table.branches else "")


def cones() -> Iterator[Question]:
    """Cones of every table with positions; around each place by five orders where there are stars."""
    for table in TABLES:
        if table.position is None:
            continue
        for ra, dec in PLACES:
            for radius in RADII:
                cone = f"cone: {{ ra: {ra}, dec: {dec}, radius: {radius} }}"
                orders = ("", "vmag", "kmag", "ldd", "name") if table is STAR and radius >= 1 else ("",)
                for order in orders:
                    by = f", orderBy: [{{ {order}: ASC }}]" if order else ""
                    yield _page(table, f"{cone}, first: 100{by}", WIDE if radius > 5 else "", "cones")
    cone = "cone: { ra: 83.6, dec: 22.0, radius: 1 }"
    yield graphql("cones", f"{{ stars({cone}) {{ totalCount }} }}")


def links() -> Iterator[Question]:
    """Each link from one, a hundred and a thousand parents; pairs of links from a hundred."""
    for table in TABLES:
        there = DECLARED.links_of(table)
        for link in there.values():
            for parents in PARENTS:
                yield _linked(table, parents, _below(link))
        for first in there.values():
            for second in DECLARED.links_of(first.target).values():
                yield _linked(table, 10, _below(first, _below(second)))


def groups() -> Iterator[Question]:
    """Rows counted by columns of few values, and the values of each column."""
    for table in TABLES:
        reason = WHOLE if table.rows >= LARGE else ""
        yield graphql("groups", f"{{ {table.plural}Aggregate {{ count }} }}", reason)
        for column in orderable(table):
            if column.enumeration or column.indexed or column.principal:
                by = f"groupBy: [{enum_name(column.graphql)}], first: 20, orderBy: COUNT"
                yield graphql(
                    "groups", f"{{ {table.plural}Aggregate({by}) {{ key {{ {column.graphql} }} count }} }}", reason
                )
            if column.type.graphql == "String" and not column.key:
                asked = f'table: "{table.qualified}", column: "{column.graphql}", first: 20'
                yield graphql("values", f"{{ distinctValues({asked}) {{ value count }} }}", reason)


def single() -> Iterator[Question]:
    """One row by name or key, and fields that are no page."""
    for name in ("HD 48329", "Fomalhaut", "* eps Gem", "no such star"):
        yield graphql("single", f'{{ star(name: "{name}") {{ {shown(STAR)} }} }}')
        yield graphql("single", f'{{ object(name: "{name}") {{ star {{ name }} exposures {{ totalCount }} }} }}')
    yield graphql("single", "{ statistics { key value } }")
    for radius in (1, 5, 15):
        for stars in (1, 20, 100):
            below = f"calibrators(radius: {radius}, first: 5) {{ nodes {{ name }} }}"
            yield graphql("single", f"{{ stars(first: {stars}) {{ nodes {{ jsdcId {below} }} }} }}", CALIBRATORS)
    for radius in (3, 60, 180):
        places = ", ".join(f"[{ra}, {dec}]" for ra, dec in PLACES)
        asked = f"positions: [{places}], radius: {radius}, tables: [JSDC_STAR, OIDB_GRANULE]"
        yield graphql("single", f"{{ crossmatch({asked}) {{ unmatched nodes {{ position separation }} }} }}")


CALIBRATORS = "a cone of degrees for every star, whose rows are looked at one by one"


def _page(table: Table, arguments: str, reason: str, group: str = "pages") -> Question:
    return graphql(group, f"{{ {table.plural}({arguments}) {{ nodes {{ {shown(table)} }} }} }}", reason)


def _linked(table: Table, parents: int, below: str) -> Question:
    return graphql("links", f"{{ {table.plural}(first: {parents}) {{ nodes {{ {table.key.graphql} {below} }} }} }}")


def _below(link: Link, more: str = "") -> str:
    fields = f"{link.target.key.graphql} {more}"
    return f"{link.field}(first: 10) {{ nodes {{ {fields} }} }}" if link.many else f"{link.field} {{ {fields} }}"
