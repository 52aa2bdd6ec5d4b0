"""The tables of people that somebody may read, and the catalogue of what their queries may name.

Who may read what is asked of the hub for each query that could name one, so that a table that is shared no longer is
not there for the next query, in whichever process. A table that somebody may not read is not in their catalogue: to
them there is none of that name.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from adql.checked.catalogue import Catalogue
from hub.quoting import quoted
from hub.rows import Hub
from planning.asker import asker
from planning.sql import Statement
from publishing import declaration
from publishing.user_tables import relation
from schema import tap_schema, user_tables
from schema.named_queries import named_query
from schema.table import Source, Table
from schema.user_tables import WORDS

MARKS = (user_tables.NAME, "user_", tap_schema.NAME)
"""What the text of a query has somewhere that can name such a table, or TAP_SCHEMA, which tells of them."""
YOURS = "Your own tables"
READABLE = named_query("publishing/user_tables", "readable").format(**WORDS)
LISTS = {
    tap_schema.SCHEMAS: named_query("publishing/user_tables", "listed_schemas"),
    tap_schema.TABLES: named_query("publishing/user_tables", "listed_tables"),
    tap_schema.COLUMNS: named_query("publishing/user_tables", "listed_columns"),
}
"""What tells of them, in TAP_SCHEMA's tables."""


@dataclass(frozen=True, slots=True)
class ReadableTable:
    """A table of somebody that who asks may read."""

    schema: str
    """Of its owner."""
    own: bool
    """Whether it is of who asks."""
    number: int
    name: str
    rows: int
    declared: str
    """Its declaration, as JSON."""

    @property
    def shown(self) -> str:
        """The schema that who asks sees it in."""
        return user_tables.NAME if self.own else self.schema

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in queries: an owner may say that which others know it by."""
        return tuple(f"{schema}.{self.name}" for schema in dict.fromkeys((self.shown, self.schema)))

    def table(self) -> Table:
        """As queries read it: the relation of the hub."""
        name = relation(self.number)
        declared = declaration.table(json.loads(self.declared), user_tables.NAME)
        return replace(declared, name=name.partition(".")[2], schema=user_tables.HELD, remote=name, rows=self.rows)

    def described(self) -> Table:
        """As documents tell of it, by its name."""
        return replace(self.table(), name=self.name, schema=self.shown)


def may_name(text: str) -> bool:
    """Whether a query could name a table of somebody, or TAP_SCHEMA."""
    lowered = text.lower()
    return any(mark in lowered for mark in MARKS)


async def readable(hub: Hub) -> tuple[ReadableTable, ...]:
    """The tables that whoever asks may read: their own first. Raises `GatewayError`."""
    person = asker()
    values = (person.login or None, sorted(person.groups))
    rows = await hub.fetch(Statement(READABLE, values, (user_tables.NAME,)))
    return tuple(
        ReadableTable(schema, bool(own), number, name, count, declared)
        for schema, own, number, name, count, declared in rows
    )


@lru_cache(maxsize=256)
def with_readable(catalogue: Catalogue, tables: tuple[ReadableTable, ...]) -> Catalogue:
    """What queries may name: a catalogue and these tables. The same value for the same tables."""
    if not tables:
        return catalogue
    made = [(one, one.table()) for one in tables]
    named = {name: table for one, table in made for name in one.names}
    return catalogue.with_tables({**dict(_lists(tables)), **named})


def readable_sources(tables: tuple[ReadableTable, ...]) -> Iterator[Source]:
    """Yield a source for each schema that these tables are shown in."""
    schemas: dict[str, list[Table]] = {}
    for one in tables:
        schemas.setdefault(one.shown, []).append(one.described())
    for name, shown in schemas.items():
        about = YOURS if name == user_tables.NAME else user_tables.TITLE
        yield Source(name, about, about, tuple(shown), ())


def _lists(tables: tuple[ReadableTable, ...]) -> Iterator[tuple[str, Table]]:
    """Yield the tables of TAP_SCHEMA that tell of these tables too."""
    numbers = ", ".join(str(one.number) for one in tables)
    schemas = ", ".join(quoted(one.shown) for one in tables)
    listed = ", ".join(f'c."{column.sql}"' for column in user_tables.LISTED)
    for table, text in LISTS.items():
        words: Mapping[str, str] = WORDS | {"all": table.qualified, "title": user_tables.TITLE, "listed": listed}
        written = text.format(numbers=numbers, schemas=schemas, **words)
        yield table.qualified, replace(table, rows_query=written)
