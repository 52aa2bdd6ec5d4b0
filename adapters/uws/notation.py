"""What UWS 1.1 and TAP say how to call, and how to write, outside of documents."""

from datetime import datetime

RESULT = "result"
"""Identifier of the one result of a TAP query (TAP 1.1 section 2.2.3)."""


def instant(moment: datetime) -> str:
    """A moment as the standard writes it (section 1.3): UTC, ISO 8601, `Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
