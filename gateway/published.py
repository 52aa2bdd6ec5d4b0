"""What is published in the hub, taken up when the process starts and whenever it changes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from importlib.metadata import version

import orjson
from graphql import GraphQLSchema, print_schema
from starlette.applications import Starlette

from adql.checked.catalogue import known_now
from gateway.freshness import Freshness
from gateway.settings import Settings
from gateway.state import State
from hub.rows import Hub
from planning.errors import GatewayError
from planning.sql import Statement
from publishing import declaration
from resolvers.query import assemble
from schema.catalog import DECLARED, publish
from schema.published import DECLARATIONS, NAME
from schema.table import Table

LOG = logging.getLogger(__name__)
ASKED = Statement(f"SELECT told::text FROM {DECLARATIONS} ORDER BY table_name", (), (NAME,))  # noqa: S608 - declared
THERE = Statement("SELECT to_regclass($1) IS NOT NULL", (DECLARATIONS,), (NAME,))
RETRY = 2.0
"""Seconds before a hub that does not answer is asked again what is published."""


async def declared(hub: Hub) -> Sequence[Table]:
    """The tables that are published now; none where the hub was set up before there could be some.

    Raises `GatewayError` if the hub does not answer.
    """
    ((there,),) = await hub.fetch(THERE)
    return [declaration.table(orjson.loads(told)) for (told,) in await hub.fetch(ASKED)] if there else ()


async def changes(hub: Hub) -> AsyncIterator[Sequence[Table]]:
    """The tables that are published, whenever they change; a hub that does not answer is asked until it does."""
    async for source in hub.health.changes():
        if source == NAME:
            yield await _answered(hub)


async def _answered(hub: Hub) -> Sequence[Table]:
    while True:
        try:
            return await declared(hub)
        except GatewayError as error:
            LOG.warning("what is published is not known yet: %s", error.message)
            await asyncio.sleep(RETRY)


async def taking_up(app: Starlette) -> None:
    """Have what is published in every answer, a second or two after it changes."""
    async for tables in changes(app.state.gateway.hub):
        state: State = app.state.gateway
        schema = (await asyncio.to_thread(assemble, (*DECLARED, *tables)))._schema  # noqa: SLF001
        # Catalogue and schema at once, or a request would meet one without the other.
        publish(tables)
        state.operations.renew(schema)
        engine = replace(state.engine, catalogue=known_now())
        fresher = fresh(state.settings, state.hub, schema)
        app.state.gateway = replace(state, engine=engine, freshness=fresher)
        LOG.info("what is published has changed: it has been taken up")


async def kept_up(hub: Hub) -> None:
    """Have what is published in every job of a process that answers nothing else."""
    async for tables in changes(hub):
        publish(tables)


def fresh(settings: Settings, hub: Hub, schema: GraphQLSchema) -> Freshness:
    """What is known of answers by a schema: nothing yet."""
    salt = f"{version('jmmc-gateway')} {settings.document_limits} {settings.max_page} {print_schema(schema)}"
    return Freshness(hub.health, salt, settings.max_age)
