"""One star, everything known; and each link from one database to another, for few rows and for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, cast

import asyncpg

from bench.databases import Databases
from bench.measurement import Measurement, milliseconds
from bench.timing import compare
from hub.health import HealthMonitor
from hub.limits import DocumentLimits, Limits
from hub.rows import Hub, Record, open_hub
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from schema.catalog import SOURCES

ROUNDS, EACH = 5, 20
SLOWEST = 3.0
"""Goal: times the slowest single statement of the question."""
PARENTS = (1, 100, 1000)
ONE_STAR = """query Q($name: String!) { star(name: $name) { name ra dec spTypeSimbad vmag { value } ldd { value error }
  exposures(first: 50) { nodes { expId expMjdStart instrumentName targetName } }
  granules(first: 20) { nodes { id calibLevel instrumentName accessUrl } }
  spicaTargets(first: 1) { nodes { targetMainId completionRate priorityFinal } } } }"""
BUSY = """SELECT s.name FROM jsdc.star s JOIN (
  SELECT star_id, count(*) AS granules FROM crossid.granule JOIN crossid.spica USING (star_id) GROUP BY star_id
  HAVING count(*) >= 20 ORDER BY star_id LIMIT 40) AS busy ON busy.star_id = s.jsdc_id"""
"""Names of stars of the survey that have at least twenty granules."""
LINKS = {
    "stars { exposures }": ("stars", "exposures(first: 5) { nodes { expId } }"),
    "stars { granules }": ("stars", "granules(first: 5) { nodes { id } }"),
    "stars { spicaTargets }": ("stars", "spicaTargets(first: 5) { nodes { targetMainId } }"),
    "stars { calibrators }": ("stars", "calibrators(first: 5, radius: 1) { nodes { name } }"),
    "exposures { star }": ("exposures", "star { name }"),
    "exposures { granules }": ("exposures", "granules(first: 5) { nodes { id } }"),
    "granules { star }": ("granules", "star { name }"),
    "granules { spicaTarget }": ("granules", "spicaTarget { targetMainId }"),
}


@dataclass
class StatementTimer:
    """A hub that notes the milliseconds of each statement."""

    hub: Hub
    times: list[float] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hub, name)

    async def fetch(self, statement: Statement) -> list[Record]:
        """Fetch the rows of a statement, and note its time."""
        start = perf_counter()
        try:
            return await self.hub.fetch(statement)
        finally:
            self.times.append(1000 * (perf_counter() - start))


async def measure(places: Databases) -> list[Measurement]:
    """Ask everything through the hub, then with direct routes to the sources."""
    measurements: list[Measurement] = []
    for route, direct in {"through the hub": {}, "direct where it can be": places.readers}.items():
        hub = await open_hub(places.foreign, Limits(), HealthMonitor(SOURCES), direct)
        await hub.settled()
        timer = StatementTimer(hub)
        limits = DocumentLimits()
        operations = Operations(assemble()._schema, cast("Hub", timer), limits, largest_page=1000)  # noqa: SLF001
        try:
            measurements.append(await _one_star(operations, timer, await _busy(places.foreign), route))
            for title, link in LINKS.items():
                measurements.append(await _link(operations, timer, title, link, route))
        finally:
            await hub.close()
    return measurements


async def _busy(hub: str) -> list[str]:
    connection = await asyncpg.connect(hub)
    try:
        return [row[0] for row in await connection.fetch(BUSY)]
    finally:
        await connection.close()


async def _timed(operations: Operations, timer: StatementTimer, request: Request) -> tuple[Any, list[float]]:
    timer.times.clear()
    answer = await operations.answer(request)
    assert not answer.payload.get("errors"), answer.payload["errors"]  # noqa: S101
    return answer.payload["data"], list(timer.times)


async def _one_star(operations: Operations, timer: StatementTimer, names: Sequence[str], route: str) -> Measurement:
    slowest: list[float] = []
    statements: set[int] = set()

    async def ask(number: int) -> None:
        request = Request(ONE_STAR, None, {"name": names[number % len(names)]})
        data, times = await _timed(operations, timer, request)
        assert data["star"]["granules"]["nodes"]  # noqa: S101
        assert data["star"]["spicaTargets"]["nodes"]  # noqa: S101
        slowest.append(max(times))
        statements.add(len(times))

    timing = (await compare({"ours": ask}, ROUNDS, EACH))["ours"]
    ratio = timing.typical / median(slowest)
    sent = "/".join(map(str, sorted(statements)))
    title = f"one star + 50 exposures + 20 granules + survey target, {route}: {sent} statements"
    texts = (milliseconds(timing.typical), "its slowest statement", milliseconds(median(slowest)))
    return Measurement(title, *texts, f"{ratio:.2g}× its time", f"≤ {SLOWEST:g}", ratio <= SLOWEST)


async def _link(
    operations: Operations, timer: StatementTimer, title: str, link: tuple[str, str], route: str
) -> Measurement:
    times: dict[int, float] = {}
    statements = set()
    for parents in PARENTS:
        request = Request(f"{{ {link[0]}(first: {parents}{_where(link)}) {{ nodes {{ {link[1]} }} }} }}")

        async def ask(_number: int, request: Request = request) -> None:
            statements.add(len((await _timed(operations, timer, request))[1]))

        times[parents] = (await compare({"ours": ask}, 3, 3))["ours"].typical
    texts: Mapping[int, str] = {parents: milliseconds(value) for parents, value in times.items()}
    return Measurement(
        f"{title}, {route}, of {', '.join(map(str, PARENTS))} rows", ", ".join(texts.values()), "statements",
        "/".join(map(str, sorted(statements))), "", "2 whatever the rows", statements == {2},
    )  # fmt: skip


def _where(link: tuple[str, str]) -> str:
    return ", where: {proposalSubid: {isNull: false}}" if link[1].startswith("spicaTarget ") else ""
