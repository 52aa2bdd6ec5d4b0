"""When each record of the registry last changed: registries harvest records newer than they have.

The dates are of the declarations that a record is made of, whichever hub is set up with them; `python -m gateway
generate` dates those that have changed. A record is named as its IVOID ends: `tap`, `jsdc`, `scs/jsdc.star`. One that
there is no longer stays listed, with the day it went (`deletedRecord=persistent`, OAI-PMH 2.0 section 2.5.1).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2s

from schema.published import CATALOGUE, COVERED, WITHDRAWN

KEPT = "gw.declared"
GONE = "gw.withdrawn"
CONE = "scs/"
"""What the name of the record of a cone search begins with; the name of its table follows."""
CHANGED = f"""
SELECT record, date_trunc('second', since), true FROM {KEPT} WHERE record IS NOT NULL
UNION ALL SELECT kind || table_name, date_trunc('second', published_at), true
  FROM {CATALOGUE.qualified}, unnest(ARRAY['', '{CONE}']) AS kind
UNION ALL SELECT record, date_trunc('second', since), false FROM {GONE}
UNION ALL SELECT record, date_trunc('second', since), false FROM {WITHDRAWN}
"""  # noqa: S608 - declared
"""SQL: name of each record, when its declaration changed, its table was published or it went, whether it is there."""
COVERAGE = f"SELECT table_name, spatial, temporal, date_trunc('second', since) FROM {COVERED}"  # noqa: S608 - declared
"""SQL: what each table covers, and since when."""
DATED = re.compile(r"'(\w{32})', '[^']*', '([^']+)'")
"""A digest and its date in the DDL."""


def revision_ddl(declarations: Mapping[str, str], written: str, now: datetime) -> str:
    """DDL that stores the digest of each record's declarations, and since when they are as they are.

    Records that were declared in an earlier release and are not now are remembered as withdrawn.

    Parameters
    ----------
    declarations
        What each record is made of, by its name.
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
    kept, names = (", ".join(f"'{each}'" for each in listed) for listed in (digests.values(), digests))
    gone = f"SELECT record FROM {KEPT} WHERE record NOT IN ({names})"  # noqa: S608 - declared
    return (
        f"CREATE TABLE IF NOT EXISTS {KEPT} (digest text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"
        f"ALTER TABLE {KEPT} ADD COLUMN IF NOT EXISTS record text;\n"
        # Cone searches were recorded by their tables alone.
        f"UPDATE {KEPT} SET record = '{CONE}' || record WHERE record LIKE '%.%' AND record NOT LIKE '{CONE}%';\n"
        f"CREATE TABLE IF NOT EXISTS {GONE} (record text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());\n"
        f"INSERT INTO {GONE} (record) {gone} ON CONFLICT DO NOTHING;\n"
        f"DELETE FROM {GONE} WHERE record IN ({names});\n"
        f"DELETE FROM {KEPT} WHERE digest NOT IN ({kept});\n"
        f"INSERT INTO {KEPT} (digest, record, since) VALUES\n{rows}\nON CONFLICT DO NOTHING;\n"
    )
