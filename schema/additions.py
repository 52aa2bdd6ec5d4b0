"""What can be subscribed to: rows that are added to a table."""

from dataclasses import dataclass

from schema.obsportal import EXPOSURE
from schema.table import Table


@dataclass(frozen=True, eq=False, slots=True)
class AddedRows:
    """A subscription to the rows that are added to a table."""

    field: str
    """Field of GraphQL's Subscription type."""
    description: str
    table: Table


ADDED = AddedRows(
    "exposureAdded",
    "An exposure that was added to the Obs Portal, once each; `extensions.eventId` says after what to resume",
    EXPOSURE,
)
