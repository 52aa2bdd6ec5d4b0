"""A number in quotes is the number beside one: as OiDB asks, `t.id = '2000000'`."""

from typing import Any

import pytest
from test_running import rows

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.errors import AdqlError
from hub.rows import Hub
from schema.column import Column
from schema.foreign import UPLOADS
from schema.table import Table
from schema.types import DOUBLE, FLOAT, INT

pytestmark = pytest.mark.spatial

SOUND = (
    "SELECT TOP 5 * FROM oidb AS t WHERE t.id >= {2} AND t.id <> {0} ORDER BY t.id",
    "SELECT name FROM jsdc.star WHERE calflag IN ({0}, {1}) AND vmag < {2.5} ORDER BY name",
    "SELECT name FROM jsdc.star WHERE vmag BETWEEN {1} AND {2.25e0} AND NOT (calflag > {0}) ORDER BY name",
    "SELECT name, COALESCE(plx, {99}) AS p FROM jsdc.star WHERE {3} > vmag ORDER BY name",
    "SELECT name, CASE WHEN vmag < {2} THEN calflag ELSE {7} END AS c FROM jsdc.star WHERE vmag < 3 ORDER BY name",
    "SELECT name, POWER(vmag, {2}) AS p, ROUND({2.675}, 2) AS r, ivo_interval_has(vmag, {0}, {2}) AS h FROM jsdc.star WHERE vmag < 3 ORDER BY name",
    "SELECT name, vmag * {2} AS d, {1} - calflag AS e FROM jsdc.star WHERE vmag < 3 ORDER BY name",
    "SELECT name FROM jsdc.star WHERE DISTANCE(raj2000, dej2000, {344.4127}, {29.6222}) < {25} ORDER BY name",
    "SELECT name FROM jsdc.star WHERE CONTAINS(POINT(raj2000, dej2000), CIRCLE(344.4127, 29.6222, {25})) = {1} ORDER BY name",
    "SELECT s.name, g.id FROM jsdc.star AS s JOIN crossid.granule AS i ON i.star_id = s.jsdc_id JOIN oidb AS g ON g.id = i.id WHERE g.calib_level = {2} AND s.vmag < {9} ORDER BY 1, 2",
    "SELECT calflag, COUNT(*) AS n FROM jsdc.star GROUP BY calflag HAVING COUNT(*) > {10} ORDER BY calflag",
    "SELECT obs_id FROM ivoa.obscore WHERE calib_level = {2} ORDER BY obs_id",
)


@pytest.mark.parametrize("query", SOUND)
@pytest.mark.usefixtures("same_moment")
async def test_with_and_without_quotes_it_is_the_same(query: str, direct_hub: Hub) -> None:
    plain, quoted = query.translate({ord("{"): None, ord("}"): None}), query.replace("{", "'").replace("}", "'")
    for bodies in (None, direct_hub.databases):
        one, two = (compile_query(text, DECLARED, bodies) for text in (plain, quoted))
        assert (one.text, one.values) == (two.text, two.values)
        columns = [[(result.column.name, result.column.type) for result in each.results] for each in (one, two)]
        assert columns[0] == columns[1]
    found = await rows(direct_hub, quoted)
    assert found
    assert found == await rows(direct_hub, quoted, direct_hub.databases)


@pytest.mark.parametrize(
    ("text", "number"),
    {
        "5": 5,
        " 5 ": 5,
        "+5": 5,
        "-5": -5,
        "05": 5,
        "5.": 5.0,
        ".5": 0.5,
        "5e-1": 0.5,
        "9223372036854775807": 2**63 - 1,
        "1E2": 100.0,
    }.items(),
)
async def test_a_number_in_quotes(text: str, number: float, direct_hub: Hub) -> None:
    [[value]] = await rows(direct_hub, f"SELECT TOP 1 COALESCE('{text}', calflag) AS x FROM jsdc.star")
    assert value == number


@pytest.mark.parametrize(
    "text", ["", "five", "5x", "1_000", "0x10", "NaN", "Infinity", "1e999", "5 5", "٣", "--5", "1,5"]
)
@pytest.mark.parametrize(
    "condition", ["id = {}", "id IN (1, {})", "{} < id", "id BETWEEN {} AND 9", "COALESCE(id, {}) = 1"]
)
def test_what_is_no_number_is_refused(text: str, condition: str) -> None:
    with pytest.raises(AdqlError, match="is no number") as refusal:
        compile_query(f"SELECT id FROM oidb WHERE {condition}".format(f"'{text}'"), DECLARED)
    assert repr(text) in refusal.value.problem


def test_of_uploads_too() -> None:
    columns: tuple[Any, ...] = (Column("n", INT, ""), Column("x", FLOAT, ""), Column("y", DOUBLE, ""))
    mine = Table(UPLOADS, "mine", "", "T", "ts", "", columns, schema=UPLOADS)
    catalogue = DECLARED.with_tables({"TAP_UPLOAD.mine": mine})
    texts = [
        compile_query(
            f"SELECT m.n FROM TAP_UPLOAD.mine AS m JOIN oidb AS g ON g.id = m.n WHERE m.x < {x} AND m.y IN ({y})",
            catalogue,
        ).text
        for x, y in (("5.1", "1, 2"), ("'5.1'", "'1', '2'"))
    ]
    assert texts[0] == texts[1]
