"""When what is declared last changed, as the hub remembers it: registries harvest what is younger than they have."""

from hashlib import blake2s

from schema.published import CATALOGUE

KEPT = "gw.declared"
CHANGED = f"""
SELECT date_trunc('second', greatest(max(since), (SELECT max(published_at) FROM {CATALOGUE.qualified}))) FROM {KEPT}
"""  # noqa: S608 - declared
"""When the declarations or what is published changed, to the second, as OAI-PMH tells it."""


def ddl(told: str) -> str:
    """DDL that remembers a text of all declarations by its digest, and since when it has been this one."""
    digest = blake2s(told.encode(), digest_size=16).hexdigest()
    return (
        f"CREATE TABLE IF NOT EXISTS {KEPT} (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"
        f"DELETE FROM {KEPT} WHERE digest <> '{digest}';\n"
        f"INSERT INTO {KEPT} (digest) VALUES ('{digest}') ON CONFLICT DO NOTHING;\n"
    )
