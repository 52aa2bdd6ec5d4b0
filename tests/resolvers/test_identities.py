"""A field `id` identifies an object of its type, for the caches of clients: nothing else is called so."""

from graphql import GraphQLObjectType, GraphQLSchema

from resolvers.query import assemble
from schema.catalog import DECLARED
from schema.column import VALUE_OF_ID, Column
from schema.table import Table
from schema.types import DOUBLE, LONG

NUMBERED = Table(
    "published", "numbered", "published.numbered", "NumberedRow", "numbered", "Rows whose id says nothing",
    (Column("row_number", LONG, "Number of the row", key=True), Column("ID", LONG, "Of something else"),
     Column("v", DOUBLE, "A value")),
)  # fmt: skip
CACHED_BY = {"id", "_id"}
"""Fields by which Apollo Client and urql merge objects of a type."""


def identified(schema: GraphQLSchema) -> dict[str, GraphQLObjectType]:
    """Types with such a field."""
    types = (kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType))
    return {kind.name: kind for kind in types if CACHED_BY & set(kind.fields)}


def test_only_objects_have_an_id() -> None:
    schema = assemble(DECLARED)._schema  # noqa: SLF001
    keyed = {name for name, table in DECLARED.entities.items() if table.key.graphql == "id"}
    assert set(identified(schema)) == keyed == {"Granule", "GranuleIdentity"}
    assert VALUE_OF_ID in schema.get_type("GranuleValues").fields  # type: ignore[union-attr]


def test_a_published_column_id_that_is_no_key_is_a_value() -> None:
    schema = assemble(DECLARED.with_published((NUMBERED,)))._schema  # noqa: SLF001
    assert "NumberedRow" not in identified(schema)
    for name in ("NumberedRow", "NumberedRowValues", "NumberedRowFilter"):
        assert VALUE_OF_ID in schema.get_type(name).fields  # type: ignore[union-attr]
