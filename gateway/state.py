"""What handlers share: `state_of(request.scope)`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphql import GraphQLSchema
from starlette.types import Scope

from adapters.tap.engine import Engine
from adql.checked.catalogue import queryable
from gateway.documents import Documents
from gateway.freshness import Freshness, fresh
from gateway.login.logins import Logins
from gateway.routes.sockets import Sockets
from gateway.settings import Settings
from gateway.shares import Shares
from gateway.workers.siblings import Worker
from hub.coverage import Coverages
from hub.hats import HatsStore
from hub.hips import HipsStore
from hub.rows import Hub
from hub.shares import Share
from hub.spool import Spool
from hub.threads import threads
from resolvers.operation import Operations
from resolvers.streams import Subscriptions
from schema.catalog import Catalog

if TYPE_CHECKING:
    from jobs.service import JobService

PINNED = "gateway.state"
"""Where a scope has the state that its request is answered with."""


@dataclass(frozen=True, slots=True)
class State:
    """Made when the process starts and swapped whole when what is published changes; gone when the process ends."""

    settings: Settings
    hub: Hub
    engine: Engine
    operations: Operations
    freshness: Freshness
    documents: Documents
    subscriptions: Subscriptions
    sockets: Sockets
    coverages: Coverages
    hips: HipsStore
    hats: HatsStore
    spool: Spool
    shares: Shares
    logins: Logins | None = None
    """Verifies who asks; None where nobody can log in."""
    jobs: "JobService | None" = None
    """Jobs; None where no database keeps them."""
    worker: Worker | None = None
    """What this process is to others at the same port; None where it is alone."""

    @property
    def catalog(self) -> Catalog:
        """The tables that may be asked for."""
        return self.operations.catalog

    def shared(self) -> Iterator[tuple[str, Share]]:
        """All that clients have a share of, by its name."""
        yield from self.shares.named()
        yield "threads", threads().any.share
        yield "computations", threads().processor.share
        yield "compression", threads().coding.share
        yield from self.hub.shares()
        if self.engine.writers:
            yield "connections: hub, writers", self.engine.writers.share

    def with_catalog(self, catalog: Catalog, schema: GraphQLSchema) -> "State":
        """The same over another catalogue with its schema: GraphQL, ADQL and every other door have it at once.

        Nothing is known yet of the answers that it gives.
        """
        return replace(
            self,
            engine=replace(self.engine, catalogue=queryable(catalog)),
            operations=self.operations.with_catalog(catalog, schema),
            freshness=fresh(self.settings, self.hub, catalog, self.documents, self.worker),
        )


def state_of(scope: Scope) -> State:
    """The state that a request is answered with: that of its first look, so that it meets one catalogue to its end."""
    state: State = scope.setdefault(PINNED, scope["app"].state.gateway)
    return state
