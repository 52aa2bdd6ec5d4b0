"""The catalogue of queryable tables: an immutable value, and the ways to look a table up in it.

`DECLARED` is what `schema/` declares. Tables that are published in the hub come and go while the process runs: each
change makes another catalogue (`with_published`), and whoever answers a request takes one at its beginning and uses it
to the end. Nothing here ever changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType

from schema import (
    across,
    crossid,
    crossmatch,
    jsdc,
    observations,
    obsportal,
    oidb,
    oifits,
    published,
    search,
    spica,
    spica_night,
    user_tables,
)
from schema.table import Link, Source, Table

SOURCES: Mapping[str, Source] = MappingProxyType(
    {module.SOURCE.name: module.SOURCE for module in (obsportal, oidb, jsdc, spica)}
)
"""The databases behind the hub by name, each a server of its own."""
LOCAL: Mapping[str, Source] = MappingProxyType(
    {module.SOURCE.name: module.SOURCE for module in (crossid, oifits, observations, published, user_tables)}
)
"""What the hub holds itself, by name of its schema."""
ALL = tuple(source for source in (*SOURCES.values(), *LOCAL.values()) if source is not user_tables.SOURCE)
"""All whose tables are the same for everybody."""
TITLES: Mapping[str, str] = MappingProxyType({source.name: source.title for source in ALL})
"""What people call each, by name."""
EVERY_LINK = (
    *(link for source in ALL for link in source.links),
    *across.LINKS,
    *crossmatch.LINKS,
    *search.LINKS,
    *spica_night.LINKS,
)
NO_LINKS: Mapping[str, Link] = MappingProxyType({})
NAMES: Mapping[Table, Link] = MappingProxyType({link.target: link for link in EVERY_LINK if link.designation})
"""Tables whose rows are found by name, each with the link that leads from names to it."""


@dataclass(frozen=True, eq=False)
class Catalog:
    """The tables that can be queried, with their links; compared by identity, so that it can be a key of caches."""

    sources: tuple[Source, ...]
    """With the tables that they declare."""
    links: tuple[Link, ...] = ()
    published: tuple[Table, ...] = ()
    """Tables of the source `published` beside those that it declares; no link leads from or to them."""

    def with_published(self, tables: Iterable[Table]) -> "Catalog":
        """The same declarations with these published tables, and no others; itself where it has them already."""
        published = tuple(tables)
        return self if published == self.published else replace(self, published=published)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """All tables by qualified name, as `jsdc.star`: the declared ones first."""
        declared = (table for source in self.sources for table in source.tables)
        return MappingProxyType({table.qualified: table for table in (*declared, *self.published)})

    @cached_property
    def positioned(self) -> Mapping[str, Table]:
        """Tables whose rows are somewhere on the sky, by qualified name."""
        return self._by(lambda table: table.qualified if table.position else None)

    @cached_property
    def by_singular(self) -> Mapping[str, Table]:
        """Tables by GraphQL field of one row, as `star`; the stellar object, which is no table, is one of them."""
        return MappingProxyType({**self._by(lambda table: table.singular), crossid.OBJECT.singular: crossid.OBJECT})

    @cached_property
    def by_plural(self) -> Mapping[str, Table]:
        """Tables by GraphQL field of the connection, as `stars`."""
        return self._by(lambda table: table.plural)

    @cached_property
    def by_aggregate(self) -> Mapping[str, Table]:
        """Tables by GraphQL field of their groups, as `starsAggregate`."""
        return self._by(lambda table: f"{table.plural}Aggregate")

    @cached_property
    def by_type(self) -> Mapping[str, Table]:
        """Tables by GraphQL type, as `Star`."""
        return self._by(lambda table: table.type_name)

    @cached_property
    def entities(self) -> Mapping[str, Table]:
        """Tables by GraphQL type, without unions, whose rows are other tables': no row of theirs has a key."""
        return self._by(lambda table: None if table.branches else table.type_name)

    def tables_of(self, source: str) -> tuple[Table, ...]:
        """The tables of a source, by its name; none for a name that no source has."""
        return tuple(table for table in self.tables.values() if table.source == source)

    def links_of(self, table: Table) -> Mapping[str, Link]:
        """The links that begin at a table's rows, by GraphQL field."""
        return self._links.get(table, NO_LINKS)

    def tables_in(self, schema: str) -> tuple[Table, ...]:
        """The tables of a schema of the hub, by its name, whichever source their rows are of."""
        return tuple(table for table in self.tables.values() if (table.schema or table.source) == schema)

    @cached_property
    def _links(self) -> Mapping[Table, Mapping[str, Link]]:
        by_origin: dict[Table, dict[str, Link]] = {}
        for link in self.links:
            by_origin.setdefault(link.origin, {})[link.field] = link
        return {table: MappingProxyType(links) for table, links in by_origin.items()}

    def _by(self, named: Callable[[Table], str | None]) -> Mapping[str, Table]:
        entries = ((named(table), table) for table in self.tables.values())
        return MappingProxyType({name: table for name, table in entries if name})


DECLARED = Catalog(ALL, EVERY_LINK)
"""What `schema/` declares, with nothing published."""


def suggestion(name: str, known: list[str]) -> str:
    """Return the tail of an error message: the closest known name, else all of them if they are at most 40, else ""."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"; perhaps you meant {close[0]}"
    return f"; known are {', '.join(known)}" if len(known) <= 40 else ""
