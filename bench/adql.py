"""ADQL to SQL: parsed, compiled, cached; beside sqlglot alone, which checks no names and has no geometry."""

from itertools import count

import sqlglot

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.parse import parse
from bench.databases import Databases
from bench.measurement import Measurement
from bench.timing import Timing, compare
from planning.routing import BYTEWISE
from schema import tap_schema

CATALOGUE = DECLARED.with_tables({table.qualified: table for table in tap_schema.SOURCE.tables})
GOAL, CACHED = 2.0, 0.1
"""Goals in milliseconds: for a query that is compiled, and for one taken from the cache."""
ROUNDS = 9
QUERIES = """
SELECT TOP 1 * FROM jsdc.star

SELECT COUNT(*) FROM jsdc.star

SELECT * FROM TAP_SCHEMA.tables WHERE table_name NOT LIKE 'TAP_SCHEMA.%'

SELECT name, vmag, kmag FROM jsdc.star WHERE vmag BETWEEN 3 AND 5 AND calflag = 0 ORDER BY vmag

SELECT TOP 100 * FROM jsdc.star WHERE 1=CONTAINS(POINT('ICRS', raj2000, dej2000), CIRCLE('ICRS', 83.6, 22.0, 0.5))

SELECT name, DISTANCE(POINT(raj2000, dej2000), POINT(83.6, 22.0)) AS d FROM jsdc.star WHERE DISTANCE(raj2000,
dej2000, 83.6, 22.0) < 0.2 ORDER BY d

SELECT instrument_name, COUNT(*) AS n, MIN(t_min) AS begin_at FROM oidb.granule GROUP BY instrument_name HAVING
COUNT(*) > 10 ORDER BY n DESC

SELECT DISTINCT TOP 50 t.target_name FROM oidb AS t WHERE t.calib_level IN (1, 2, 3) AND t.instrument_name LIKE
'PIONIER%' ORDER BY t.target_name OFFSET 50

SELECT s.name, g.obs_id, g.t_min FROM jsdc.star AS s JOIN oidb.granule AS g ON 1 = CONTAINS(POINT(g.s_ra, g.s_dec),
CIRCLE(s.raj2000, s.dej2000, 1/3600.)) WHERE s.vmag < 6

SELECT o.obs_type, t.target_name FROM obsportal.observation AS o JOIN obsportal.target AS t USING (target_id) WHERE
o.obs_type = 'science' ORDER BY t.target_name

WITH bright AS (SELECT * FROM jsdc.star WHERE vmag < 4) SELECT b.name, b.vmag - b.kmag AS vk FROM bright AS b WHERE
EXISTS (SELECT * FROM oidb.granule AS g WHERE g.target_name = b.name)

SELECT name FROM jsdc.star WHERE vmag < 1 UNION SELECT name FROM jsdc.badcal EXCEPT SELECT target_name FROM oidb

SELECT obs_publisher_did, access_url, s_ra, s_dec, t_min, t_max, em_min, em_max FROM ivoa.obscore WHERE
dataproduct_type = 'visibility' AND INTERSECTS(s_region, CIRCLE('ICRS', 266.4, -29.0, 5)) = 1 AND (em_min < 2.2E-6
AND em_max > 2.2E-6 OR em_min < 1.65E-6 AND em_max > 1.65E-6)

SELECT CASE WHEN vmag < 2 THEN 'bright' WHEN vmag < 4 THEN 'fair' ELSE 'faint' END AS kind, AVG(ldd), COUNT(*) FROM
jsdc.star GROUP BY kind ORDER BY kind

SELECT name, COALESCE(vmag, hmag, kmag) AS mag, IN_UNIT(ldd, 'arcsec') AS d, ROUND(raj2000, 3) FROM jsdc.star WHERE
LOWER(name) LIKE 'hd 4%' AND CONTAINS(POINT(raj2000, dej2000), POLYGON(10, 10, 20, 10, 15, 25)) = 1
""".strip().split("\n\n")
"""Queries such as TOPCAT, pyvo, portals and astronomers send."""


async def measure(_places: Databases) -> list[Measurement]:
    """Compile every query in turn. No database is used."""
    fresh = count()

    async def parsed(number: int) -> None:
        parse(QUERIES[number % len(QUERIES)])

    async def compiled(number: int) -> None:
        compile_query(f"{QUERIES[number % len(QUERIES)]} -- {next(fresh)}", CATALOGUE, BYTEWISE)

    async def known(number: int) -> None:
        compile_query(QUERIES[number % len(QUERIES)], CATALOGUE, BYTEWISE)

    async def sqlglot_alone(number: int) -> None:
        sqlglot.transpile(QUERIES[number % len(QUERIES)], read="redshift", write="postgres")

    asks = {"parsed": parsed, "compiled": compiled, "known": known, "sqlglot": sqlglot_alone}
    timings = await compare(asks, ROUNDS, 4 * len(QUERIES))
    return [
        _measurement("ADQL: text to tree", timings["parsed"], timings["sqlglot"]),
        _measurement("ADQL: text to SQL", timings["compiled"], timings["sqlglot"], GOAL),
        _measurement("ADQL: text to SQL, asked before", timings["known"], timings["sqlglot"], CACHED),
    ]


def _measurement(question: str, ours: Timing, theirs: Timing, goal: float | None = None) -> Measurement:
    ratio = f"{ours.times(theirs):.2g}× faster"
    times = (_milliseconds(ours.typical), "sqlglot alone", _milliseconds(theirs.typical), ratio)
    if goal is None:
        return Measurement(question, *times)
    return Measurement(question, *times, f"≤ {goal:g} ms", ours.typical <= goal)


def _milliseconds(milliseconds: float) -> str:
    return f"{milliseconds:.3f} ms"
