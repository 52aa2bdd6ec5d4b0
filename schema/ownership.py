"""Who owns rows, as it is declared: tables that are written, each with the right of its rows."""

from dataclasses import dataclass

from schema.column import Column, Writers
from schema.table import VERSION, Link, Table


@dataclass(frozen=True, eq=False)
class Ownership:
    """Which right the rows of a table have: whoever is named in a row, or in the rows that refer to it, owns it.

    Only tables with one are ever written, through whichever door.
    """

    table: Table
    names: Column
    """Names of principal investigators, several separated by `/`; of `through`, where there is one."""
    catalogue: str
    """What the table is called where rights are granted, as `spica_followup`: delegations hold for names before it."""
    through: Table | None = None
    """The table whose rows refer to those of this one, by its key, and name who owns them; None for its own rows."""
    granted: tuple[Table, tuple[Column, ...]] | None = None
    """A table, and columns that are in both: who owns such a row of it may add rows here, where the new one says which.

    None where the row's own names decide.
    """
    shared: Column | None = None
    """What rows of several owners are about, as the target that programmes want: who owns such a row lets others in.

    A row is then added by who owns another of the same, for themselves or in the names that its row of `granted` has;
    by others only where there is none yet, as the first of `counted`. None where everybody adds rows of their own.
    """
    once: tuple[Column, ...] = ()
    """Columns that no two rows have the same in, where none of them is NULL."""
    counted: Column | None = None
    """A column whose values are counted from 1."""
    reserved: tuple[Column, str] | None = None
    """A value of a column that administrators alone give a row, or take from it."""
    within: tuple[Link, ...] = ()
    """Links from a row to the one that has `names`, as from a granule to its collection; none for its own rows."""
    whole: bool = False
    """Whether owners may write every column, whatever its writers are."""
    removed: bool = False
    """Whether rows are deleted; else they only change their state."""
    follows: Link | None = None
    """The link to the row with which a row is deleted, by whoever may do that; None where none is."""
    sequence: str = ""
    """What numbers its rows at the source, where their key is no identity column."""

    @property
    def inserted(self) -> tuple[Column, ...]:
        """Columns that a new row is made with: what may be changed, and what identifies it but by a number."""
        written = (
            column for column in self.table.stored if self.whole or column.key or column.writers is not Writers.NOBODY
        )
        return tuple(column for column in written if not (column is self.table.key and self.numbered))

    @property
    def numbered(self) -> bool:
        """Whether the source numbers the rows itself."""
        return self.table.key.type.sql == "bigint"

    @property
    def versioned(self) -> bool:
        """Whether its rows have the number of their version."""
        return any(column.name == VERSION for column in self.table.stored)

    @property
    def changed(self) -> tuple[Column, ...]:
        """Columns that somebody may change in a row that is there."""
        return tuple(column for column in self.inserted if not column.key)
