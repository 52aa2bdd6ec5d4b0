"""Joins across databases and with uploads, whole answers as TAP streams them, beside postgres_fdw alone."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter

import asyncpg

from adapters.tap.uploads import Content, staged_uploads
from adapters.votable.formats import TABLEDATA
from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.joins import semijoin
from adql.statement import statement
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, spaced
from hub.health import HealthMonitor
from hub.limits import Limits
from hub.rows import Hub, open_hub
from hub.writer import Writers, open_writers
from planning.errors import GatewayError
from planning.routing import BYTEWISE
from schema.catalog import SOURCES
from schema.table import Table

GOAL = 1000.0
"""Goal: milliseconds of a whole answer."""
ROUNDS = 5
PATIENCE = 20.0
"""Seconds after which `postgres_fdw` alone is stopped; it is asked once."""
UPLOADED = (100, 1_000, 10_000)
QUERIES = {
    "JSDC × OiDB by position, 1″": """SELECT s.name, g.id, g.t_min FROM oidb.granule AS g JOIN jsdc.star AS s
ON 1 = CONTAINS(POINT(g.s_ra, g.s_dec), CIRCLE(s.raj2000, s.dej2000, 1/3600.))""",
    "JSDC × Obs Portal by identity": """SELECT s.name, e.exp_id, e.exp_mjd_start FROM jsdc.star AS s
JOIN crossid.target AS i ON i.star_id = s.jsdc_id JOIN obsportal.exposure AS e ON e.target_id = i.target_id""",
    "stars of V < 3 × Obs Portal by identity": """SELECT s.name, e.exp_id, e.exp_mjd_start FROM jsdc.star AS s
JOIN crossid.target AS i ON i.star_id = s.jsdc_id JOIN obsportal.exposure AS e ON e.target_id = i.target_id
WHERE s.vmag < 3""",
    "stars that have published data (EXISTS)": """SELECT s.name, s.ldd FROM jsdc.star AS s
WHERE EXISTS (SELECT * FROM crossid.granule AS i JOIN oidb.granule AS g ON g.id = i.id
WHERE i.star_id = s.jsdc_id AND g.calib_level >= 2)""",
}
WITH_UPLOAD = {
    "JSDC": """SELECT u.id, s.name, s.vmag FROM TAP_UPLOAD.mine AS u JOIN jsdc.star AS s
ON 1 = CONTAINS(POINT(u.ra, u.dec), CIRCLE(s.raj2000, s.dej2000, 1/3600.))""",
    "ObsCore": """SELECT u.id, o.obs_publisher_did FROM TAP_UPLOAD.mine AS u JOIN ivoa.obscore AS o
ON DISTANCE(u.ra, u.dec, o.s_ra, o.s_dec) < 1/3600.""",
}
SPREAD = "SELECT ra, dec FROM crossid.star_cell ORDER BY star_id % 9973, star_id LIMIT $1"
FIELDS = "".join(
    f'<FIELD name="{name}" datatype="{kind}"/>' for name, kind in (("id", "int"), ("ra", "double"), ("dec", "double"))
)
Uploads = Mapping[str, bytes]


async def measure(places: Databases) -> list[Measurement]:
    """Measure every join, and joins with uploads of every size."""
    hub = await open_hub(places.foreign, Limits(stream_seconds=PATIENCE), HealthMonitor(SOURCES))
    writers = await open_writers(places.jobs, 2, 60)
    try:
        measurements = [await _joined(hub, writers, title, query, {}) for title, query in QUERIES.items()]
        for number in UPLOADED:
            uploads = {"mine": await _document(places.owner, number)}
            for table, query in WITH_UPLOAD.items():
                title = f"upload of {spaced(number)} rows × {table} by position, 1″"
                measurements.append(await _joined(hub, writers, title, query, uploads))
        return measurements
    finally:
        await writers.close()
        await hub.close()


async def _joined(hub: Hub, writers: Writers, title: str, query: str, uploads: Uploads) -> Measurement:
    times, rows = [], 0
    for _ in range(ROUNDS):
        start = perf_counter()
        rows = await _answered(hub, writers, query, uploads)
        times.append(1000 * (perf_counter() - start))
    start = perf_counter()
    try:
        with plain():
            if await _answered(hub, writers, query, uploads) != rows:
                message = f"{title}: postgres_fdw finds other rows"
                raise RuntimeError(message)
        alone = milliseconds(1000 * (perf_counter() - start))
    except GatewayError:
        alone = f"> {PATIENCE:g} s"
    ours, goal = median(times), f"< {GOAL / 1000:g} s"
    question = f"{title}, {spaced(rows)} rows"
    return Measurement(question, milliseconds(ours), "postgres_fdw alone", alone, "", goal, ours < GOAL)


@contextmanager
def plain() -> Iterator[None]:
    """Compile without semi-join pushdown while this is open."""
    kept = semijoin.push_down
    semijoin.push_down = lambda *_arguments, **_options: {}
    try:
        yield
    finally:
        semijoin.push_down = kept


async def _answered(hub: Hub, writers: Writers, query: str, uploads: Uploads) -> int:
    """Stage the uploads, run the query to its end, and count its rows."""
    contents = [Content(name, _blocks(document)) for name, document in uploads.items()]
    async with staged_uploads(writers, contents) as tables:
        compiled = compile_query(query, _catalogue(tables), BYTEWISE)
        select = statement(compiled, TABLEDATA.row, None)
        return sum([block.count(b"\n") async for block in hub.blocks(select, TABLEDATA.copy_options)])


def _catalogue(tables: Mapping[str, Table]) -> Catalogue:
    return Catalogue({**DECLARED.tables, **tables})  # another one each time: nothing compiled is found again


async def _blocks(document: bytes) -> AsyncIterator[bytes]:
    yield document


async def _document(owner: str, number: int) -> bytes:
    """A VOTable of so many positions near stars."""
    connection = await asyncpg.connect(owner)
    try:
        places: Sequence[asyncpg.Record] = await connection.fetch(SPREAD, number)
    finally:
        await connection.close()
    rows = "".join(f"<TR><TD>{at}</TD><TD>{ra + 5e-5}</TD><TD>{dec}</TD></TR>" for at, (ra, dec) in enumerate(places))
    table = f"<TABLE>{FIELDS}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE>"
    return f"<VOTABLE><RESOURCE>{table}</RESOURCE></VOTABLE>".encode()
