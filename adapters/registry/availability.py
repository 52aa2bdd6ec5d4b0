"""The document of `/availability` (VOSI 1.1 section 2.2)."""

from collections.abc import Iterable
from datetime import datetime

from vo_models.voresource.types import UTCTimestamp
from vo_models.vosi.availability.models import Availability

from adapters.registry.documents import written


def availability(since: datetime, notes: Iterable[str], *, available: bool) -> bytes:
    """Say whether the service answers, since when (UTC), and what there is to know of it."""
    moment = UTCTimestamp.fromisoformat(since.replace(tzinfo=None).isoformat(timespec="milliseconds"))
    return written(Availability(available=available, up_since=moment if available else None, note=list(notes)))
