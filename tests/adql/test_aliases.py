"""Tables by the names that clients have in their code, with the columns that they know."""

from typing import Any

import pytest
from test_running import rows

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.grammar.identifiers import delimited
from hub.rows import Hub
from schema import aliases, jsdc
from schema.spica import TARGET, TARGET_PROGRAM

pytestmark = pytest.mark.spatial

V2 = '"II/346/jsdc_v2"'
VIZIER = (
    "Name", "RAJ2000", "DEJ2000", "SpType", "Bmag", "e_Bmag", "Vmag", "e_Vmag", "Rmag", "Imag", "Jmag", "e_Jmag", "Hmag",
    "e_Hmag", "Kmag", "e_Kmag", "Lmag", "e_Lmag", "Mmag", "e_Mmag", "Nmag", "e_Nmag", "LDD", "e_LDD", "LDDCHI", "CalFlag",
    "UDDB", "UDDV", "UDDR", "UDDI", "UDDJ", "UDDH", "UDDK", "UDDL", "UDDM", "UDDN",
)  # fmt: skip
"""Labels of the ReadMe of VizieR II/346, its position in degrees."""
SCHEDULER = (
    "spicadb_id", "target_main_id", "ra", "dec", "spt", "piname", "piname2", "progname", "progname2", "comments", "comments2",
    "spica_mode", "priority_pi", "priority_pi2", "priority_final", "completion_rate", "qcs_flag", "ob_refs", "model",
    "ld_jsdc2", "vmag", "rmag", "hmag", "bmag", "gmag", "imag", "jmag", "kmag", "lmag", "mmag", "nmag", "lastmods",
)  # fmt: skip
"""Columns of `spica` that spica-nss `nss.py` and the catalogue API read."""
ALIASES = {table.name: table for table in aliases.SOURCE.tables}
BESIDE = {
    f"SELECT Name, LDDCHI, SpType FROM {V2} WHERE 1 = CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), CIRCLE('ICRS', 344.4127, -29.6222, 3)) ORDER BY Name":
    "SELECT Name, LDD_chi2, SpType_SIMBAD FROM jsdc.star WHERE 1 = CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), CIRCLE('ICRS', 344.4127, -29.6222, 3)) ORDER BY Name",
    f'SELECT Name FROM {V2} AS v WHERE DISTANCE(v."_RAJ2000", v."_DEJ2000", 344.4127, -29.6222) < 3 ORDER BY Name':
    "SELECT Name FROM jsdc.star AS v WHERE DISTANCE(v.RAJ2000, v.DEJ2000, 344.4127, -29.6222) < 3 ORDER BY Name",
    f"SELECT v.recno, g.id FROM {V2} AS v JOIN oidb AS g ON 1 = CONTAINS(POINT(g.s_ra, g.s_dec), CIRCLE(v.RAJ2000, v.DEJ2000, 0.001)) WHERE v.Vmag < 3 ORDER BY 1, 2":
    "SELECT v.jsdc_id, g.id FROM jsdc.star AS v JOIN oidb.granule AS g ON 1 = CONTAINS(POINT(g.s_ra, g.s_dec), CIRCLE(v.RAJ2000, v.DEJ2000, 0.001)) WHERE v.Vmag < 3 ORDER BY 1, 2",
    f"SELECT {V2}.Name, {V2}.LDD_chi2 FROM {V2} WHERE CalFlag = '0' AND DEJ2000 > 60 AND Vmag < 5 AND LDDCHI < '2' ORDER BY LDD, 1":
    "SELECT Name, LDD_chi2 FROM jsdc.star WHERE CalFlag = 0 AND DEJ2000 > 60 AND Vmag < 5 AND LDD_chi2 < 2 ORDER BY LDD, 1",
    f'SELECT COUNT(*), COUNT(Rmag), COUNT(Imag), MIN("_RAJ2000") FROM {V2}':
    "SELECT COUNT(*), 0, 0, MIN(RAJ2000) FROM jsdc.star",
    "SELECT * FROM oidb_datalink AS t WHERE t.id = '2000000' ORDER BY datalink_id":
    "SELECT * FROM oidb.datalink AS t WHERE t.granule_id = 2000000 ORDER BY datalink_id",
    "SELECT DISTINCT t.piname FROM spica AS t ORDER BY 1":
    "SELECT DISTINCT p.piname FROM spica.target_program AS p WHERE p.program_rank = 1 ORDER BY 1",
    "SELECT spicadb_id, progname, progname2, piname2, spica_mode FROM spica WHERE completion_rate < 1 ORDER BY 1":
    "SELECT t.spicadb_id, a.progname, b.progname, b.piname, a.spica_mode FROM spica.target AS t"
    " LEFT JOIN spica.target_program AS a ON a.spicadb_id = t.spicadb_id AND a.program_rank = 1"
    " LEFT JOIN spica.target_program AS b ON b.spicadb_id = t.spicadb_id AND b.program_rank = 2"
    " WHERE t.completion_rate < 1 ORDER BY 1",
    "SELECT COUNT(*) FROM spica WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(280, 38, 10))":
    "SELECT COUNT(*) FROM spica.target WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(280, 38, 10))",
    "SELECT id, name, vmag, ldd FROM spica_calprim ORDER BY id": "SELECT calprim_id, name, vmag, ldd FROM spica.calprim ORDER BY 1",
    "SELECT exp_id, target_name FROM obsportal WHERE exp_validation_level = '1' ORDER BY exp_id": "SELECT exp_id, target_name FROM obsportal.exposure WHERE exp_validation_level = 1 ORDER BY 1",
    "SELECT id, ra, dec FROM badcal ORDER BY id": "SELECT badcal_id, ra, dec FROM jsdc.badcal ORDER BY 1",
    "SELECT tpl_start, piname FROM spica_followup ORDER BY 1, 2": "SELECT tpl_start, piname FROM spica.followup ORDER BY 1, 2",
    "SELECT o.proposal_subid, s.piname FROM oidb AS o JOIN spica AS s ON s.spicadb_id = CAST(o.proposal_subid AS BIGINT) WHERE o.proposal_subid IS NOT NULL ORDER BY 1, 2":
    "SELECT o.proposal_subid, p.piname FROM oidb.granule AS o JOIN spica.target_program AS p ON p.spicadb_id = CAST(o.proposal_subid AS BIGINT) WHERE o.proposal_subid IS NOT NULL AND p.program_rank = 1 ORDER BY 1, 2",
    "SELECT COUNT(s_region) AS c, COUNT(DISTINCT s_region) AS d FROM ivoa.obscore": "SELECT SUM(n), SUM(CASE WHEN s_region IS NULL THEN 0 ELSE 1 END) FROM (SELECT s_region, COUNT(s_region) AS n FROM ivoa.obscore GROUP BY s_region) AS g",
    'SELECT table_name FROM "TAP_SCHEMA".tables ORDER BY 1': "SELECT table_name FROM tap_schema.tables ORDER BY 1",
    'SELECT t."table_name", t."size" FROM "TAP_SCHEMA"."columns" AS t ORDER BY 1, 2': 'SELECT table_name, "size" FROM TAP_SCHEMA.columns ORDER BY 1, 2',
}  # fmt: skip
"""A query of an alias, and the same of what it stands for."""


@pytest.mark.parametrize("query", BESIDE)
async def test_an_alias_has_the_rows_of_what_it_stands_for(query: str, direct_hub: Hub) -> None:
    expected = await rows(direct_hub, BESIDE[query])
    assert await rows(direct_hub, query) == expected
    assert await rows(direct_hub, query, direct_hub.databases) == expected
    if "2000000" not in query:
        assert expected


@pytest.mark.parametrize("table", aliases.SOURCE.tables, ids=lambda table: table.name)
async def test_every_alias_is_listed_and_runs_as_it_is_listed(table: Any, direct_hub: Hub) -> None:
    [listed] = await rows(
        direct_hub,
        f"SELECT table_name, schema_name FROM TAP_SCHEMA.tables WHERE table_name = '{delimited(table.name)}'",
    )
    assert listed[1] == aliases.NAME
    names = await rows(
        direct_hub, f"SELECT column_name FROM TAP_SCHEMA.columns WHERE table_name = '{listed[0]}' ORDER BY column_index"
    )
    assert [name for (name,) in names] == [delimited(column.name) for column in table.columns]
    columns = ", ".join(name for (name,) in names)
    for bodies in (None, direct_hub.databases):
        assert (
            await rows(direct_hub, f"SELECT TOP 1 {columns} FROM {listed[0]}", bodies) or table.name == "oidb_datalink"
        )
    compiled = compile_query(f"SELECT * FROM {listed[0]}", DECLARED)
    assert [(result.column.name, result.column.type) for result in compiled.results] == [
        (column.name, column.type) for column in table.columns
    ]


def test_jsdc_has_the_columns_of_vizier() -> None:
    columns = {column.name: column for column in ALIASES["II/346/jsdc_v2"].columns}
    assert [name for name in columns if name in VIZIER] == list(VIZIER)
    assert {"recno", "_RAJ2000", "_DEJ2000"} == columns.keys() - set(VIZIER)
    assert (columns["LDDCHI"].ucd, columns["LDD"].unit, columns["SpType"].ucd) == ("stat.fit.chi2", "mas", "src.spType")
    assert ALIASES["II/346/jsdc_v2"].position == jsdc.STAR.position


def test_its_cone_is_that_of_jsdc() -> None:
    where = "WHERE 1 = CONTAINS(POINT(RAJ2000, DEJ2000), CIRCLE(10, 20, 1))"
    alias = compile_query(f"SELECT Name, LDD FROM {V2} {where}", DECLARED)
    assert alias.text == compile_query(f"SELECT Name, LDD FROM jsdc.star {where}", DECLARED).text


def test_spica_has_what_the_scheduler_reads() -> None:
    names = {column.name for column in ALIASES["spica"].columns}
    assert names >= set(SCHEDULER)
    assert names >= {column.name for column in TARGET.stored if column not in aliases.LATER}
    assert TARGET_PROGRAM.key.name not in names
