"""Who may see what: rights as they are declared, each once, beside the tables that they are about.

A right is a condition on a row, and hides values of that row from those whom it does not allow: they are NULL to them,
wherever they are read, compared, sorted or counted. The condition knows the row and the person who asks, and nothing
else; `planning.rights` makes SQL of it for every reference to the table.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schema.column import Column

if TYPE_CHECKING:
    from schema.table import Link

NOW, NAMES, ALL = "now", "names", "all"
"""What a condition may know of who asks: the time, the investigators they act for, whether all is theirs."""
TYPES = {NOW: "timestamp", NAMES: "text[]", ALL: "boolean"}
"""PostgreSQL's types of these. postgres_fdw ships no comparison of a `timestamp` with a `timestamptz`."""


@dataclass(frozen=True, eq=False)
class Right:
    """Who may see the values of a column.

    Parameters
    ----------
    hidden
        The column.
    catalogue
        What delegations and groups call what it is of (`planning.asker`).
    condition
        SQL that is true where they may: `{0}`, `{1}`… are `columns`, `{now}`, `{names}` and `{all}` who asks. It may
        not raise an error, whatever is in the row.
    columns
        Columns of the row that decides.
    through
        The link to that row; None if it is the same one.
    """

    hidden: Column
    catalogue: str
    condition: str
    columns: tuple[Column, ...]
    through: "Link | None" = None


OPEN = "{0} = 'public' OR {1} < {now}"
"""OiDB's rule (its `modules/filters.xqm`): public, or released; without a release date never."""
OWN = r"cardinality({names}) > 0 AND regexp_split_to_array(upper(btrim({2})), '\s*/\s*') && {names}"
"""One of the names of a cell, which `/` separates, is one that the asker goes by, or may act for."""
EMBARGO = f"{OPEN} OR {{all}} OR ({OWN})"
"""What is open, and all of it for its principal investigators, whom these let act, and administrators.

Its columns are rights, release date (UTC) and names of principal investigators.
"""
