"""What the handlers share: the settings, the hub, the operations, what is known of answers and documents."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.tap.answer import Engine
from gateway.documents import Documents
from gateway.freshness import Freshness
from gateway.routes.sockets import Sockets
from gateway.settings import Settings
from hub.coverage import Coverages
from hub.rows import Hub
from resolvers.operation import Operations
from resolvers.streams import Subscriptions

if TYPE_CHECKING:
    from jobs.service import JobService


@dataclass(frozen=True, slots=True)
class State:
    """Made when the process starts, gone when it ends."""

    settings: Settings
    hub: Hub
    engine: Engine
    operations: Operations
    freshness: Freshness
    documents: Documents
    subscriptions: Subscriptions
    sockets: Sockets
    coverages: Coverages
    desk: "JobService | None" = None
    """Of jobs; None where there are none."""
