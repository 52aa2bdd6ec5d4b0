"""One star, everything known; and each link from one database to another, for few rows and for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, cast

import asyncpg

from bench.databases import Databases
from bench.finding import Finding, milliseconds
from bench.timing import compare
from hub.health import HealthMonitor
from hub.limits import DocumentLimits, Limits
from hub.rows import Hub, Record, open_hub
from planning.sql import Statement
from resolvers.operation import Operations, Request
from resolvers.query import assemble
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
"""Stars of the survey that have data."""
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
class Recorder:
    """A hub that keeps what it is asked, and how long each statement took."""

    hub: Hub
    spent: list[float] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hub, name)

    async def fetch(self, statement: Statement) -> list[Record]:
        """Rows of a statement."""
        start = perf_counter()
        try:
            return await self.hub.fetch(statement)
        finally:
            self.spent.append(1000 * (perf_counter() - start))


async def measure(places: Databases) -> list[Finding]:
    """Ask through the hub, and with the sources that may be asked directly."""
    findings: list[Finding] = []
    for way, direct in {"through the hub": {}, "direct where it can be": places.readers}.items():
        hub = await open_hub(places.foreign, Limits(), HealthMonitor(SOURCES), direct)
        await hub.settled()
        recorder = Recorder(hub)
        limits = DocumentLimits()
        operations = Operations(assemble()._schema, cast("Hub", recorder), limits, largest_page=1000)  # noqa: SLF001
        try:
            findings.append(await _one_star(operations, recorder, await _busy(places.foreign), way))
            for title, link in LINKS.items():
                findings.append(await _link(operations, recorder, title, link, way))
        finally:
            await hub.close()
    return findings


async def _busy(hub: str) -> list[str]:
    connection = await asyncpg.connect(hub)
    try:
        return [row[0] for row in await connection.fetch(BUSY)]
    finally:
        await connection.close()


async def _asked(operations: Operations, recorder: Recorder, request: Request) -> tuple[Any, list[float]]:
    recorder.spent.clear()
    answer = await operations.answer(request)
    assert not answer.payload.get("errors"), answer.payload["errors"]  # noqa: S101
    return answer.payload["data"], list(recorder.spent)


async def _one_star(operations: Operations, recorder: Recorder, names: Sequence[str], way: str) -> Finding:
    slowest: list[float] = []
    statements: set[int] = set()

    async def ask(number: int) -> None:
        request = Request(ONE_STAR, None, {"name": names[number % len(names)]})
        data, spent = await _asked(operations, recorder, request)
        assert data["star"]["granules"]["nodes"]  # noqa: S101
        assert data["star"]["spicaTargets"]["nodes"]  # noqa: S101
        slowest.append(max(spent))
        statements.add(len(spent))

    timing = (await compare({"ours": ask}, ROUNDS, EACH))["ours"]
    ratio = timing.typical / median(slowest)
    sent = "/".join(map(str, sorted(statements)))
    title = f"one star + 50 exposures + 20 granules + survey target, {way}: {sent} statements"
    told = (milliseconds(timing.typical), "its slowest statement", milliseconds(median(slowest)))
    return Finding(title, *told, f"{ratio:.2g}× its time", f"≤ {SLOWEST:g}", ratio <= SLOWEST)


async def _link(operations: Operations, recorder: Recorder, title: str, link: tuple[str, str], way: str) -> Finding:
    spent: dict[int, float] = {}
    statements = set()
    for parents in PARENTS:
        request = Request(f"{{ {link[0]}(first: {parents}{_where(link)}) {{ nodes {{ {link[1]} }} }} }}")

        async def ask(_number: int, request: Request = request) -> None:
            statements.add(len((await _asked(operations, recorder, request))[1]))

        spent[parents] = (await compare({"ours": ask}, 3, 3))["ours"].typical
    told: Mapping[int, str] = {parents: milliseconds(value) for parents, value in spent.items()}
    return Finding(
        f"{title}, {way}, of {', '.join(map(str, PARENTS))} rows", ", ".join(told.values()), "statements",
        "/".join(map(str, sorted(statements))), "", "2 whatever the rows", statements == {2},
    )  # fmt: skip


def _where(link: tuple[str, str]) -> str:
    return ", where: {proposalSubid: {isNull: false}}" if link[1].startswith("spicaTarget ") else ""
