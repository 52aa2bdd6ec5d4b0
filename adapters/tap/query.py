"""Plan, run and write a TAP query, for `/tap/sync` and for jobs alike."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from adapters.datalink.services import rows_descriptors
from adapters.tap.engine import Engine
from adapters.tap.parameters import TapRequest
from adapters.tap.uploads import Content, staged_uploads
from adapters.tap.user_tables import readable_catalogue
from adapters.votable.envelope import OPENINGS, Head
from adapters.votable.origin import Asked, asked
from adapters.votable.stream import Step, StreamOutcome, stream_document, untimed
from hub.modules import read_module
from hub.rows import Hub
from hub.threads import compute
from planning.plan import Cell
from resolvers.star_names import POSITION, find_star
from schema.table import Table

if TYPE_CHECKING:
    from adql.compiled import CompiledQuery
    from adql.context import Places

STANDARD = "ivo://ivoa.net/std/TAP"
COMPILER = "adql.compile"
"""What compiles queries: with sqlglot a tenth of a second, which the first query pays."""


async def run_tap_query(
    engine: Engine,
    request: TapRequest,
    uploads: Sequence[Content] = (),
    outcome: StreamOutcome | None = None,
    step: Step = untimed,
) -> AsyncGenerator[bytes, None]:
    """Plan a query, run it, and stream its document.

    Parameters
    ----------
    uploads
        Tables of the query, which stay in the hub until the last byte or until the iterator is closed.
    outcome
        Filled while the document is written.
    step
        Called with "plan" and "run" as these stages end.

    Raises
    ------
    GatewayError
        The query is wrong, or a database fails before anything is written; later failures as `stream_document`.
    """
    async with staged_uploads(engine.writers, uploads, engine.bounds) as tables:
        query = await compiled_query(engine, request, tables)
        step("plan")
        outcome = outcome or StreamOutcome()
        rows = _rows(engine.hub, request, query, outcome)
        written = stream_document(tap_head(request, query), request.format.format, rows, request.limit, outcome, step)
        async with aclosing(written) as blocks:
            async for block in blocks:
                yield block


async def compiled_query(engine: Engine, request: TapRequest, tables: Mapping[str, Table]) -> "CompiledQuery":
    """Compile the query of a request, with its uploads as `tables` by their names; raises `GatewayError`."""
    await read_module(COMPILER)
    from adql.compile import compile_query, kept_query

    # Compiled queries are cached by catalogue: those without uploads must share one.
    catalogue = await readable_catalogue(engine, request.query)
    catalogue = catalogue.with_tables(tables) if tables else catalogue
    places = await _named_places(engine.hub, request.query)
    asked = (request.query, catalogue, engine.hub.databases, request.limit + 1, places)
    # In a thread: a query of the largest size takes a second. One at a time: five keep Python from the loop.
    kept = kept_query(*asked)
    return await compute(compile_query, *asked) if kept is None else kept


async def _named_places(hub: Hub, query: str) -> "Places":
    """Where the stars are that a query names; those that JSDC has not are left out. Raises `GatewayError`."""
    from adql.named import names_in

    cells = [Cell(column, column.sql) for column in POSITION]
    found = [(name, await find_star(hub, name, cells)) for name in await compute(names_in, query)]
    return tuple((name, (star.row[0], star.row[1])) for name, star in found if star)


def _rows(hub: Hub, request: TapRequest, query: "CompiledQuery", outcome: StreamOutcome) -> AsyncIterator[bytes]:
    """The rows as COPY; for MAXREC=0 none, without a statement, but with OVERFLOW (TAP 1.1 section 2.7.4)."""
    if request.limit == 0:
        outcome.overflow = True
        return _no_rows()
    from adql.statement import statement

    form = request.format.format
    measure = hub.extents.measuring(form.measure)
    return hub.blocks(statement(query, form.row, request.limit + 1, measure), form.copy_options)


def tap_head(request: TapRequest, query: "CompiledQuery") -> Head:
    """Return what stands before the rows: fields, the query, the origin of the data."""
    from adql.statement import cells

    values = {"QUERY": request.query, "standardID": STANDARD, "RUNID": request.runid}
    infos = tuple((name, value) for name, value in values.items() if value)
    columns = cells(query)
    tables = {cell.table for cell in columns}
    services = rows_descriptors(request.base, tables.pop() if len(tables) == 1 else None, columns)
    return Head(
        None, columns, infos, services=services, opening=OPENINGS[request.format.version],
        sources=tuple(sorted(query.sources)), asked=asked() or Asked(STANDARD, annotated=request.annotated),
    )  # fmt: skip


async def _no_rows() -> AsyncIterator[bytes]:
    nothing: tuple[bytes, ...] = ()
    for block in nothing:
        yield block
