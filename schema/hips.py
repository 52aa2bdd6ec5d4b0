"""What a catalogue HiPS has of a table: its columns, and which rows come first; derived from what is declared.

HiPS 1.0 (REC-HIPS-1.0, IVOA 2017), section 4.2.2: rows at low orders are those that one sees first.
"""

from dataclasses import dataclass

from schema.column import Column
from schema.table import Table

BRIGHTNESS = "phot.mag;em.opt.V"
"""UCD of the magnitude that stars are ordered by."""
BEGIN = "time.start"
"""UCD of the time (MJD) that observations are ordered by."""


@dataclass(frozen=True, slots=True)
class Progression:
    """Columns of the tiles of a table, and the order of its rows."""

    columns: tuple[Column, ...]
    """Right ascension, declination (ICRS degrees), then the rest as the table has them."""
    rank: Column | None
    """What rows are ordered by; None for a table without brightness and time: then any row may come first."""
    descending: bool
    """Whether the greatest comes first, as the newest observation does."""


def progression(table: Table, hidden: frozenset[Column] = frozenset()) -> Progression:
    """Choose the columns of the tiles of a table that has a position.

    They are its key, its position, its principal columns and what it is ordered by; no arrays.

    Parameters
    ----------
    table
        A table whose `position` is not None.
    hidden
        Columns of which not everybody may see all: they are left out.
    """
    position = table.position or ()
    magnitude = next((column for column in table.columns if column.ucd.startswith(BRIGHTNESS)), None)
    begin = next((one for one in table.columns if one.unit == "d" and one.ucd.partition(";")[0] == BEGIN), None)
    rank = magnitude or begin
    rest = [
        column
        for column in table.columns
        if (column.key or column.principal or column is rank)
        and column not in hidden
        and column not in position
        and not column.type.many
    ]
    return Progression((*position, *rest), rank, rank is begin and begin is not None)
