"""Identification: how long all of it takes, the plain match beside STILTS, and how much of it is right."""

import asyncio
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import numpy as np

from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, not_run, spaced
from bench.timing import Timing, compare
from hub.health import HealthMonitor
from hub.limits import DocumentLimits, Limits
from hub.rows import Hub, open_hub
from identity.batch import BatchOutcome, identify
from identity.match import NEAR
from resolvers.crossmatch import match_positions
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from sample import trial
from sample.trial import Score
from sample.truth import make_records
from schema.catalog import SOURCES
from schema.crossmatch_types import CrossmatchMode
from schema.scalars import MOST_POSITIONS

WHOLE, PLAIN = 60.0, 3.0
"""Goals, seconds: everything identified anew; the plain match."""
PRECISION, RECALL = 0.995, 0.98
RECORDS = 35_277
"""Records of known truth: as many as the Obs Portal has targets."""
ROUNDS = 3
TABLES = {
    "targets": "SELECT target_id AS id, target_ra AS ra, target_dec AS dec FROM obsportal.target WHERE target_ra < 360",
    "stars": "SELECT jsdc_id AS id, raj2000 AS ra, dej2000 AS dec FROM jsdc.star WHERE raj2000 IS NOT NULL",
}
EXPENSIVE = """query($p: Positions!) { crossmatch(positions: $p, first: 1000) {
  totalCount unmatchedCount rows nodes { position separation star { name vmag { value } } } } }"""


async def measure(places: Databases) -> list[Measurement]:
    """Measure identification, the plain match beside STILTS, a cross-match by GraphQL, and precision and recall."""
    measurements = await _batches(places)
    with tempfile.TemporaryDirectory() as folder:
        hub = await open_hub(places.foreign, Limits(), HealthMonitor(SOURCES))
        try:
            measurements += await _plain(places, hub, Path(folder))
            measurements.append(await _positions(places, hub))
        finally:
            await hub.close()
    return measurements + await _quality(places)


async def _batches(places: Databases) -> list[Measurement]:
    """Identify all records again, then run once more with nothing changed."""
    seconds = {}
    for full in (True, False):
        start = perf_counter()
        outcomes = await identify(places.writer, _silent, full=full)
        seconds[full] = perf_counter() - start
        if full:
            print(_outcomes(outcomes))
    records = spaced(sum(sum(outcome.methods.values()) for outcome in outcomes))
    return [
        Measurement(
            f"identification of {records} records, stars read again", milliseconds(1000 * seconds[True]), "", "", "",
            f"< {WHOLE:g} s", seconds[True] < WHOLE,
        ),
        Measurement("the same where nothing has changed", milliseconds(1000 * seconds[False]), "", "", ""),
    ]  # fmt: skip


def _silent(_what: str, _share: float) -> None:
    """Progress callback that prints nothing."""


def _outcomes(outcomes: list[BatchOutcome]) -> str:
    return "\n".join(
        f"  {outcome.kind.title:18} {sum(outcome.methods.values()):7} in {outcome.seconds:6.2f} s  {outcome.methods}"
        for outcome in outcomes
    )


async def _plain(places: Databases, hub: Hub, folder: Path) -> list[Measurement]:
    """Match targets and stars within 3″ at catalogue positions, by the gateway and by STILTS; pairs must be equal."""
    title = f"plain match with the stars within {NEAR:g}″ (ours are kept by cell, STILTS reads its files)"
    connection = await asyncpg.connect(places.owner)
    targets = np.array([tuple(row) for row in await connection.fetch(TABLES["targets"])], float)
    if shutil.which("stilts") is None:
        return [not_run(title, "STILTS tmatch2", "stilts is not installed")]
    for name, query in TABLES.items():
        await connection.copy_from_query(query, output=folder / f"{name}.csv", format="csv", header=True)
        await _stilts("tpipe", f"in={folder / name}.csv", "ifmt=csv", f"out={folder / name}.colfits")
    await connection.close()

    async def ours(_turn: int) -> Any:
        return await match_positions(hub, targets[:, 1:], NEAR, (0,), CrossmatchMode.ALL)

    async def theirs(_turn: int) -> None:
        await _stilts(
            "tmatch2", "matcher=sky", f"params={NEAR}", "find=all", "values1=ra dec", "values2=ra dec", "progress=none",
            f"in1={folder}/targets.colfits", f"in2={folder}/stars.colfits", f"out={folder}/pairs.csv",
        )  # fmt: skip

    await theirs(0)
    pairs = sorted((int(targets[row, 0]), key) for row, _, _, key in await ours(0))
    if pairs != _pairs(folder / "pairs.csv"):
        message = "STILTS finds other pairs"
        raise RuntimeError(message)
    timings = await compare({"ours": ours, "theirs": theirs}, ROUNDS, 1)
    return [_faster(f"{spaced(len(targets))} targets, {spaced(len(pairs))} pairs: {title}", **timings)]


def _faster(title: str, ours: Timing, theirs: Timing) -> Measurement:
    times = (milliseconds(ours.typical), "STILTS tmatch2", milliseconds(theirs.typical))
    met = ours.typical < 1000 * PLAIN and ours.times(theirs) >= 1
    return Measurement(title, *times, f"{ours.times(theirs):.2g}× faster", f"< {PLAIN:g} s, ≥ 1", met)


async def _stilts(task: str, *arguments: str) -> None:
    def run() -> None:
        subprocess.run(["stilts", "-Xmx2g", task, *arguments], check=True, capture_output=True)

    await asyncio.to_thread(run)


def _pairs(path: Path) -> list[tuple[int, int]]:
    header, *lines = path.read_text().splitlines()
    names = header.split(",")
    columns = names.index("id_1"), names.index("id_2")
    return sorted(
        (int(float(cells[columns[0]])), int(cells[columns[1]])) for cells in (line.split(",") for line in lines)
    )


async def _positions(places: Databases, hub: Hub) -> Measurement:
    """Time a `crossmatch` of a hundred thousand positions with one page of stars in its answer."""
    connection = await asyncpg.connect(places.owner)
    rows = await connection.fetch(
        f"SELECT ra, dec FROM ({TABLES['stars']}) s ORDER BY id % 9973 LIMIT {MOST_POSITIONS}"
    )
    await connection.close()
    operations = Operations(assemble()._schema, hub, DocumentLimits(), 1000)  # noqa: SLF001
    request = Request(EXPENSIVE, None, {"p": [list(row) for row in rows]})

    async def ask(_turn: int) -> None:
        answer = await operations.answer(request)
        if answer.payload["data"]["crossmatch"]["unmatchedCount"] != 0:
            message = "a star is not found where it is"
            raise RuntimeError(message)

    timing = (await compare({"ours": ask}, ROUNDS, 1))["ours"]
    return Measurement(
        f"crossmatch of {spaced(len(rows))} positions with JSDC, GraphQL", milliseconds(timing.typical), "", "", ""
    )


async def _quality(places: Databases) -> list[Measurement]:
    """Precision and recall on invented records of OiDB whose star is known; they are removed again."""
    records = make_records(await trial.load_sky(places.owners["jsdc"]), RECORDS)
    async with trial.as_granules(places.owners["oidb"], records):
        await identify(places.writer, _silent, ["oidb"])
        scores = await trial.scores(places.owner, records)
    await identify(places.writer, _silent, ["oidb"])
    print("\n".join(_line(kind, score) for kind, score in scores.items()))
    title, whole = f"of {spaced(RECORDS)} records of known truth", scores["all"]
    return [
        Measurement(f"{name} {title}", f"{value:.2%}", "", "", "", f"≥ {goal:.1%}", value >= goal)
        for name, value, goal in (("precision", whole.precision, PRECISION), ("recall", whole.recall, RECALL))
    ]


def _line(kind: str, score: Score) -> str:
    counts = f"{score.records:6} records, {score.stars:6} of a star: {score.right:6} right, {score.wrong:4} wrong"
    return f"  {kind:13}{counts}, {score.ambiguous:4} ambiguous  {score.methods}"
