"""The table of tokens that the gateway gives, in the hub's schema `login`; only the role of jobs reads it."""

from schema.column import Column
from schema.table import Table
from schema.types import ASCII, BOOLEAN, INSTANT, TEXT, array

NAME = "login"
SEALED = Column("sealed", ASCII, "What it is verified again by, sealed with the token itself; empty for nothing")
TOKEN = Table(
    NAME,
    "token",
    f"{NAME}.token",
    "Token",
    "tokens",
    "Tokens that the gateway has given: the sessions of browsers, and personal ones for scripts",
    (
        Column("token_id", ASCII, "What its owner calls it by", key=True),
        Column("digest", ASCII, "SHA-256 of the token, which itself is not kept, in hexadecimal", indexed=True),
        Column("kind", ASCII, "What it is for: session, or API token"),
        Column("login", ASCII, "Account that it logs in, in lower case", indexed=True),
        Column("groups", array(TEXT, "*"), "Groups that the account was in when it was given"),
        Column("label", TEXT, "What its owner keeps it for"),
        Column("writes", BOOLEAN, "Whether it may change something"),
        Column("created", INSTANT, "When it was given"),
        Column("expires", INSTANT, "When it ends"),
        SEALED,
    ),
)


def tokens_ddl(owner: str) -> str:
    """DDL of the table, owned by the role that writes for users; an existing one is kept."""
    columns = ", ".join(f'"{column.sql}" {column.type.sql} NOT NULL' for column in TOKEN.columns)
    indexes = "".join(
        f'CREATE INDEX IF NOT EXISTS {TOKEN.name}_{column.sql} ON {TOKEN.qualified} ("{column.sql}");\n'
        for column in TOKEN.columns
        if column.indexed
    )
    return (
        f"CREATE SCHEMA IF NOT EXISTS {NAME} AUTHORIZATION {owner};\n"
        f'CREATE TABLE IF NOT EXISTS {TOKEN.qualified} ({columns}, PRIMARY KEY ("{TOKEN.key.sql}"));\n'
        f"ALTER TABLE {TOKEN.qualified} ADD COLUMN IF NOT EXISTS {SEALED.sql} {SEALED.type.sql} NOT NULL DEFAULT '';\n"
        f"{indexes}ALTER TABLE {TOKEN.qualified} OWNER TO {owner};\n"
    )
