"""What a query may name: tables by the names that ADQL has for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from adql.errors import AdqlError
from schema import aliases, tap_schema
from schema.catalog import DECLARED as DECLARED_CATALOG
from schema.catalog import Catalog, suggestion
from schema.table import USER, Table

if TYPE_CHECKING:
    from adql.tree import Identifier  # with what compiles queries, which a server reads with the first of them


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The tables of a request; compared by identity, so that what was compiled for one is found again."""

    tables: Mapping[str, Table]
    """By name with schema, as TAP_SCHEMA tells it or as an upload was called: `jsdc.star`, `TAP_UPLOAD.mine`."""

    def with_tables(self, more: Mapping[str, Table]) -> "Catalogue":
        """The same and tables of one request more."""
        return Catalogue({**self.tables, **more})

    def table(self, parts: "Sequence[Identifier]") -> Table:
        """The table of a name; without its schema where it is an alias, or where only one schema has it.

        Raises
        ------
        AdqlError
            Nothing, or more than one table, is called so.
        """
        if len(parts) > 2:
            message = f"{spelled(parts)} has too many parts: a table is called schema.table"
            raise AdqlError(message, parts[0].at)
        matching = self._named(parts)
        if len(matching) == 1:
            return matching[0][1]
        if matching:
            message = f"{spelled(parts)} is the name of several tables"
            raise AdqlError(message, parts[0].at, f"say which: {', '.join(name for name, _ in matching)}")
        raise self._unknown(parts)

    def _named(self, parts: "Sequence[Identifier]") -> list[tuple[str, Table]]:
        if len(parts) == 1 and parts[0].text.lower() in self._aliases:
            return [self._aliases[parts[0].text.lower()]]
        key = tuple(identifier.text.lower() for identifier in parts)
        return [entry for entry in self._by_name.get(key, ()) if _spelled_so(entry[0], parts)]

    @cached_property
    def _aliases(self) -> dict[str, tuple[str, Table]]:
        return {name.lower(): (name, table) for name, table in self.tables.items() if table.alias}

    @cached_property
    def _by_name(self) -> dict[tuple[str, ...], list[tuple[str, Table]]]:
        matching: dict[tuple[str, ...], list[tuple[str, Table]]] = {}
        for name, table in self.tables.items():
            schema, _, last = name.lower().rpartition(".")
            # Tables of people are named with their schema: nobody's may come between another's query and what it names.
            for key in ((schema, last), (last,))[: 1 if table.source == USER else 2]:
                matching.setdefault(key, []).append((name, table))
        return matching

    def _unknown(self, parts: "Sequence[Identifier]") -> AdqlError:
        name = spelled(parts).replace('"', "").lower()
        names = [name if len(parts) > 1 else name.rpartition(".")[2] for name in self.tables]
        hint = suggestion(name, names).removeprefix("; ")
        return AdqlError(f"there is no table {spelled(parts)}", parts[0].at, hint or "TAP_SCHEMA.tables lists them all")


def spelled(parts: "Sequence[Identifier]") -> str:
    """A name as it was written."""
    return ".".join(f'"{identifier.text}"' if identifier.quoted else identifier.text for identifier in parts)


def same(identifier: "Identifier", known: str) -> bool:
    """Whether a name is one that is known: in any case, or exactly where it was quoted (ADQL 2.1 section 2.1.2)."""
    return identifier.text == known if identifier.quoted else identifier.text.lower() == known.lower()


def _spelled_so(name: str, parts: "Sequence[Identifier]") -> bool:
    """Whether a name is written so: in double quotes exactly, but for TAP_SCHEMA's, which clients quote in capitals."""
    schema, _, last = name.rpartition(".")
    return schema == tap_schema.NAME or all(map(same, reversed(parts), (last, schema)))


@lru_cache(maxsize=2)
def queryable(catalog: Catalog) -> Catalogue:
    """What queries may name of a catalogue, with aliases and TAP_SCHEMA: the same value for the same catalogue."""
    tables = (*catalog.tables.values(), *aliases.SOURCE.tables, *tap_schema.SOURCE.tables)
    return Catalogue({table.qualified: table for table in tables})


DECLARED = queryable(DECLARED_CATALOG)
"""What `schema/` declares, with aliases and TAP_SCHEMA."""
