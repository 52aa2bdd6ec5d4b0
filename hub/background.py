"""What work in the background needs of the hub."""

from collections.abc import Sequence
from typing import Any, Protocol

from hub.health import HealthMonitor
from planning.routing import Databases
from planning.sql import Statement
from schema.catalog import Catalog


class BackgroundHub(Protocol):
    """A hub that can be asked slowly, beside all that clients ask."""

    health: HealthMonitor
    databases: Databases
    catalog: Catalog

    async def slowly(self, statement: Statement) -> Sequence[Sequence[Any]]: ...  # noqa: D102
