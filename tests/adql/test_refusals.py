"""What is refused, where, and what is said to be meant."""

import pytest

from adql.checked.catalogue import DECLARED
from adql.checked.typed import kind
from adql.compile import compile_query
from adql.errors import AdqlError
from hub.rows import Hub
from planning.errors import BadInput
from planning.sql import Statement
from schema.types import DOUBLE, array

S = "SELECT ¶{} FROM jsdc.star"
REFUSED = [
    ("SELECT ¶nme FROM jsdc.star", "no column nme", "name"),
    ("SELECT ¶s.vmg FROM jsdc.star AS s", "no column s.vmg", "vmag"),
    ("SELECT ¶star.name FROM jsdc.star AS s", "star is no table of this FROM", ""),
    ('SELECT ¶"vmag" FROM jsdc.star', 'no column "vmag"', '"Vmag"'),
    ("SELECT * FROM ¶jsdc.stars", "no table jsdc.stars", "jsdc.star"),
    ("SELECT * FROM ¶pg_catalog.pg_class", "no table", ""),
    ("SELECT * FROM ¶target", "several tables", "obsportal.target"),
    ("SELECT ¶name FROM jsdc.star, jsdc.badcal", "one of several", "badcal.name"),
    ("SELECT a.name FROM jsdc.star AS a, ¶jsdc.badcal AS a", "a is the name of two tables", "alias"),
    ("SELECT ¶z.* FROM jsdc.star AS a", "z is no table", "a"),
    ("SELECT ¶pg_sleep(1) FROM jsdc.star", "no function PG_SLEEP", ""),
    ("SELECT ¶ivo_haswords(name, 'x') FROM jsdc.star", "no function", "IVO_HASWORD"),
    ("SELECT ¶ivo_hasword(vmag, 'x') FROM jsdc.star", "does not take (a number", "haystack"),
    ("SELECT name FROM jsdc.star WHERE vmag ¶> 'five'", "'five' is no number", "as 12"),
    ("SELECT name FROM jsdc.star WHERE calflag ¶IN ('1', 'b')", "'b' is no number", ""),
    ("SELECT name FROM jsdc.star WHERE calflag ¶BETWEEN '0' AND ''", "'' is no number", ""),
    ("SELECT ¶COALESCE(vmag, 'faint') FROM jsdc.star", "'faint' is no number", ""),
    ("SELECT vmag ¶* '2x' FROM jsdc.star", "'2x' is no number", ""),
    ("SELECT name FROM jsdc.star WHERE vmag ¶< 'NaN'", "'NaN' is no number", ""),
    ("SELECT name FROM jsdc.star WHERE name ¶= 5", "character string", "CAST"),
    ("SELECT exp_id FROM obsportal.exposure WHERE exp_date_updated ¶> 'yesterday'", "no time", "2024-05-17"),
    ("SELECT exp_id FROM obsportal.exposure WHERE exp_date_updated ¶> 5", "a time", ""),
    ("SELECT name FROM jsdc.star WHERE synthetic ¶= 'maybe'", "truth value", "TRUE"),
    ("SELECT name FROM jsdc.star WHERE POINT(raj2000, dej2000) ¶= 1", "a point", "CONTAINS"),
    ("SELECT name ¶+ 1 FROM jsdc.star", "+ wants numbers", "CAST"),
    ("SELECT vmag ¶& 1 FROM jsdc.star", "whole numbers", ""),
    ("SELECT name FROM jsdc.star WHERE vmag ¶LIKE 'a'", "LIKE wants", "CAST"),
    ("SELECT ¶SUM(name) FROM jsdc.star", "SUM is not of", ""),
    ("SELECT name FROM jsdc.star WHERE ¶COUNT(*) > 1", "may not be in WHERE", "HAVING"),
    ("SELECT MAX(¶MIN(vmag)) FROM jsdc.star", "may not be in another aggregate", ""),
    ("SELECT ¶name, COUNT(*) FROM jsdc.star", "single rows", "GROUP BY"),
    ("SELECT calflag, ¶vmag + 1 FROM jsdc.star GROUP BY calflag", "single rows", "GROUP BY"),
    ("SELECT ¶* FROM jsdc.badcal GROUP BY name", "single rows", ""),
    ("SELECT COUNT(*) FROM jsdc.star GROUP BY calflag ORDER BY ¶vmag", "single rows", "GROUP BY"),
    ("SELECT calflag FROM jsdc.star GROUP BY calflag HAVING ¶vmag > 1", "single rows", ""),
    ("SELECT calflag, (SELECT MAX(b.ra) FROM jsdc.badcal AS b WHERE b.ra > ¶s.vmag) FROM jsdc.star AS s GROUP BY calflag", "single rows", ""),
    ("SELECT name FROM jsdc.star ORDER BY ¶3", "no output number 3", ""),
    ("SELECT DISTINCT name FROM jsdc.star ORDER BY ¶vmag", "does not tell", ""),
    ("SELECT name FROM jsdc.star ¶UNION SELECT ra, dec FROM jsdc.badcal", "1 columns and 2", "as many"),
    ("SELECT name FROM jsdc.star ¶UNION SELECT ra FROM jsdc.badcal", "one column", "CAST"),
    ("SELECT ¶(SELECT ra, dec FROM jsdc.badcal) FROM jsdc.star", "one column", ""),
    ("SELECT name FROM jsdc.star WHERE name ¶IN (SELECT name, ra FROM jsdc.badcal)", "one column", ""),
    ("SELECT * FROM obsportal.target JOIN obsportal.observation USING (¶targt_id)", "no column targt_id", "target_id"),
    ("SELECT a.name FROM jsdc.star AS a ¶FULL JOIN jsdc.badcal AS b ON a.vmag > b.ra", "equal", ""),
    ("WITH a AS (SELECT 1 AS x FROM jsdc.star), ¶A AS (SELECT 2 AS y FROM jsdc.star) SELECT x FROM a", "named twice", ""),
    ("WITH ¶a (x, y) AS (SELECT name FROM jsdc.star) SELECT x FROM a", "1 columns, not 2", ""),
    ("SELECT x FROM (SELECT name FROM jsdc.star) AS q WHERE ¶x = 1", "no column x", ""),
    ("SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), ¶CIRCLE(10, 95, 1))", "declination of 95", ""),
    ("SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), ¶CIRCLE(10, 20, -1))", "never negative", ""),
    ("SELECT name FROM jsdc.star WHERE DISTANCE(raj2000, dej2000, 1, 2) ¶< -1", "never negative", ""),
    ("SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), ¶BOX(10, 20, 200, 1))", "less than 180", "BETWEEN"),
    ("SELECT POINT(¶'FK4', 1, 2) FROM jsdc.star", "FK4", "ICRS"),
    ("SELECT POINT(¶'GALACTIC', raj2000, dej2000) FROM jsdc.star", "written out", "leave 'GALACTIC' out"),
    ("SELECT CIRCLE(¶'GALACTIC', 20, 100, 1) FROM jsdc.star", "latitude of 100", "longitude"),
    ("SELECT BOX(¶'GALACTIC', 20, 10, 1, 1) FROM jsdc.star", "box", "POLYGON"),
    ("SELECT ¶ivo_specconv(t_min, 'nm') FROM oidb.granule", "d is no unit of wavelength", ""),
    ("SELECT ¶ivo_specconv(em_min, 'furlong') FROM oidb.granule", "furlong", ""),
    ("SELECT ¶gavo_specconv(656, 'nm') FROM oidb.granule", "unit is known", "gavo_specconv(656, 'nm', 'keV')"),
    ("SELECT ¶ivo_specconv(em_min, 'nm', 'keV') FROM oidb.granule", "the unit is m", "leave 'nm' out"),
    ("SELECT ¶ivo_specconv(em_min, data_rights) FROM oidb.granule", "written out", ""),
    ("SELECT ¶ivo_histogram(vmag, 0, 10, 0) FROM jsdc.star", "1 to 10000", ""),
    ("SELECT ¶ivo_histogram(vmag, 0, 10, calflag) FROM jsdc.star", "written out", ""),
    ("SELECT ¶ivo_histogram(vmag, 10, 10, 5) FROM jsdc.star", "less than", ""),
    ("SELECT name FROM jsdc.star WHERE ¶ivo_histogram(vmag, 0, 10, 5) IS NULL", "may not be in WHERE", "HAVING"),
    ("SELECT ¶COORD1(CIRCLE(1, 2, 3)) FROM jsdc.star", "", ""),
    (f"¶SELECT {', '.join('*' for _ in range(9000))} FROM jsdc.star", "columns at most", ""),
    (f"¶SELECT name FROM jsdc.star ORDER BY {', '.join('vmag' for _ in range(65))}", "64 values", ""),
    ("SELECT ¶1e400 FROM jsdc.star", "too large", ""),
    (f"SELECT ¶{'9' * 5000} FROM jsdc.star", "too long", ""),
    (f"SELECT ¶0x{'f' * 5000} FROM jsdc.star", "too long", ""),
    (f"SELECT name FROM jsdc.star ORDER BY ¶{'9' * 5000}", "too long", ""),
    (f"SELECT IN_UNIT(ldd, ¶'mas{'.Em9/Em9' * 40}') FROM jsdc.star", "unit", ""),
    ("SELECT IN_UNIT(ldd, ¶'km99999') FROM jsdc.star", "no unit", ""),
    ("SELECT ¶CAST(name AS VARCHAR(0)) FROM jsdc.star", "from 1 to", ""),
    ("SELECT ¶CAST(name AS CHAR(99999999999)) FROM jsdc.star", "from 1 to", ""),
    ("SELECT ¶CAST('0001-01-01T00:00:00+23:00' AS TIMESTAMP) FROM jsdc.star", "no time", ""),
    ("SELECT exp_id FROM obsportal.exposure WHERE exp_date_updated ¶< '9999-12-31T23:59:59-23:00'", "no time", ""),
    ("SELECT ¶ivo_histogram(vmag, -1e308, 1e308, 5) FROM jsdc.star", "less than", ""),
    ("SELECT ¶MAX(header_keywords) FROM obsportal.header", "JSON", "CAST"),
    ("SELECT IN_UNIT(vmag, ¶'m') FROM jsdc.star", "cannot be converted", ""),
    ("SELECT ¶IN_UNIT(calflag, 'm') FROM jsdc.star", "unit is known", ""),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "problem", "hint"), REFUSED, ids=[marked[:99] for marked, _, _ in REFUSED])
def test_refused_where_it_is_wrong(marked: str, problem: str, hint: str) -> None:
    at = marked.index("¶") + 1
    with pytest.raises(AdqlError) as refused:
        compile_query(marked.replace("¶", ""), DECLARED)
    told = refused.value
    assert problem in told.problem
    assert hint.lower() in told.hint.lower()
    assert (told.at.line, told.at.column) == (1, at), told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT 1 / (calflag - calflag) FROM jsdc.star", "divided by zero"),
        ("SELECT LOG(vmag - 100) FROM jsdc.star WHERE vmag IS NOT NULL", "logarithm"),
        ("SELECT SQRT(vmag - 100) FROM jsdc.star WHERE vmag IS NOT NULL", "root"),
        ("SELECT CAST(name AS INTEGER) FROM jsdc.star", "CAST"),
        ("SELECT (SELECT name FROM jsdc.star) FROM jsdc.badcal", "more than one row"),
        ("SELECT 2147483647 + 1 FROM jsdc.badcal", "too large for its type"),
        (f"SELECT ({'*'.join(['9223372036854775807'] * 20)}) / 2 FROM jsdc.badcal", "too large for its type"),
        ("SELECT name FROM jsdc.star WHERE DISTANCE(raj2000, dej2000, 1, 1) < 1e308*10 - 1e308*10", "too large"),
        ("SELECT CIRCLE(1e308*10 - 1e308*10, 1, 1) FROM jsdc.badcal", "too large"),
    ],
)
async def test_what_only_the_rows_can_tell_is_told_so_too(text: str, told: str, direct_hub: Hub) -> None:
    compiled = compile_query(text, DECLARED)
    with pytest.raises(BadInput, match=told):
        await direct_hub.fetch(Statement(compiled.text, compiled.values, compiled.sources))


@pytest.mark.parametrize(
    ("xtype", "name"), [("interval", "an interval"), ("circle", "a circle"), (None, "an array"), ("", "an array")]
)
def test_what_a_list_is_called(xtype: str | None, name: str) -> None:
    assert kind(array(DOUBLE, "2", xtype)) == name
