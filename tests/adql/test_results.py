"""What is told of the columns of a result, and that every format can write them."""

from io import BytesIO

import httpx
import numpy as np
import pytest
from astropy.io.votable import parse_single_table

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.errors import AdqlError

ONE = "jsdc.badcal"


def told(value: str, table: str = "jsdc.star") -> tuple[str, str, str, str]:
    """Name, unit, UCD and PostgreSQL type of the only column of a query."""
    [result] = compile_query(f"SELECT {value} FROM {table}", DECLARED).results
    return result.column.name, result.column.unit, result.column.ucd, result.column.type.sql


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("vmag", ("Vmag", "mag", "phot.mag;em.opt.V", "real")),
        ("vmag AS v", ("v", "mag", "phot.mag;em.opt.V", "real")),
        ("MAX(vmag)", ("max", "mag", "phot.mag;em.opt.V;stat.max", "real")),
        ("AVG(vmag) AS m", ("m", "mag", "phot.mag;em.opt.V;stat.mean", "double precision")),
        ("MIN(raj2000)", ("min", "deg", "pos.eq.ra;stat.min", "double precision")),
        ("SUM(calflag)", ("sum", "", "", "bigint")),
        ("MAX(jsdc_id)", ("max", "", "", "bigint")),
        ("COUNT(*)", ("count", "", "meta.number", "bigint")),
        ("vmag - kmag AS c", ("c", "mag", "", "real")),
        ("vmag - ldd AS c", ("c", "", "", "real")),
        ("2 * ldd AS c", ("c", "mas", "", "double precision")),
        ("ldd / 1000 AS c", ("c", "", "", "double precision")),
        ("-ldd AS c", ("c", "mas", "", "real")),
        ("COALESCE(e_ldd, 0)", ("coalesce", "mas", "stat.error;phys.angSize", "double precision")),
        ("COALESCE(vmag, ldd)", ("coalesce", "", "", "real")),
        ("CASE WHEN vmag < 2 THEN vmag ELSE vmag END AS c", ("c", "mag", "phot.mag;em.opt.V", "real")),
        ("IN_UNIT(ldd, 'arcsec')", ("in_unit", "arcsec", "phys.angSize", "double precision")),
        ("ABS(vmag)", ("abs", "mag", "", "real")),
        ("DISTANCE(POINT(raj2000, dej2000), POINT(1, 2))", ("distance", "deg", "pos.angDistance", "double precision")),
        ("POINT(raj2000, dej2000)", ("point", "deg", "pos.eq", "double precision[]")),
        ("RADIANS(raj2000)", ("radians", "rad", "", "double precision")),
        ("'a' || name AS n", ("n", "", "", "text")),
    ],
)
def test_what_is_known_goes_as_far_as_it_is_true(value: str, expected: tuple[str, str, str, str]) -> None:
    assert told(value) == expected


def test_through_queries_inside() -> None:
    [result] = compile_query(
        "WITH a AS (SELECT LDD AS x FROM jsdc.star) SELECT y FROM (SELECT x AS y FROM a) AS b", DECLARED
    ).results
    assert (result.column.name, result.column.unit, result.column.ucd) == ("y", "mas", "phys.angSize")
    assert result.table is DECLARED.tables["jsdc.star"]
    [result] = compile_query("SELECT vmag FROM jsdc.star UNION SELECT kmag FROM jsdc.star", DECLARED).results
    assert (result.column.unit, result.column.ucd, result.table) == ("mag", "", None)


def test_names_of_a_result_are_unique() -> None:
    query = "SELECT a.name, b.name, COUNT(*), COUNT(*), 1, 2, name_2 FROM jsdc.star AS a, (SELECT name, ldd AS name_2 FROM jsdc.star) AS b GROUP BY a.name, b.name, name_2"
    names = [result.column.name for result in compile_query(query, DECLARED).results]
    assert names == ["Name", "Name_2", "count", "count_2", "expression", "expression_2", "name_2_2"]


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [
        ("arcsec", "jsdc.badcal:ra", 3600),
        ("mas", "jsdc.badcal:ra", 3.6e6),
        ("nm", "oidb.granule:em_min", 1e9),
        ("Angstrom", "oidb.granule:em_min", 1e10),
        ("h", "oidb.granule:t_min", 24),
        ("arcsec/yr", "jsdc.star:pmra", 1e-3),
        ("deg.yr-1", "jsdc.star:pmra", 1 / 3.6e6),
        ("um", "oidb.granule:em_max", 1e6),
    ],
)
def test_units_are_converted(unit: str, value: str, expected: float) -> None:
    table, _, column = value.partition(":")
    text = compile_query(f"SELECT IN_UNIT({column}, '{unit}') FROM {table}", DECLARED).text
    assert float(text.partition("CAST(")[2].partition(" AS")[0]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("unit", ["s", "mag", "furlong", "deg**2", "m/", "kdeg", ""])
def test_units_that_measure_something_else_are_refused(unit: str) -> None:
    with pytest.raises(AdqlError) as refused:
        compile_query(f"SELECT IN_UNIT(ra, '{unit}') FROM {ONE}", DECLARED)
    assert refused.value.at.column == 20


GEOMETRY = (
    "SELECT TOP 3 name, POINT(ra, dec) AS p, CIRCLE(ra, dec, 0.5) AS c, BOX(ra, dec, 1, 2) AS b,"
    " CASE WHEN ra > 400 THEN 1 END AS nothing, COUNT(*) AS n FROM jsdc.badcal GROUP BY name, ra, dec ORDER BY name"
)  # fmt: skip


@pytest.mark.parametrize("form", ["votable/td", "votable/b2"])
async def test_areas_are_told_as_dali_has_them(form: str, client: httpx.AsyncClient) -> None:
    answer = await client.post("/tap/sync", data={"LANG": "ADQL", "QUERY": GEOMETRY, "RESPONSEFORMAT": form})
    assert answer.status_code == 200, answer.text
    table = parse_single_table(BytesIO(answer.content))
    fields = {field.name: (field.datatype, field.arraysize, field.xtype) for field in table.fields}
    assert fields["p"] == ("double", "2", "point")
    assert fields["c"] == ("double", "3", "circle")
    assert fields["b"] == ("double", "*", "polygon")
    for row in table.array:
        assert len(row["b"]) == 8
        assert np.allclose(row["c"], [*row["p"], 0.5])
        assert row["n"] == 1
    assert table.array["nothing"].mask.all()


@pytest.mark.parametrize("form", ["csv", "json", "fits", "parquet", "arrow"])
async def test_every_format_writes_them(form: str, client: httpx.AsyncClient) -> None:
    answer = await client.post("/tap/sync", data={"LANG": "ADQL", "QUERY": GEOMETRY, "RESPONSEFORMAT": form})
    assert answer.status_code == 200, answer.text
    assert answer.content


NOWHERE = "(SELECT badcal_id, CASE WHEN badcal_id > 1 THEN ra END AS ra, dec FROM jsdc.badcal WHERE badcal_id < 3) AS x"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("DISTANCE(x.ra, x.dec, x.ra, x.dec)", ["", "0"]),
        ("DISTANCE(POINT(x.ra, x.dec), POINT(x.ra, x.dec)) + 1", ["", "1"]),
        ("DISTANCE(NULL, x.dec, 1, 2)", ["", ""]),
        ("DISTANCE(1, 2, 1, 2)", ["0", "0"]),
        ("ROUND(AREA(CIRCLE(x.ra, x.dec, 1)), 1)", ["", "3.1"]),
        ("CASE WHEN DISTANCE(x.ra, x.dec, x.ra, x.dec) >= 0 THEN 'far' ELSE 'near' END", ["near", "far"]),
        ("CASE WHEN DISTANCE(x.ra, x.dec, x.ra, x.dec) < 0 THEN 'near' ELSE 'far' END", ["far", "far"]),
    ],
)
async def test_what_is_nowhere_has_no_distance(value: str, expected: list[str], client: httpx.AsyncClient) -> None:
    query = f"SELECT {value} AS told, x.badcal_id FROM {NOWHERE} ORDER BY x.badcal_id"
    answer = await client.post("/tap/sync", data={"LANG": "ADQL", "QUERY": query, "FORMAT": "csv"})
    assert answer.status_code == 200, answer.text
    assert [line.partition(",")[0] for line in answer.text.split()[1:]] == expected
