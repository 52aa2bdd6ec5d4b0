"""What can be subscribed to: rows that are added to a table, and changes of rows, which their history has as rows."""

from dataclasses import dataclass

from schema.column import Column
from schema.obsportal import EXPOSURE
from schema.spica import FOLLOWUP, TARGET, TARGET_PROGRAM
from schema.spica_changes import CHANGE, CHANGE_TABLE
from schema.table import Table

RESUMING = "`extensions.eventId` says after what to resume"


@dataclass(frozen=True, eq=False, slots=True)
class AddedRows:
    """A subscription to the rows that are added to a table."""

    field: str
    """Field of GraphQL's Subscription type."""
    description: str
    table: Table
    only: tuple[Column, tuple[str, ...]] | None = None
    """A column and its values in the rows that are told; None for all rows."""


def _changes(field: str, what: str, *tables: Table) -> AddedRows:
    only = (CHANGE_TABLE, tuple(table.qualified for table in tables))
    return AddedRows(field, f"A change of one column of {what}, once each; {RESUMING}", CHANGE, only)


ADDITIONS = {
    added.field: added
    for added in (
        AddedRows("exposureAdded", f"An exposure that was added to the Obs Portal, once each; {RESUMING}", EXPOSURE),
        _changes("spicaRunChanged", "a run of the survey", FOLLOWUP),
        _changes(
            "spicaTargetChanged", "a target of the survey, or of its place in a programme", TARGET, TARGET_PROGRAM
        ),
    )
}
"""By their fields."""
LOGGED = tuple(dict.fromkeys(added.table for added in ADDITIONS.values()))
"""Tables whose additions have a log, each once: `sql/hub/additions.sql` has a table for each."""
