"""What queries run with, apart from what runs them: a server has it from its start, and reads that when it is asked."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeAlias

from adapters.votable.bounds import Bounds
from adql.checked.catalogue import Catalogue
from hub.rows import Hub
from hub.writer import Writers

Fetch: TypeAlias = Callable[[str], AsyncIterator[bytes] | None]
"""From a URI to the blocks of its document, whose iteration raises `BadInput`; None if it must not be fetched."""


def fetch_nothing(_uri: str) -> AsyncIterator[bytes] | None:
    """The `Fetch` of a service that trusts no host: None for every URI."""
    return None


@dataclass(frozen=True, slots=True)
class Engine:
    """What all queries of the process share."""

    hub: Hub
    catalogue: Catalogue
    writers: Writers | None
    """Connections for uploads; None if uploads are not configured."""
    fetch: Fetch = fetch_nothing
    """Fetches the tables that UPLOAD names by an address."""
    bounds: Bounds = Bounds()  # noqa: RUF009 - frozen
    """Largest upload that is read."""
