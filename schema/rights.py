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

NOW, NAMES, ALL, KNOWN, COLLECTIONS, LET = "now", "names", "all", "known", "collections", "let"
"""What a condition may know of who asks: the time, the investigators they act for, whether all is theirs, whether they
have logged in; and collections or programmes in which some let them act, with the names of these, separated by `/`."""
TYPES = {
    NOW: "timestamp", NAMES: "text[]", ALL: "boolean", KNOWN: "boolean", COLLECTIONS: "text[]", LET: "text[]",
}  # fmt: skip
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
        SQL that is true where they may: `{0}`, `{1}`… are `columns`, `{now}`, `{names}` and the other `TYPES` who asks.
        It may not raise an error, whatever is in the row.
    columns
        Columns of the row that decides.
    through
        The link to that row; None if it is the same one.
    released
        The one of `columns` whose instant (UTC) opens a row to everybody by passing; None where time opens nothing, or
        where the rows that decide are those of another right of the catalogue, which says it.
    otherwise
        SQL of what is there where the condition is not true; None for NULL.
    """

    hidden: Column
    catalogue: str
    condition: str
    columns: tuple[Column, ...]
    through: "Link | None" = None
    released: Column | None = None
    otherwise: str | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """Which of `TYPES` its condition has."""
        return tuple(name for name in TYPES if f"{{{name}}}" in self.condition)


CLOSED = "{1} IS NULL OR {1} >= {now}"
"""What is not released yet: the second of the columns is the release date (UTC)."""
OPEN = "{0} = 'public' OR {1} < {now}"
"""OiDB's rule (its `modules/filters.xqm`): public, or released; without a release date never."""
INVESTIGATORS = r"regexp_split_to_array(upper(btrim({2})), '\s*/\s*')"
"""The names of a cell, which `/` separates."""
OWN = f"{INVESTIGATORS} && {{names}}"
"""One of them is one that the asker goes by, or may act for."""


def embargo(*places: int) -> str:
    """OiDB's rule: what is open, and all of it for its investigators, whom these let act, and administrators.

    Investigators let somebody act at OiDB, or in a collection or a programme alone (its `modules/htaccess.xql`). The
    columns are rights, release date (UTC), names of principal investigators and, under the numbers that are given, the
    collection and the programme.
    """
    # No function of what is bound alone, as cardinality({names}): a plan that is kept would not be shipped.
    return f"{OPEN} OR {{all}} OR ({{known}} AND ({' OR '.join((OWN, *map(_let_in, places)))}))"


def _let_in(place: int) -> str:
    """One of its investigators lets the asker act in what the column of this number names."""
    # Of the collation of the column, by its beginning of no letter: postgres_fdw ships no function of another text.
    names = f"left({{{place}}}, 0) || ({{let}})[array_position({{collections}}, {{{place}}})]"
    return f"{INVESTIGATORS} && string_to_array({names}, '/')"
