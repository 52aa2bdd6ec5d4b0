"""TOP of filtered rows in the order of an index: two arms at a source, with the rows of the one statement."""

import pytest
from test_running import rows

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from hub.rows import Hub
from planning.pages import LONGEST, WALKED
from planning.routing import BYTEWISE
from schema.space import BODIES

STRAIGHT = BYTEWISE.with_backend("jsdc", BODIES["cube"])
ARMED = (
    "SELECT TOP 7 jsdc_id FROM jsdc.star WHERE Vmag < 0.5 ORDER BY Kmag, jsdc_id",
    "SELECT TOP 7 jsdc_id, Kmag AS k FROM jsdc.star WHERE Vmag > 6 AND Kmag > 3 ORDER BY k DESC, 1",
    "SELECT TOP 3 Name AS n, LDD + 1 FROM jsdc.star AS s WHERE SpType_SIMBAD = 'G8Ib' ORDER BY s.Name, jsdc_id",
    "SELECT TOP 9 jsdc_id FROM jsdc.star WHERE 1 = CONTAINS(POINT(RAJ2000, DEJ2000), CIRCLE(344, -29, 40)) ORDER BY LDD, 1",
    "SELECT TOP 9 jsdc_id FROM jsdc.star WHERE plx > 1e9 ORDER BY LDD",
    "WITH w AS (SELECT TOP 5 jsdc_id FROM jsdc.star WHERE plx > 20 ORDER BY Vmag, jsdc_id) SELECT COUNT(*), MIN(jsdc_id) FROM w",
    "SELECT TOP 4 s.jsdc_id FROM (SELECT TOP 5 jsdc_id FROM jsdc.star WHERE plx > 20 ORDER BY Vmag, jsdc_id) AS s ORDER BY 1",
)
PLAIN = (
    "SELECT jsdc_id FROM jsdc.star WHERE Vmag < 0.5 ORDER BY Kmag",
    "SELECT TOP 7 jsdc_id FROM jsdc.star ORDER BY Kmag",
    "SELECT TOP 7 jsdc_id FROM jsdc.star WHERE Kmag < 0.5 ORDER BY Kmag",
    "SELECT TOP 7 jsdc_id FROM jsdc.star WHERE Vmag < 0.5 ORDER BY plx",
    "SELECT TOP 7 jsdc_id FROM jsdc.star WHERE Vmag < 0.5 ORDER BY Kmag - Vmag",
    "SELECT TOP 7 jsdc_id FROM jsdc.star WHERE Name = 'HD 1' AND plx > 0 ORDER BY Kmag",
    "SELECT DISTINCT TOP 7 Kmag FROM jsdc.star WHERE Vmag < 0.5 ORDER BY Kmag",
    "SELECT TOP 7 Kmag, COUNT(*) FROM jsdc.star WHERE Vmag < 0.5 GROUP BY Kmag ORDER BY Kmag",
    f"SELECT TOP {LONGEST + 1} jsdc_id FROM jsdc.star WHERE Vmag < 0.5 ORDER BY Kmag",
    "SELECT TOP 7 jsdc_id FROM jsdc.star WHERE jsdc_id IN (SELECT star_id FROM jsdc.identifier) AND plx > 0 ORDER BY Kmag",
    "SELECT TOP 7 s.jsdc_id FROM jsdc.star AS s, jsdc.badcal AS b WHERE s.plx > b.ra ORDER BY Kmag",
)


@pytest.mark.parametrize("query", ARMED)
def test_it_is_a_walk_or_a_sort(query: str) -> None:
    assert f"LIMIT {WALKED}" in compile_query(query, DECLARED, STRAIGHT).text
    assert "MATERIALIZED" not in compile_query(query, DECLARED, BYTEWISE).text


@pytest.mark.parametrize("query", PLAIN)
def test_anything_else_is_left_to_postgresql(query: str) -> None:
    assert "MATERIALIZED" not in compile_query(query, DECLARED, STRAIGHT).text


@pytest.mark.spatial
@pytest.mark.parametrize("query", ARMED)
async def test_it_has_the_same_rows(query: str, direct_hub: Hub) -> None:
    assert await rows(direct_hub, query, direct_hub.databases) == await rows(direct_hub, query)
