"""When more opens to everybody by itself: instants that are read with the version of a source, and no clock's hour."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST = 1000
"""Instants that are read at once: as many are a year's, where data are released day by day."""
EPOCH = datetime(1970, 1, 1)
"""In UTC, as `planning.rights.this_moment` is."""
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Releases:
    """The next instants at which rows of a source open to everybody, as they were read at one time."""

    instants: Sequence[int]
    """Microseconds since 1970 (UTC), in their order."""

    def following(self, now: datetime) -> str | None:
        """The next one as a text, `NEVER` for none: it becomes another one at the moment that a row opens.

        None where there may be later ones than those that were read. `now` is in UTC, without a zone.
        """
        place = bisect_left(self.instants, (now - EPOCH) // timedelta(microseconds=1))
        if place < len(self.instants):
            return str(self.instants[place])
        return NEVER if len(self.instants) < MOST else None


NOTHING = Releases(())
"""Nothing opens by itself."""
