"""Limits of one worker: those of the whole gateway, divided."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gateway.settings import Settings

DIVIDED = (
    "max_requests", "max_uploads", "max_subscriptions", "max_persisted_bytes", "connections", "streams", "direct",
    "job_workers",
)  # fmt: skip
"""Settings of which each worker has its part. The rate of a client is counted by all together (`SharedMoments`); what
is kept in the hub or in the spool has one limit anyway."""


def portion(settings: Settings, number: int) -> Settings:
    """The settings of one of so many workers: of what is divided the part, rounded up, so that none has nothing."""
    return replace(settings, **dict(_parts(settings, number)))


def _parts(settings: Settings, number: int) -> Iterator[tuple[str, Any]]:
    for name in DIVIDED:
        yield name, -(-getattr(settings, name) // number)
