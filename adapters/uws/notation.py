"""Names and notations of UWS 1.1 and TAP, inside and outside of XML documents."""

from datetime import UTC, datetime

RESULT = "result"
"""Identifier of the result of a TAP query (TAP 1.1 section 2.2.3)."""


def uws_instant(moment: datetime) -> str:
    """Write a time as UWS 1.1 section 1.3 says: ISO 8601 in UTC, with milliseconds and `Z`."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
