"""What is compiled runs: on the hub, and straight at a source where all tables live there, with the same rows."""

from typing import Any

import orjson
import pytest

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from hub.rows import Hub
from planning.sql import Statement

pytestmark = pytest.mark.spatial

FORMER_CLIENTS = (
    "SELECT TOP 0 * FROM oidb AS t",
    "SELECT DISTINCT TOP 50 t.instrument_name FROM oidb AS t WHERE t.calib_level IN (1, 2, 3) ORDER BY t.instrument_name",
    "SELECT ALL TOP 25 * FROM oidb AS t WHERE t.instrument_name LIKE 'PIONIER%' ORDER BY t.t_min DESC, t.id OFFSET 25",
    (
        "SELECT TOP 25 t.target_name, COUNT(*) AS n FROM oidb AS t WHERE (t.data_rights='public' OR t.obs_release_date < '2026-11-21')"
        " GROUP BY t.target_name ORDER BY n DESC"
    ),
    "SELECT * FROM oidb AS t WHERE CONTAINS(POINT('ICRS',t.s_ra,t.s_dec),CIRCLE('ICRS',344.4127,-29.6222,0.5))=1",
    "SELECT * FROM oidb_datalink WHERE id=1",
    "SELECT * FROM spica",
    "SELECT * FROM spica_calprim",
    "SELECT * FROM badcal",
    "SELECT * FROM spica_followup",
    "SELECT TOP 5 a.*, '' as coldelimiter___, b.* FROM oidb AS a LEFT JOIN oidb_datalink AS b ON a.id = b.id",
    "SELECT TOP 5 * FROM spica LEFT JOIN spica_followup ON spica.spicadb_id = spica_followup.spicadb_id",
)
QUERIES = (
    "SELECT name, vmag FROM jsdc.star WHERE vmag < 3 ORDER BY vmag, name",
    "SELECT TOP 5 name AS n FROM jsdc.star WHERE LDDCHI IS NOT NULL ORDER BY n DESC",
    "SELECT COUNT(*), MIN(vmag), MAX(vmag), AVG(vmag), SUM(vmag) FROM jsdc.star",
    "SELECT instrument_name, COUNT(DISTINCT target_name) FROM oidb.granule GROUP BY instrument_name HAVING COUNT(*) > 2 ORDER BY 2 DESC, 1",
    "SELECT ROUND(t_min, 0) AS night, COUNT(*) FROM oidb.granule GROUP BY ROUND(t_min, 0) ORDER BY night",
    "SELECT o.obs_type, t.target_name FROM obsportal.observation AS o JOIN obsportal.target AS t USING (target_id) ORDER BY t.target_name, obs_type OFFSET 2",
    "SELECT * FROM obsportal.instrument NATURAL JOIN obsportal.interferometer",
    "SELECT obs_id FROM obsportal.observation WHERE target_id IN (SELECT target_id FROM obsportal.target WHERE target_dec < 0) ORDER BY obs_id",
    "SELECT t.target_name FROM obsportal.target AS t WHERE EXISTS (SELECT * FROM obsportal.observation AS o WHERE o.target_id = t.target_id AND o.obs_type = 'science') ORDER BY 1",
    "WITH bright AS (SELECT name, vmag FROM jsdc.star WHERE vmag < 2), red (n, v) AS (SELECT name, vmag FROM bright WHERE name LIKE 'HD%') SELECT n, v + 1 AS w FROM red ORDER BY w * 2, n",
    "SELECT name FROM jsdc.star WHERE vmag < 1 UNION SELECT name FROM jsdc.badcal EXCEPT SELECT 'x' FROM jsdc.badcal ORDER BY name",
    "(SELECT TOP 2 name, 1 AS n FROM jsdc.star ORDER BY vmag) UNION ALL (SELECT name, 2.5 FROM jsdc.badcal) ORDER BY n, 1",
    "SELECT CASE WHEN vmag < 2 THEN 'bright' WHEN vmag < 4 THEN 'fair' ELSE 'faint' END AS kind, COUNT(*) AS n FROM jsdc.star GROUP BY kind ORDER BY 1",
    "SELECT x.name, (SELECT COUNT(*) FROM jsdc.identifier AS i WHERE i.star_id = x.jsdc_id) AS known FROM (SELECT TOP 3 name, jsdc_id FROM jsdc.star ORDER BY name) AS x ORDER BY 1",
    "SELECT name, COALESCE(vmag, kmag, 99) AS m, IN_UNIT(ldd, 'arcsec') AS d FROM jsdc.star WHERE name LIKE 'HD 4%' AND LOWER(name) ILIKE 'hd%' ORDER BY name",
    "SELECT LOG(10), LOG10(100), ROUND(2.675, 2), TRUNCATE(-2.679, 2), MOD(7, 3), MOD(7.5, 2), POWER(2, 10), PI(), ABS(-3), CEILING(1.2), FLOOR(-1.2), ATAN2(1, 1), DEGREES(PI()), 7 / 2, 7 / 2.0, 5 & 3, 5 | 3, 5 ^ 3, ~5, 0xFF, 'a' || 'b' FROM jsdc.badcal",
    "SELECT CAST(vmag AS INTEGER), CAST(name AS VARCHAR(3)), CAST('12' AS BIGINT), CAST(jsdc_id AS VARCHAR), CAST('2024-01-02T03:04:05' AS TIMESTAMP) FROM jsdc.star WHERE vmag < 2 ORDER BY name",
    "SELECT exp_id FROM obsportal.exposure WHERE exp_date_updated > '2004-01-01T00:00:00Z' AND exp_mjd_start BETWEEN 50000 AND 57000 ORDER BY exp_id",
    "SELECT name FROM jsdc.star WHERE synthetic = 'false' AND NOT (calflag > 0 OR calflag IS NULL) ORDER BY name",
    "SELECT name, DISTANCE(POINT(raj2000, dej2000), POINT(344.4127, -29.6222)) AS d FROM jsdc.star WHERE DISTANCE(raj2000, dej2000, 344.4127, -29.6222) < 20 ORDER BY d, name",
    "SELECT name FROM jsdc.star WHERE 20 >= DISTANCE(POINT(344.4127, -29.6222), POINT(raj2000, dej2000)) ORDER BY name",
    "SELECT COUNT(*) FROM jsdc.star WHERE 0 = CONTAINS(POINT(raj2000, dej2000), CIRCLE(10, 20, 130))",
    "SELECT a.name, b.name FROM jsdc.star AS a JOIN jsdc.star AS b ON DISTANCE(a.raj2000, a.dej2000, b.raj2000, b.dej2000) < 0.5 AND a.jsdc_id < b.jsdc_id ORDER BY 1, 2",
    "SELECT COUNT(*) FROM jsdc.star WHERE CONTAINS(POINT(raj2000, dej2000), BOX(344.4127, -29.6222, 20, 10)) = 1",
    "SELECT obs_publisher_did, s_region FROM ivoa.obscore WHERE calib_level > 0 AND 1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(344.4127, -29.6222, 5)) ORDER BY obs_publisher_did",
    "SELECT a.x, b.y FROM (SELECT NULL AS x, 1 AS k FROM jsdc.badcal) AS a FULL JOIN (SELECT 2 AS y, 1 AS k FROM jsdc.badcal) AS b USING (k) ORDER BY 1, 2",
    "SELECT ivo_hashlist_has('a#b', 'B'), ivo_nocasematch('HD 1', 'hd%'), ivo_interval_overlaps(1, 2, 2, 3), ivo_to_mjd('2024-01-01T00:00:00'), ivo_hasword('a red giant', 'GIANT') FROM jsdc.badcal",
    "SELECT id, ivo_specconv(em_min, 'THz') AS nu FROM oidb.granule WHERE gavo_specconv(em_max, 'keV') > 0.0005 ORDER BY nu, id",
    "SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), CIRCLE('GALACTIC', 20.49, -64.91, 10)) ORDER BY name",
    "SELECT ivo_string_agg(instrument_name, ',') FROM obsportal.instrument WHERE 1 = ivo_hasword(instrument_name, 'GRAVITY')",
)

CONSTANT = (
    "SELECT TOP 1 name FROM jsdc.badcal ORDER BY TRUE, name",
    "SELECT COUNT(*), FALSE AS f FROM jsdc.badcal GROUP BY f, TRUE",
    "SELECT name FROM jsdc.star WHERE synthetic = FALSE AND CASE WHEN vmag < 3 THEN TRUE ELSE FALSE END = TRUE",
)
OF_THE_HUB = (
    "SELECT calflag, ivo_histogram(vmag, 0, 10, 20) AS h, gavo_histogram(vmag, 2, 3, 1) FROM jsdc.star GROUP BY calflag ORDER BY calflag",
    "SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), POLYGON(330, -40, 360, -40, 360, -20, 330, -20)) ORDER BY name",
    "SELECT obs_id, s_region, AREA(s_region), COORD1(CENTROID(s_region)) FROM ivoa.obscore WHERE 1 = INTERSECTS(s_region, CIRCLE(344.4127, -29.6222, 5)) ORDER BY obs_publisher_did",
    "SELECT obs_id FROM ivoa.obscore WHERE 1 = INTERSECTS(CIRCLE('ICRS', 344, -29, 3), s_region) AND 0 = CONTAINS(s_region, BOX(344, -29, 1, 1)) ORDER BY 1",
    "SELECT POINT(10, 20) AS p, CIRCLE(ra, dec, 1) AS c, BOX(ra, dec, 1, 1) AS b, POLYGON(1, 2, 3, 4, 5, 0) AS q, CENTROID(BOX(ra, dec, 1, 1)), AREA(CIRCLE(ra, dec, 1)), COORDSYS(POINT(ra, dec)) FROM jsdc.badcal",
    "SELECT x.p, COORD2(x.p), ivo_healpix_index(6, x.p), ivo_healpix_center(6, 17) FROM (SELECT ivo_apply_pm(ra, dec, 0.001, 0.002, 10) AS p FROM jsdc.badcal) AS x WHERE DISTANCE(x.p, POINT(10, 20)) < 170",
)


def asked(compiled: CompiledQuery) -> Statement:
    text = compiled.text + (f" LIMIT {compiled.limit}" if compiled.limit is not None else "")
    return Statement(text, compiled.values, compiled.sources, compiled.direct)


async def rows(hub: Hub, text: str, bodies: Any = None) -> list[tuple[Any, ...]]:
    found = await hub.fetch(asked(compile_query(text, DECLARED, bodies)))
    return [tuple(orjson.dumps(cell) if isinstance(cell, orjson.Fragment) else cell for cell in row) for row in found]


@pytest.mark.parametrize("text", [*FORMER_CLIENTS, *QUERIES, *CONSTANT, *OF_THE_HUB])
async def test_the_hub_and_the_source_itself_answer_alike(text: str, direct_hub: Hub) -> None:
    through = await rows(direct_hub, text)
    compiled = compile_query(text, DECLARED, direct_hub.databases)
    assert compiled.direct == (len(compiled.sources) == 1 and text not in OF_THE_HUB)
    straight = await rows(direct_hub, text, direct_hub.databases)
    if "ORDER BY" in text:
        assert straight == through
    elif "TOP" in text:  # any of its rows will do
        assert len(straight) == len(through)
    else:
        assert sorted(map(repr, straight)) == sorted(map(repr, through))
