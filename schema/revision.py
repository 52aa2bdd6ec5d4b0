"""When the declarations last changed, as the hub remembers it: registries harvest records newer than they have."""

from hashlib import blake2s

from schema.published import CATALOGUE

KEPT = "gw.declared"
CHANGED = f"""
SELECT date_trunc('second', greatest(max(since), (SELECT max(published_at) FROM {CATALOGUE.qualified}))) FROM {KEPT}
"""  # noqa: S608 - declared
"""SQL: when the declarations or the published tables last changed, to the second, as OAI-PMH reports it."""


def revision_ddl(declarations: str) -> str:
    """DDL that stores a digest of `declarations`, and keeps since when it has been the same."""
    digest = blake2s(declarations.encode(), digest_size=16).hexdigest()
    return (
        f"CREATE TABLE IF NOT EXISTS {KEPT} (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"
        f"DELETE FROM {KEPT} WHERE digest <> '{digest}';\n"
        f"INSERT INTO {KEPT} (digest) VALUES ('{digest}') ON CONFLICT DO NOTHING;\n"
    )
