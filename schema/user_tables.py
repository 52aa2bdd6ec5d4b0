"""Tables that people upload and keep (TAP 1.2, persistent uploads): where the hub has them, and what it knows of them.

Their rows are relations of the schema `user_data`, each called by its number: nothing of what a person wrote is the
name of a relation. Whose they are, what they are called, which columns they have and who may read them stands in the
schema `tap_user`, which no query can name: a query says `tap_user.mine`, and means the table that is called so and is
of whoever asks. Others who may read it say the name of its owner's schema, as `user_0a1b2c3d4e.mine`.
"""

from dataclasses import dataclass

from schema import tap_schema
from schema.column import Column
from schema.table import USER, Readers, Source, Table, Version
from schema.types import INT, LONG

NAME = USER
HELD = "user_data"
"""Schema of the hub with the rows, each table a relation `t_` and its number."""
RELATION = "t_"
TABLES = f"{NAME}.held"
"""Table of the tables that are kept."""
OWNERS, COLUMNS, READERS = f"{NAME}.owner", f"{NAME}.held_column", f"{NAME}.reader"
"""Tables of those who have some, of their columns as TAP_SCHEMA tells them, and of those who may read them."""
PERSON, GROUP, EVERYBODY = "person", "group", "everybody"
"""Whom a table is shared with."""
WORDS = {
    "tables": TABLES, "owners": OWNERS, "columns": COLUMNS, "readers": READERS, "held": HELD, "relation": RELATION,
    "revision": f"{NAME}.revision",
}  # fmt: skip
"""What they are called in named queries."""
TITLE = "Tables of people who have logged in"
LISTED = tap_schema.COLUMNS.columns[1:]
"""What TAP_SCHEMA tells of a column, without the name of its table."""
REVISION = Table(
    NAME,
    "revision",
    f"{NAME}.revision",
    "UserTablesRevision",
    "userTablesRevisions",
    "Number that grows with each change of any of them: the version of all answers made of them",
    (
        Column("id", INT, "Always 1", ucd="meta.id", key=True, required=True),
        Column("number", LONG, "How many changes there were", ucd="meta.version", required=True),
    ),
    readers=Readers.NOBODY,
)
SOURCE = Source(NAME, "User tables", TITLE, (REVISION,), (), (Version(REVISION),))


@dataclass(frozen=True, slots=True)
class Quota:
    """What the tables of one person may have, all together."""

    tables: int
    rows: int
    size: int
    """Bytes, with indexes, as PostgreSQL stores them."""


def user_tables_ddl(owner: str) -> str:
    """DDL of what is known of user tables, owned by the role that writes for users; existing tables are kept."""
    revision = ", ".join(f'"{column.sql}" {column.type.sql} NOT NULL' for column in REVISION.columns)
    listed = ", ".join(f'"{column.sql}" {column.type.sql}' for column in LISTED)
    kinds = ", ".join(f"'{kind}'" for kind in (PERSON, GROUP, EVERYBODY))
    tables = {
        REVISION.qualified: f"{revision}, PRIMARY KEY ({REVISION.key.sql})",
        OWNERS: "login text PRIMARY KEY, schema_name text NOT NULL UNIQUE",
        TABLES: (
            f"id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, login text NOT NULL REFERENCES {OWNERS}, "
            "table_name text NOT NULL, description text NOT NULL, declared jsonb NOT NULL, loaded text[] NOT NULL, "
            "n_rows bigint NOT NULL, n_bytes bigint NOT NULL, revision bigint NOT NULL, UNIQUE (login, table_name)"
        ),
        COLUMNS: f"table_id bigint NOT NULL REFERENCES {TABLES} ON DELETE CASCADE, {listed}, "
        "PRIMARY KEY (table_id, column_name)",
        READERS: f"table_id bigint NOT NULL REFERENCES {TABLES} ON DELETE CASCADE, kind text NOT NULL "
        f"CHECK (kind IN ({kinds})), name text NOT NULL, PRIMARY KEY (kind, name, table_id)",
    }
    begun = f"INSERT INTO {REVISION.qualified} VALUES (1, 0) ON CONFLICT DO NOTHING;\n"  # noqa: S608 - declared
    return (
        f"CREATE SCHEMA IF NOT EXISTS {NAME} AUTHORIZATION {owner};\n"
        + "".join(f"CREATE TABLE IF NOT EXISTS {table} ({columns});\n" for table, columns in tables.items())
        + begun
        + "".join(f"ALTER TABLE {table} OWNER TO {owner};\n" for table in tables)
    )
