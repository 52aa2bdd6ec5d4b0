"""`python -m gateway generate`: write the files that derive from the declarations."""

from datetime import UTC, datetime
from pathlib import Path

from adql.grammar.identifiers import delimited
from gateway.commands.checkout import ROOT, require_checkout
from gateway.commands.notebooks import notebook
from gateway.commands.pages import settings_page, tables_page
from gateway.commands.reference_pages import citing_page, codes_page, limits_page
from resolvers.sdl import schema_text
from schema import (
    crossid,
    foreign,
    healpix,
    local,
    logins,
    observations,
    oifits,
    published,
    revision,
    shared,
    sky_keys,
    space,
    tap_rows,
    user_tables,
    views,
    writing,
)
from schema.catalog import ALL, DECLARED, SOURCES
from schema.computed_indexes import computed_indexes
from schema.datalink import LINKS
from schema.named_queries import SQL
from schema.observations import OBSCORE
from schema.origins import EVERYTHING
from schema.table import Table

SQL_HEAD = "-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.\n"
NOTEBOOKS = ("calibrators.md", "my-star.md", "sizes.md", "uv-night.md")
"""Pages for astronomers that are notebooks too."""
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
        hub / "declared.sql": revision.revision_ddl(
            _records(tap_schema), (hub / "declared.sql").read_text(), datetime.now(UTC)
        ),
        hub / "healpix_index.sql": healpix.function(),
        hub / "login.sql": logins.tokens_ddl(foreign.JOBS),
        hub / "obscore.sql": views.views_ddl(observations.SOURCE),
        hub / "oifits.sql": local.local_tables(oifits.SOURCE),
        hub / "published.sql": published.published_ddl(foreign.JOBS),
        hub / "shared.sql": shared.shared_ddl(foreign.JOBS),
        hub / "user_tables.sql": user_tables.user_tables_ddl(foreign.JOBS),
        hub / "tap_schema.sql": tap_schema,
        fdw / "40_grants.sql": foreign.grants(),
        fdw / "50_analyze.sql": foreign.analyze(),
        SQL / "sources" / "position.sql": foreign.position(),
        SQL / "sources" / "indexes" / "oidb_computed.sql": computed_indexes(),
    }
    texts |= {SQL / "sources" / "keys" / f"{source.name}.sql": sky_keys.keys_ddl(source) for source in SOURCES.values()}
    texts |= {
        SQL / "sources" / f"{source.name}_writing.sql": writing.writing_ddl(source)
        for source in SOURCES.values()
        if source.owned
    }
    files = {path: SQL_HEAD + text for path, text in texts.items()}
    docs = ROOT / "docs"
    astronomers = docs / "astronomers"
    pages = {
        docs / "settings.md": settings_page(),
        docs / "tables.md": tables_page(),
        astronomers / "codes.md": codes_page(),
        astronomers / "citing.md": citing_page(),
        astronomers / "limits.md": limits_page(),
    }
    pages |= {
        (astronomers / name).with_suffix(".ipynb"): notebook((astronomers / name).read_text()) for name in NOTEBOOKS
    }
    return files | pages | {ROOT / "schema" / "schema.graphql": f"{GRAPHQL_HEAD}{schema_text(DECLARED)}\n"}


def _records(tap_schema: str) -> dict[str, str]:
    """What each record of the registry is made of, as TAP_SCHEMA has it, and the origin of its data."""
    lines = tap_schema.splitlines()

    def about(*tables: Table) -> str:
        names = [f"'{table.qualified}'" for table in tables]
        return "\n".join(line for line in lines if any(name in line for name in names))

    origins = {source.name: source.origin for source in ALL}
    links = " ".join(f"{column.name} {column.description}" for column in LINKS.columns)
    obscore = DECLARED.tables[OBSCORE.qualified]
    return (
        {
            "tap": f"{EVERYTHING} {' '.join(origins)} {tap_schema}",
            "datalink": f"{EVERYTHING} {links}",
            "sia": f"{EVERYTHING} {obscore.test_cone} {about(obscore)}",
            "hipslist": f"{EVERYTHING} {' '.join(DECLARED.positioned)}",
            "hats": f"{EVERYTHING} {' '.join(DECLARED.positioned)}",
        }
        | {
            source.name: f"{source.origin} {source.description} {about(*source.tables)}"
            for source in ALL
            if source.origin and source.name != published.NAME
        }
        | {
            f"{revision.CONE}{name}": f"{table.test_cone} {origins[table.source]} {about(table)}"
            for name, table in DECLARED.positioned.items()
        }
    )


def main() -> None:
    """Write them."""
    require_checkout("generate")
    for path, text in generated().items():
        if not path.exists() or path.read_text() != text:  # what stays as it is asks for no new build of the pages
            path.write_text(text)
