"""Times between PostgreSQL, which has infinities and years from 4713 BC to 294276, and `datetime`, which has 1 to 9999.

A row has a `datetime`, else what answers write instead: null for the infinities, text for other years
(`sky.instants`). Cursors and conditions take these back.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import orjson

from sky.instants import EPOCH, format_timestamp, parse_timestamp

INFINITY, MINUS_INFINITY = orjson.Fragment(b"null"), orjson.Fragment(b"null")
"""Times after and before all others, of which JSON has neither."""
Instant: TypeAlias = datetime | str | orjson.Fragment
STORED = {2**63 - 1: INFINITY, -(2**63): MINUS_INFINITY}
"""How PostgreSQL sends the infinities."""
NAMES = {INFINITY: "infinity", MINUS_INFINITY: "-infinity"}
"""How cursors spell them."""
NAMED = {name: instant for instant, name in NAMES.items()}
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
MICROSECOND = timedelta(microseconds=1)


def zoned_instant(stored: tuple[int]) -> Instant:
    """The value of a `timestamp with time zone`, sent as microseconds since 2000."""
    try:
        return EPOCH + timedelta(0, 0, stored[0])
    except OverflowError:
        return _distant(stored[0])


def zoneless_instant(stored: tuple[int]) -> Instant:
    """The value of a `timestamp without time zone`, sent as microseconds since 2000."""
    try:
        return NAIVE_EPOCH + timedelta(0, 0, stored[0])
    except OverflowError:
        return _distant(stored[0])


def _distant(microseconds: int) -> Instant:
    return STORED[microseconds] if microseconds in STORED else f"{format_timestamp(microseconds)}Z"


def stored_instant(instant: Instant) -> tuple[int]:
    """The microseconds since 2000 that PostgreSQL is sent; without a zone it is UTC."""
    if isinstance(instant, orjson.Fragment):
        return (next(stored for stored, value in STORED.items() if value is instant),)
    if isinstance(instant, str):
        return (parse_timestamp(instant),)
    return (((instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant) - EPOCH) // MICROSECOND,)


def instant_text(instant: Instant) -> str:
    """A time as keys are written, which `read_instant` reads; one without a zone is UTC, wherever the gateway runs."""
    if isinstance(instant, datetime):
        utc = instant if instant.tzinfo is None else instant.astimezone(UTC).replace(tzinfo=None)
        return f"{utc.isoformat()}Z"
    return instant if isinstance(instant, str) else NAMES[instant]


def read_instant(text: str, *, zoneless: bool) -> Instant:
    """A time as a cursor or a key has it, UTC where it has no zone; raises `ValueError`."""
    if text in NAMED:
        return NAMED[text]
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return (zoneless_instant if zoneless else zoned_instant)((parse_timestamp(text),))
    aware = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    return aware.replace(tzinfo=None) if zoneless else aware
