"""When each record of the registry last changed: registries harvest records newer than they have.

The dates are of the declarations that a record is made of, whichever hub is set up with them; `python -m gateway
generate` dates those that have changed.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2s

from schema.published import CATALOGUE

KEPT = "gw.declared"
CHANGED = f"""
SELECT record, since FROM {KEPT} WHERE record IS NOT NULL
UNION ALL SELECT table_name, date_trunc('second', published_at) FROM {CATALOGUE.qualified}
"""  # noqa: S608 - declared
"""SQL: name of each record, and when its declaration was changed or its table published."""
DATED = re.compile(r"'(\w{32})', '[^']*', '([^']+)'")
"""A digest and its date in the DDL."""


def revision_ddl(declarations: Mapping[str, str], written: str, now: datetime) -> str:
    """DDL that stores the digest of each record's declarations, and since when they are as they are.

    Parameters
    ----------
    declarations
        What each record is made of, by its name: that of a table, or the first segment of the path of a service.
    written
        The DDL as it was generated last: what is still the same keeps its date.
    now
        Date of what is not, UTC.
    """
    dates = dict(DATED.findall(written))
    digests = {
        name: blake2s(f"{name} {text}".encode(), digest_size=16).hexdigest() for name, text in declarations.items()
    }
    moment = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    rows = ",\n".join(f"  ('{digest}', '{name}', '{dates.get(digest, moment)}')" for name, digest in digests.items())
    kept = ", ".join(f"'{digest}'" for digest in digests.values())
    return (
        f"CREATE TABLE IF NOT EXISTS {KEPT} (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"
        f"ALTER TABLE {KEPT} ADD COLUMN IF NOT EXISTS record text;\n"
        f"DELETE FROM {KEPT} WHERE digest NOT IN ({kept});\n"
        f"INSERT INTO {KEPT} (digest, record, since) VALUES\n{rows}\nON CONFLICT DO NOTHING;\n"
    )
