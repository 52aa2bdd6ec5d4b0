"""What is known of a client whose credentials were verified."""

import math
from dataclasses import dataclass
from enum import StrEnum

BELIEVED = 60.0
"""Seconds that credentials are believed, at most, so that one that has ended may live on for as long."""


class Kind(StrEnum):
    """What somebody has logged in with."""

    ACCESS_TOKEN = "access token"  # noqa: S105 - its name
    """Of an OpenID Connect provider."""
    ID_TOKEN = "ID token"  # noqa: S105
    """Of the same provider, where a browser was sent to log in."""
    PASSWORD = "password"  # noqa: S105
    SESSION = "session"
    """That of a browser, begun with one of those above."""
    API_TOKEN = "API token"  # noqa: S105
    """A personal one, for scripts."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A login, and how long it is believed without being verified again."""

    login: str
    """In lower case."""
    kind: Kind
    until: float
    """Seconds since 1970 (`time.time`)."""
    groups: frozenset[str] = frozenset()
    """Groups that the account was in then."""
    writes: bool = True
    """Whether it may change something."""
    ends: float = math.inf
    """When it ends, and a session that was begun by it: seconds since 1970."""
