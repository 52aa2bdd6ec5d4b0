"""`python -m gateway generate`: write the files that derive from the declarations."""

from pathlib import Path

from graphql.utilities import print_type
from graphql.utilities.print_schema import print_directive

from adql.grammar.identifiers import delimited
from gateway.commands.checkout import ROOT, require_checkout
from gateway.commands.pages import settings_page, tables_page
from resolvers.query import assemble
from schema import crossid, foreign, local, observations, published, revision, space, tap_rows, views
from schema.named_queries import SQL

SQL_HEAD = "-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.\n"
APOLLO = ("key", "link", "shareable")
APOLLO_TYPES = ("_FieldSet", "link__Import", "link__Purpose")
GRAPHQL_HEAD = SQL_HEAD.replace("--", "#")


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    fdw, hub = SQL / "fdw", SQL / "hub"
    texts = {fdw / f"00_space_{body.extension}.sql": space.function(body) for body in space.BODIES.values()}
    tap_schema = tap_rows.tap_schema_ddl(delimited)
    texts |= {
        fdw / "10_role.sql": foreign.role(),
        fdw / "20_servers.sql": foreign.servers(),
        fdw / "30_tables.sql": foreign.foreign_tables(),
        hub / "crossid.sql": local.local_tables(crossid.SOURCE),
        hub / "declared.sql": revision.revision_ddl(tap_schema),
        hub / "obscore.sql": views.views_ddl(observations.SOURCE),
        hub / "published.sql": published.published_ddl(foreign.JOBS),
        hub / "tap_schema.sql": tap_schema,
        fdw / "40_grants.sql": foreign.grants(),
        fdw / "50_analyze.sql": foreign.analyze(),
    }
    files = {path: SQL_HEAD + text for path, text in texts.items()}
    pages = {ROOT / "docs" / "settings.md": settings_page(), ROOT / "docs" / "tables.md": tables_page()}
    return files | pages | {ROOT / "schema" / "schema.graphql": f"{GRAPHQL_HEAD}{_sdl()}\n"}


def _sdl() -> str:
    """The schema whole: definitions of Apollo's directives too, which it leaves out and readers of SDL want."""
    strawberry_schema = assemble()
    schema = strawberry_schema._schema  # noqa: SLF001 - graphql-core's schema has no other way out
    directives = [print_directive(directive) for directive in schema.directives if directive.name in APOLLO]
    return "\n\n".join(
        (strawberry_schema.as_str(), *directives, *(print_type(schema.type_map[name]) for name in APOLLO_TYPES))
    )


def main() -> None:
    """Write them."""
    require_checkout("generate")
    for path, text in generated().items():
        if not path.exists() or path.read_text() != text:  # what stays as it is asks for no new build of the pages
            path.write_text(text)
