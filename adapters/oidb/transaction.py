"""Transactions at OiDB."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.oidb.errors import refusal_of
from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from planning.asker import asker
from planning.refused_changes import ChangeRefused
from resolvers.mutations import writer_of
from schema.oidb import SOURCE

DOOR = "oidb"
"""What the record of changes calls this door."""
CATALOGUE = "oidb"
"""What rights on OiDB's rows are granted for."""


@asynccontextmanager
async def writing(hub: Hub) -> AsyncIterator[SourceTransaction]:
    """A transaction at OiDB for who asks; raises `GatewayError`, as this API has it."""
    try:
        async with writer_of(hub, SOURCE.name).transaction(asker(), DOOR) as transaction:
            yield transaction
    except ChangeRefused as refused:
        raise refusal_of(refused) from refused
