"""The GraphQL schema of a catalogue as text, in the schema definition language."""

from functools import lru_cache

from graphql.utilities import print_type
from graphql.utilities.print_schema import print_directive

from resolvers.query import assemble
from schema.catalog import Catalog

APOLLO = ("key", "link", "shareable")
APOLLO_TYPES = ("_FieldSet", "link__Import", "link__Purpose")


@lru_cache(maxsize=1)
def schema_text(catalog: Catalog) -> str:
    """Print the schema whole, which takes half a second; the last one is cached.

    Definitions of Apollo's directives are in it: Strawberry leaves them out, and readers of SDL want them.
    """
    strawberry_schema = assemble(catalog)
    schema = strawberry_schema._schema  # noqa: SLF001 - graphql-core's schema has no other way out
    directives = [print_directive(directive) for directive in schema.directives if directive.name in APOLLO]
    types = (print_type(schema.type_map[name]) for name in APOLLO_TYPES)
    return "\n\n".join((strawberry_schema.as_str(), *directives, *types))
