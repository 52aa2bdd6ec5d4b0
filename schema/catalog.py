"""The catalogue of all that is declared, and how to find one of it by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import ClassVar

from schema import across, crossid, crossmatch, jsdc, observations, obsportal, oidb, published, spica
from schema.table import Link, Source, Table

SOURCES: dict[str, Source] = {module.SOURCE.name: module.SOURCE for module in (obsportal, oidb, jsdc, spica)}
"""The databases behind the hub, each a server of its own."""
LOCAL: dict[str, Source] = {module.SOURCE.name: module.SOURCE for module in (crossid, observations, published)}
"""What the hub holds itself."""
ALL = (*SOURCES.values(), *LOCAL.values())
TABLES: dict[str, Table] = {table.qualified: table for source in ALL for table in source.tables}
DECLARED = tuple(TABLES.values())
"""Those that are declared here, whatever is published."""
EVERY_LINK = (*(link for source in ALL for link in source.links), *across.LINKS, *crossmatch.LINKS)
LINKS: dict[Table, dict[str, Link]] = {
    table: {link.field: link for link in EVERY_LINK if link.origin is table}
    for table in (*TABLES.values(), crossid.OBJECT, crossmatch.MATCH)
}
NAMES: dict[Table, Link] = {link.target: link for link in EVERY_LINK if link.designation}
"""Tables whose rows are found by name, each with the link that leads from names to it."""


class Index(Mapping[str, Table]):
    """Tables by something else than their names: those that are published now among them."""

    _every: ClassVar[list["Index"]] = []

    def __init__(self, named: Callable[[Table], str | None], more: Iterable[Table] = ()) -> None:
        self._named = named
        self._more = tuple(more)
        self._found: dict[str, Table] | None = None
        self._every.append(self)

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    @property
    def _tables(self) -> dict[str, Table]:
        if self._found is None:
            named = ((self._named(table), table) for table in (*TABLES.values(), *self._more))
            self._found = {name: table for name, table in named if name}
        return self._found

    @classmethod
    def renew(cls) -> None:
        """Look at the tables again."""
        for index in cls._every:
            index._found = None  # noqa: SLF001 - its own


def publish(tables: Iterable[Table]) -> None:
    """Have these tables, and no others, beside the declared ones: what is published in the hub now."""
    for table in set(TABLES.values()).difference(DECLARED):
        LINKS.pop(TABLES.pop(table.qualified))
    for table in tables:
        TABLES[table.qualified] = table
        LINKS[table] = {}
    Index.renew()


def tables_of(source: Source) -> tuple[Table, ...]:
    """The tables of a source: of what is published, those of now."""
    return tuple(table for table in TABLES.values() if table.source == source.name)


def suggestion(name: str, known: list[str]) -> str:
    """Tail of an error message: the known name that was perhaps meant, else all of them where they are few."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"; perhaps you meant {close[0]}"
    return f"; known are {', '.join(known)}" if len(known) <= 40 else ""
