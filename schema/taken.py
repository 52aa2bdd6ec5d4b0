"""Names that a table gives to GraphQL and to queries, and whether another table has one of them already."""

from collections.abc import Iterator

from schema import aliases, tap_schema
from schema.catalog import DECLARED, Catalog

BESIDE = (
    "distinctValues",
    "crossmatch",
    "delegations",
    "search",
    "sources",
    "node",
    "nodes",
    "spicaNight",
    "statistics",
    "tables",
    "visibility",
    "dataModels",
    "_service",
    "_entities",
)
"""Fields of Query that belong to no table."""
UNQUALIFIED = frozenset(
    table.name.lower() for table in (*DECLARED.tables.values(), *aliases.SOURCE.tables, *tap_schema.SOURCE.tables)
)
"""Names that declared tables are asked by without their schema: of two tables of one name, a query must say which."""


def root_fields(type_name: str, plural: str) -> tuple[str, str, str]:
    """The fields of Query that a table of this GraphQL type and plural brings."""
    return f"{type_name[0].lower()}{type_name[1:]}", plural, f"{plural}Aggregate"


def clash(type_name: str, plural: str, catalog: Catalog) -> str:
    """The first of a table's names in GraphQL that is taken in a catalogue, in whatever case; "" where none is."""
    types = {known.lower() for known in catalog.by_type}
    if type_name.lower() in types:
        return type_name
    fields = {known.lower() for known in _fields(catalog)}
    return next((name for name in root_fields(type_name, plural) if name.lower() in fields), "")


def _fields(catalog: Catalog) -> Iterator[str]:
    yield from BESIDE
    yield from catalog.by_singular
    yield from catalog.by_plural
    yield from catalog.by_aggregate
