"""What the records of the registry say beside what is declared: places, coverage, dates, and which are gone.

A coverage is kept in the hub as it was told, with its date, and told anew once it is another one: so a record has its
own date, whichever process is asked, and keeps it when one starts again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.state import State
from hub.coverage import Coverage
from hub.rows import Hub
from hub.threads import in_thread
from planning.errors import GatewayError
from planning.sql import Statement
from schema import revision
from schema.catalog import Catalog
from schema.named_queries import named_query
from schema.published import CELLS, COVERED, NAME
from schema.table import Table

if TYPE_CHECKING:
    from adapters.registry.coverage import Covered

PLACE = named_query("gateway/oai", "place")
TELL = named_query("gateway/oai", "tell").format(covered=COVERED)
RADIUS = 1.0
"""Of the test query of a published table, degrees."""
CHANGED = Statement(revision.CHANGED, (), (NAME,))
COVERAGE = Statement(revision.COVERAGE, (), (NAME,))


async def changed(hub: Hub, now: datetime) -> tuple[Mapping[str, datetime], Mapping[str, datetime]]:
    """When each record changed, by its name, and when each that is gone went; none in the future of our clock."""
    there: dict[str, datetime] = {}
    gone: dict[str, datetime] = {}
    for name, since, is_there in await hub.fetch(CHANGED):
        (there if is_there else gone)[name] = min(since, now)
    return there, gone


async def places(hub: Hub, published: Collection[str]) -> dict[str, tuple[float, float, float]]:
    """The place of a row of each published table that has any.

    `published` are the names that the hub has at this moment: the catalogue may still have a table that is withdrawn.
    """
    tables = (table for table in hub.catalog.published if table.position and table.qualified in published)
    return {
        table.qualified: (ra, dec, RADIUS)
        for table in tables
        for ra, dec in await hub.fetch(Statement(PLACE.format(cells=f"{NAME}.{CELLS}{table.name}"), (), (NAME,)))
    }


async def covered(state: State, now: datetime) -> "dict[str, Covered]":
    """What tables and collections cover, by the name of the table or source, as registries are told.

    It is told anew first where it has changed; where no role may write to the hub, as it was told last.
    """
    from adapters.registry.coverage import Covered

    told = {
        name: (spatial, tuple(temporal), since) for name, spatial, temporal, since in await state.hub.fetch(COVERAGE)
    }
    for name, tables in _named(state.catalog):
        known = [coverage for table in tables if (coverage := state.coverages.known(table))]
        if len(known) < len(tables) or state.engine.writers is None:
            continue
        spatial, temporal = await _written(state, tables[0], known)
        if name not in told or told[name][:2] != (spatial, temporal):
            try:
                async with state.engine.writers.held() as writer:
                    ((since,),) = await writer.fetch(TELL, name, spatial, list(temporal))
            except GatewayError:  # the next who asks will see to it
                continue
            told[name] = spatial, temporal, since
    return {
        name: Covered(spatial, (temporal[0], temporal[-1]) if temporal else None, min(since, now))
        for name, (spatial, temporal, since) in told.items()
    }


def _named(catalog: Catalog) -> Iterator[tuple[str, Sequence[Table]]]:
    """The tables that have a position, each alone and those of each source together."""
    for name, table in catalog.positioned.items():
        yield name, (table,)
    for source in catalog.sources:
        tables = [table for table in source.tables if table.position]
        if tables and source.origin:
            yield source.name, tables


async def _written(state: State, table: Table, known: Sequence[Coverage]) -> tuple[str, tuple[float, ...]]:
    """The map and the times of these coverages; made once of each."""
    from adapters.moc.registered import spatial, temporal

    kept, key = state.coverages.written, ("registry", *(coverage.number for coverage in known))
    content = kept.get(key)
    if content is None:
        content = (await in_thread(spatial, table, known)).encode()
        kept.put(key, content, len(content))
    return content.decode(), temporal(known)
