"""A request of TAP → the bytes of its answer, the same whether somebody waits for them or a job keeps them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from adapters.datalink.services import about_rows
from adapters.tap.parameters import TapRequest
from adapters.tap.uploads import Content, Fetch, fetch_nothing, staged
from adapters.votable.envelope import Head
from adapters.votable.reader import Bounds
from adapters.votable.stream import StreamOutcome, document
from adql.checked.catalogue import Catalogue
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from adql.statement import cells, statement
from hub.dependencies import UNKNOWN, touch
from hub.rows import Hub
from hub.writer import Writers
from schema.catalog import ALL

STANDARD = "ivo://ivoa.net/std/TAP"
PUBLISHER = "Jean-Marie Mariotti Center (JMMC)"
LONG = 5_000
"""Characters of a query that is compiled beside the event loop."""
Step: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""Told what is being done, while it is done."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What a query is answered with."""

    hub: Hub
    catalogue: Catalogue
    writers: Writers | None
    """Where uploads go; None where there are none."""
    fetch: Fetch = fetch_nothing
    """Reads the tables that UPLOAD names by an address."""
    bounds: Bounds = Bounds()  # noqa: RUF009 - frozen
    """Of each upload."""


async def answer(
    engine: Engine,
    asked: TapRequest,
    brought: Sequence[Content] = (),
    outcome: StreamOutcome | None = None,
    step: Step = lambda _what: nullcontext(),
) -> AsyncGenerator[bytes, None]:
    """The document; raises `GatewayError` as `adapters.votable.stream.document` does.

    What was brought is there until the last byte, or until the iterator is closed.
    """
    async with staged(engine.writers, brought, engine.bounds) as tables:
        with step("compile"):
            # The same catalogue for all that bring nothing, or no query would be found compiled.
            catalogue = engine.catalogue.with_tables(tables) if tables else engine.catalogue
            compiled = await _compiled(asked.query, catalogue, engine.hub)
        if compiled.varies:
            touch((UNKNOWN,))
        async with aclosing(_document(engine.hub, asked, compiled, outcome or StreamOutcome())) as told:
            async for block in told:
                yield block


async def _compiled(query: str, catalogue: Catalogue, hub: Hub) -> CompiledQuery:
    """A list of ten thousand values takes a second: then others are answered meanwhile."""
    if len(query) < LONG:
        return compile_query(query, catalogue, hub.bodies)
    return await asyncio.to_thread(compile_query, query, catalogue, hub.bodies)


def _document(
    hub: Hub, asked: TapRequest, compiled: CompiledQuery, outcome: StreamOutcome
) -> AsyncGenerator[bytes, None]:
    """With MAXREC=0 the head alone, which asks no database and says OVERFLOW (TAP 1.1 section 2.7.4)."""
    form = asked.format.format
    if asked.limit == 0:
        outcome.overflow = True
        blocks = _nothing()
    else:
        blocks = hub.blocks(statement(compiled, form.row, asked.limit + 1), form.copy_options)
    return document(head(asked, compiled), form, blocks, asked.limit, outcome)


def head(asked: TapRequest, compiled: CompiledQuery) -> Head:
    """What stands before the rows: the query, and where its answer comes from (IVOA Note DataOrigin 1.1)."""
    cited = [source.citation for source in ALL if source.citation and source.name in compiled.sources]
    told = {
        "QUERY": asked.query,
        "standardID": STANDARD,
        "publisher": PUBLISHER,
        "request_date": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "RUNID": asked.runid,
    }
    infos = [(name, value) for name, value in told.items() if value]
    listed = cells(compiled)
    tables = {cell.table for cell in listed}
    services = about_rows(asked.base, tables.pop() if len(tables) == 1 else None, listed) if asked.base else ()
    return Head(None, listed, (*infos, *(("citation", bibcode) for bibcode in cited)), services=services)


async def _nothing() -> AsyncIterator[bytes]:
    none: tuple[bytes, ...] = ()
    for block in none:
        yield block
