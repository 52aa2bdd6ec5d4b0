"""Tables that are published in the hub: read when the process starts, and whenever the list of them changes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence

import orjson
from starlette.applications import Starlette

from gateway.state import State
from hub.rows import Hub
from planning.errors import GatewayError
from planning.sql import Statement
from publishing import declaration
from resolvers.query import assemble
from schema.catalog import DECLARED
from schema.published import DECLARATIONS, NAME
from schema.table import Table
from schema.taken import clash

LOG = logging.getLogger(__name__)
LISTED = Statement(f"SELECT table_name, told::text FROM {DECLARATIONS} ORDER BY table_name", (), (NAME,))  # noqa: S608 - declared
EXISTS = Statement("SELECT to_regclass($1) IS NOT NULL", (DECLARATIONS,), (NAME,))
RETRY = 2.0
"""Seconds before a hub that does not answer is asked again what is published."""


async def declared(hub: Hub) -> Sequence[Table]:
    """Read the tables that are published now; none where the hub was set up before there could be some.

    Raises `GatewayError` if the hub does not answer.
    """
    ((exists,),) = await hub.fetch(EXISTS)
    tables, hub.left_out = fitting({str(name): str(text) for name, text in await hub.fetch(LISTED)} if exists else {})
    return tables


def fitting(declarations: Mapping[str, str]) -> tuple[Sequence[Table], tuple[str, ...]]:
    """The tables of these declarations by name, and the names of those that would break what others are asked by."""
    tables: list[Table] = []
    left_out: list[str] = []
    for name, text in declarations.items():
        try:
            table = declaration.table(orjson.loads(text))
            taken = clash(table.type_name, table.plural, DECLARED.with_published(tables))
        except (KeyError, ValueError, TypeError, AssertionError) as error:
            LOG.warning("%s is left out, for its declaration cannot be read: %r", name, error)
            left_out.append(name)
            continue
        if taken:
            LOG.warning("%s is left out, for its name %s in GraphQL is taken: publish it under another", name, taken)
            left_out.append(name)
        else:
            tables.append(table)
    return tables, tuple(left_out)


async def changes(hub: Hub) -> AsyncIterator[Sequence[Table]]:
    """Yield all tables that are published, each time that they change; a hub that does not answer is asked again.

    What has changed between the reading of `hub.catalog` and now is the first change: no version tells it any more.
    """
    following = hub.health.changes()
    tables = await _answered(hub)
    if repr(tuple(tables)) != repr(hub.catalog.published):
        yield tables
    async for source in following:
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
    """Answer from what is published, a second or two after it changes: every request that begins from then on."""
    async for tables in changes(app.state.gateway.hub):
        catalog = DECLARED.with_published(tables)
        try:
            schema = (await asyncio.to_thread(assemble, catalog))._schema  # noqa: SLF001
        except Exception:
            LOG.exception("what is published makes no schema: what was published before stays")
            continue
        state: State = app.state.gateway
        state.hub.catalog = catalog
        app.state.gateway = state.with_catalog(catalog, schema)
        LOG.info("what is published has changed: it has been taken up")


async def kept_up(hub: Hub) -> None:
    """Have what is published in the hub's catalogue, in a process that serves no requests."""
    async for tables in changes(hub):
        hub.catalog = DECLARED.with_published(tables)
