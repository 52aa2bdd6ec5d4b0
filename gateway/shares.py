"""The table of shares: what this process has a number of, how many, and so how much one client may hold.

Connections are shared in `hub.pool_turns` and `hub.writer`, threads in `hub.threads`, workers and the spool in `jobs`,
by the same part (GATEWAY_SHARE) and the same mechanism (`hub.shares`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from gateway.settings import Settings
from hub.shares import Share

WAITING = 1000
"""Requests that only wait, at most, which are not counted as under way."""
LARGE_BODIES = 16
"""Requests under way whose body is larger than what is waited for before they are (`BodyDeadline`); of forms in parts
there are as many as of uploads. Each may hold GATEWAY_MAX_JSON_BYTES, and what is made of them."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What clients hold of this process."""

    requests: Share
    waiting: Share
    bodies: Share
    uploads: Share
    sockets: Share
    subscriptions: Share

    def named(self) -> Iterator[tuple[str, Share]]:
        """Each of them, by its name in the metrics."""
        return ((item.name, getattr(self, item.name)) for item in fields(self))


def shares(settings: Settings) -> Shares:
    """Nothing is held yet."""
    part = settings.share
    return Shares(
        requests=Share("requests under way", settings.max_requests, part),
        waiting=Share("requests that wait", WAITING, part),
        bodies=Share("requests with a large body under way", LARGE_BODIES, part),
        uploads=Share("uploads under way", settings.max_uploads, part),
        sockets=Share("WebSockets open", settings.max_subscriptions, part),
        subscriptions=Share("subscriptions open", settings.max_subscriptions, part),
    )
