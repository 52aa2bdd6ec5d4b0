"""ObsCore live over three databases, against the same list copied into a table of the hub with the same indexes.

Both are asked for the rows of a page in the same process, so that what is compared is how they are had. The copy is
what an export job leaves: right until a source changes, and then it takes the time told at the end to be made again.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any

import asyncpg

from bench.client import WrongAnswerError
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, spaced
from bench.timing import Ask, Timing, compare
from hub.health import HealthMonitor
from hub.limits import Limits
from hub.rows import Hub, Record, open_hub
from planning import arguments, cursor, sql
from planning.plan import Cell, Page, Plan, StatementShape
from resolvers.union import UnionRequest, fetch_union
from schema.catalog import SOURCES
from schema.foreign import ROLE
from schema.observations import OBSCORE
from schema.space import BODIES, index

ROUNDS, EACH = 5, 20
COPIED = replace(OBSCORE, source="copied", remote="copied.obscore", branches=(), repeated=None)
CELLS = tuple(Cell(column, column.sql) for column in dict.fromkeys((OBSCORE.key, *OBSCORE.columns)) if column.principal)
INDEXED = ("t_min", "obs_collection", "obs_id", "instrument_name")
PageArguments = Callable[[int], Mapping[str, Any]]


async def measure(places: Databases) -> list[Measurement]:
    """Ask for the same pages live, through the hub and straight to the sources, and from the copy."""
    async with _copied(places.owner) as (owner, spent):
        count = await owner.fetchval("SELECT count(*) FROM copied.obscore")
        pages = await _questions(owner)
        far = await open_hub(places.foreign, Limits(), HealthMonitor(SOURCES))
        straight = await open_hub(places.foreign, Limits(), HealthMonitor(SOURCES), places.readers)
        await straight.settled()
        try:
            measurements = []
            for title, arguments_of in pages.items():
                measurements += _measurements(title, await _compared(far, straight, arguments_of))
        finally:
            await far.close()
            await straight.close()
    question = "ObsCore, the copy made anew"
    remade = Measurement(question, "never", "the copy", milliseconds(spent), f"{spaced(count)} rows")
    return [*measurements, remade]


@asynccontextmanager
async def _copied(dsn: str) -> AsyncIterator[tuple[asyncpg.Connection, float]]:
    owner = await asyncpg.connect(dsn, server_settings={"jit": "off"})
    try:
        body = await owner.fetchval("SELECT extname FROM pg_extension WHERE extname = ANY($1)", list(BODIES))
        start = perf_counter()
        await owner.execute(
            "DROP SCHEMA IF EXISTS copied CASCADE; CREATE SCHEMA copied;"
            "CREATE TABLE copied.obscore AS TABLE ivoa.obscore;"
            f'ALTER TABLE copied.obscore ADD PRIMARY KEY ("{OBSCORE.key.sql}");'
            + "".join(f'CREATE INDEX ON copied.obscore ("{name}");' for name in INDEXED)
            + index(COPIED, BODIES[body])
            + "ANALYZE copied.obscore;"
        )
        spent = 1000 * (perf_counter() - start)
        await owner.execute(f"GRANT USAGE ON SCHEMA copied TO {ROLE}; GRANT SELECT ON copied.obscore TO {ROLE}")
        yield owner, spent
    finally:
        await owner.execute("DROP SCHEMA IF EXISTS copied CASCADE")
        await owner.close()


async def _questions(owner: asyncpg.Connection) -> dict[str, PageArguments]:
    rows = await owner.fetch(
        "SELECT * FROM copied.obscore WHERE s_ra IS NOT NULL AND t_min IS NOT NULL"
        " ORDER BY md5(obs_publisher_did) LIMIT 100"
    )
    by_time = {"orderBy": [{"tMin": "ASC"}], "first": 100}

    def row(number: int) -> Any:
        return rows[number % len(rows)]

    def after(number: int) -> str:
        order = arguments.page(OBSCORE, by_time, 1000).order
        return cursor.encode(cursor.signature(OBSCORE, order), [row(number)[term.column.sql] for term in order])

    def around(number: int) -> Mapping[str, Any]:
        return {"ra": row(number)["s_ra"], "dec": row(number)["s_dec"], "radius": 0.1}

    return {
        "a cone of 0.1°": lambda n: {"cone": around(n), "first": 100},
        "instrument and time, in order": lambda n: {
            "where": {"instrumentName": {"eq": row(n)["instrument_name"]}, "tMin": {"gt": row(n)["t_min"]}}, **by_time,
        },
        "the latest": lambda _: {"orderBy": [{"tMin": "DESC"}], "first": 100},
        "deep in time": lambda n: {"after": after(n), **by_time},
        "a record by its identifier": lambda n: {"where": {"obsPublisherDid": {"eq": row(n)["obs_publisher_did"]}}},
    }  # fmt: skip


async def _compared(far: Hub, straight: Hub, arguments_of: PageArguments) -> dict[str, Timing]:
    asks: dict[str, Ask] = {
        "hub": lambda number: _live(far, arguments_of(number)),
        "direct": lambda number: _live(straight, arguments_of(number)),
        "copy": lambda number: _of_copy(far, arguments_of(number)),
    }
    for number in range(10):
        answers = [[row[0] for row in await ask(number)] for ask in asks.values()]  # type: ignore[attr-defined]
        if not answers[0] or any(answer != answers[0] for answer in answers):
            message = f"other observations live than in the copy: {arguments_of(number)}"
            raise WrongAnswerError(message)
    return await compare(asks, ROUNDS, EACH)


def _page(page_arguments: Mapping[str, Any]) -> Page:
    return arguments.page(OBSCORE, page_arguments, 1000)


async def _live(hub: Hub, page_arguments: Mapping[str, Any]) -> Sequence[Record]:
    question = UnionRequest(OBSCORE, CELLS, arguments.selected(OBSCORE, page_arguments), _page(page_arguments))
    return (await fetch_union(hub, question, listed=True, counted=False)).rows


async def _of_copy(hub: Hub, page_arguments: Mapping[str, Any]) -> Sequence[Record]:
    page = _page(page_arguments)
    selected = arguments.selected(OBSCORE, page_arguments) + page.beyond
    shape = StatementShape(COPIED, CELLS, selected.conditions, page.sql_order, page.limit + 1)
    return await hub.fetch(sql.statement(Plan(shape, selected.values), hub.databases))


def _measurements(title: str, timings: Mapping[str, Timing]) -> list[Measurement]:
    copy = timings["copy"]
    return [
        Measurement(
            f"ObsCore live, {title}, {route}",
            milliseconds(timings[name].typical),
            "a copy in the hub",
            milliseconds(copy.typical),
            f"{timings[name].more_than(copy):+.2f} ms",
        )
        for name, route in (("hub", "through postgres_fdw"), ("direct", "straight"))
    ]
