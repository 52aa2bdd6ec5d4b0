"""The document of `/availability` (VOSI 1.1 section 2.2)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from vo_models.voresource.types import UTCTimestamp
from vo_models.vosi.availability.models import Availability

from adapters.registry.documents import to_xml


def availability_document(since: datetime, notes: Iterable[str], *, available: bool) -> bytes:
    """Write whether the service is available, since when, and notes for people."""
    moment = UTCTimestamp.fromisoformat(since.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds"))
    return to_xml(Availability(available=available, up_since=moment if available else None, note=list(notes)))
