"""The links whose rows conditions may be about: `star: {…}` to one row, `granules: {some: {…}}` to many; how many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Lineage, Link, Neighbourhood, Table
from schema.types import INT, LONG

COUNT = Column("count", INT, "Number of rows", required=True)
"""What numbers of related rows are compared as."""


@dataclass(frozen=True, eq=False)
class RelatedColumn(Column):
    """A column of the row that links to one lead to, as a column of the row that they start from."""

    path: tuple[Link, ...] = ()
    of: Column = COUNT
    """The column there."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """What is read for it beside its own table."""
        return tuple(table for link in self.path for table in (link.target, *link.between))


@dataclass(frozen=True, eq=False)
class RelatedNumber(Column):
    """How many rows a link leads to, as a column of the row that it starts from; 0 where there are none."""

    link: Link = field(kw_only=True)

    @property
    def tables(self) -> tuple[Table, ...]:
        """What is read for it beside its own table."""
        return (self.link.target, *self.link.between)


@cache
def related_column(path: tuple[Link, ...], of: Column) -> RelatedColumn:
    """The column that is another one at the end of some links; the same each time. Its name in the hub has dots."""
    name = ".".join((*(link.field for link in path), of.sql))
    return RelatedColumn(
        of.name, of.type, of.description, of.unit, of.ucd, stored=name, enumeration=of.enumeration, path=path, of=of
    )


@cache
def related_number(link: Link) -> RelatedNumber:
    """The column that is the number of rows of a link; the same each time."""
    name = f"{link.field}Count"
    return RelatedNumber(name, LONG, f"{link.description}: how many", stored=name, field=name, required=True, link=link)


def within_source(link: Link) -> bool:
    """Whether both ends of a link are in one database, and nothing of another is between them."""
    return {link.target.source, *(table.source for table in link.between)} == {link.origin.source}


def ordered_by(table: Table) -> Mapping[str, Link]:
    """The links to one row whose columns an order may be by, by GraphQL field; of tables alone."""
    links = relations_of(table).items() if table in DECLARED.tables.values() else ()
    return {field: link for field, link in links if not link.many}


@cache
def relations_of(table: Table) -> Mapping[str, Link]:
    """The links from a table's rows that conditions may follow, by GraphQL field.

    Not those to neighbours, whose rows depend on arguments.
    """
    known = frozenset(DECLARED.tables.values())
    links = DECLARED.links_of(table).items()
    return MappingProxyType({
        field: link for field, link in links if link.target in known and not isinstance(link.bridge, Neighbourhood)
    })  # fmt: skip


@cache
def counts_of(table: Table) -> Mapping[str, Link]:
    """The links to many rows whose number conditions may be about, by GraphQL field, as `granulesCount`.

    Not that from exposures to granules, which are found by two rules: their number is no group of one of them.
    """
    links = relations_of(table).items()
    return MappingProxyType({
        f"{field}Count": link for field, link in links if link.many and not isinstance(link.bridge, Lineage)
    })  # fmt: skip


def numbers_of(table: Table) -> Mapping[str, Link]:
    """The links whose number of rows an order may be by, by GraphQL field; of tables alone, after their columns."""
    links = counts_of(table).items() if table in DECLARED.tables.values() else ()
    return {field: link for field, link in links if field not in table.by_field}
