"""Tables that the centre publishes: made of VOTables, kept in the hub, and listed in one of them.

Their declarations are stored beside the list, as JSON, and read when a process starts and when the list changes.
"""

from schema import origins
from schema.column import Column
from schema.table import PUBLISHED, Source, Table, Version
from schema.types import ASCII, INSTANT, LONG, TEXT

NAME = PUBLISHED
CATALOGUE = Table(
    NAME,
    "catalogue",
    f"{NAME}.catalogue",
    "PublishedCatalogue",
    "publishedCatalogues",
    "Tables that the centre has published",
    (
        Column("table_name", ASCII, "The table, as queries name it", ucd="meta.id;meta.table", key=True, required=True,
               principal=True, indexed=True),
        Column("description", TEXT, "What it is", ucd="meta.note", principal=True),
        Column("n_rows", LONG, "How many rows it has", ucd="meta.number", required=True, principal=True),
        Column("published_at", INSTANT, "When it was published", ucd="time.release", required=True, principal=True),
    ),
)  # fmt: skip
SOURCE = Source(
    NAME,
    "Published tables",
    "Tables that the centre has made of VOTables (`python -m gateway publish`)",
    (CATALOGUE,),
    (),
    (Version(CATALOGUE),),
    origin=origins.PUBLISHED,
)
CELLS = "cells_"
"""What the name of a table with the HEALPix cells of another begins with."""
DECLARATIONS = f"{NAME}.declaration"
"""Table with the name and the JSON declaration of each."""
WITHDRAWN = f"{NAME}.withdrawn"
"""Table with each record of the registry whose table is published no longer, and since when."""
COVERED = f"{NAME}.covered"
"""Table with what each table covers, as the registry was told, and since when."""


def published_ddl(owner: str) -> str:
    """DDL of the list, the declarations and what registries are told, owned by the role that publishes.

    Existing ones are kept.
    """
    columns = ", ".join(
        f'"{column.sql}" {column.type.sql}{" NOT NULL" if column.required else ""}' for column in CATALOGUE.columns
    )
    key = CATALOGUE.key.sql
    return (
        f"CREATE SCHEMA IF NOT EXISTS {NAME} AUTHORIZATION {owner};\n"
        f"CREATE TABLE IF NOT EXISTS {CATALOGUE.qualified} ({columns}, PRIMARY KEY ({key}));\n"
        f"CREATE TABLE IF NOT EXISTS {DECLARATIONS} (\n"
        f"  {key} text PRIMARY KEY REFERENCES {CATALOGUE.qualified} ON DELETE CASCADE, told jsonb NOT NULL\n);\n"
        f"CREATE TABLE IF NOT EXISTS {WITHDRAWN} (record text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"
        f"CREATE TABLE IF NOT EXISTS {COVERED} (table_name text PRIMARY KEY, spatial text NOT NULL,"
        " temporal float8[] NOT NULL, since timestamptz NOT NULL DEFAULT now());\n"
        + "".join(
            f"ALTER TABLE {name} OWNER TO {owner};\n"
            for name in (CATALOGUE.qualified, DECLARATIONS, WITHDRAWN, COVERED)
        )
    )
