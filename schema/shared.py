"""What gateways of one hub share, in its schema `shared`: figures of each data version, and documents asked by a hash.

Only the role of jobs reads and writes it. All of it can be made again: whoever loses it counts, or is sent, once more.
"""

NAME = "shared"
FIGURE = f"{NAME}.figure"
"""Figures of a kind, of a source or table, by data version."""
DOCUMENT = f"{NAME}.document"
"""GraphQL texts by their SHA-256, in hexadecimal."""


def shared_ddl(owner: str) -> str:
    """DDL of the tables, owned by the role that writes for users; existing ones are kept."""
    return (
        f"CREATE SCHEMA IF NOT EXISTS {NAME} AUTHORIZATION {owner};\n"
        f"CREATE TABLE IF NOT EXISTS {FIGURE} (kind text NOT NULL, name text NOT NULL, version text NOT NULL,"
        " content bytea NOT NULL, made timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (kind, name, version));\n"
        f"CREATE TABLE IF NOT EXISTS {DOCUMENT} (digest text PRIMARY KEY, content text NOT NULL,"
        " sent timestamptz NOT NULL DEFAULT now());\n"
        + "".join(f"ALTER TABLE {name} OWNER TO {owner};\n" for name in (FIGURE, DOCUMENT))
    )
