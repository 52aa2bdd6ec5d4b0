"""What handlers share: `request.app.state.gateway`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.tap.query import Engine
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
    """What is opened when the process starts and closed when it ends."""

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
    """Jobs; None where no database keeps them."""
