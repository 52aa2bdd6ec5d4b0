"""What can be subscribed to: rows that are added to a table."""

from dataclasses import dataclass

from schema.column import Column
from schema.obsportal import EXPOSURE
from schema.table import Table


@dataclass(frozen=True, eq=False, slots=True)
class AddedRows:
    """A subscription to the rows that are added to a table."""

    field: str
    """Field of GraphQL's Subscription type."""
    description: str
    table: Table
    updated: Column
    """When a row was last changed at its source: never before it is added."""


ADDED = AddedRows(
    "exposureAdded", "An exposure that was added to the Obs Portal", EXPOSURE, EXPOSURE.by_field["expDateUpdated"]
)
