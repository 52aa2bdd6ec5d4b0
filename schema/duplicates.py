"""Which rows of a union's branch another database has too (`schema.table.Known`): the rule, for all who apply it.

An observation is in the union once, in the most preferred branch. Rows of another branch are duplicates where a name of
theirs is in a column of a more preferred database:

    SELECT FROM oidb.granule AS k WHERE k."obs_id" = o."exp_id" AND k."calib_level" = 0

The rule is applied to all rows by the union's view (`schema.views`), to the rows that conditions leave by ADQL's
statements (`adql.joins.deduplicate`), and to the rows of a page by GraphQL's (`resolvers.duplicates`).
"""

import re

from schema.table import Branch, Known
from schema.types import LONG

DIGITS = "[0-9]{1,18}"
"""What a name is that can be compared with a column of whole numbers."""


def is_listed(branch: Branch, known: Known) -> bool:
    """Whether a row of the branch has a JSON list of names, and not one name: the key of the branch."""
    return known.names is not branch.own


def unnested(listed: str) -> str:
    """The names of a JSON list, one a row, for the SQL of the list; nothing where it is no list."""
    return f"jsonb_array_elements_text(CASE jsonb_typeof({listed}) WHEN 'array' THEN {listed} END)"


def name_sql(known: Known) -> str:
    """A name of a list (`n.name`) in the type of the column that it is looked for in; NULL where it is none of that."""
    return f"CASE WHEN n.name ~ '^{DIGITS}$' THEN n.name::bigint END" if known.column.type is LONG else "n.name"


def name_value(name: object, known: Known) -> int | str | None:
    """A name in the type of the column that it is looked for in; None where it is none of that."""
    if known.column.type is not LONG:
        return str(name)
    return int(str(name)) if re.fullmatch(DIGITS, str(name)) else None


def restriction(known: Known) -> str:
    """The condition of the rows `k` among which names are looked for; empty where all of them count."""
    return f'k."{known.only[0].sql}" = {known.only[1]}' if known.only else ""
