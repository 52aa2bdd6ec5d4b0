"""The declarations are sound: they say what standards know and what the databases hold."""

import astropy.units as u
import pytest
from astropy.io.votable.ucd import parse_ucd

from hub.rows import connect
from sample.federation import Federation
from schema.catalog import DECLARED, SOURCES
from schema.column import Column, field_name
from schema.jsdc import CONFIDENCE, ORIGIN, STAR
from schema.obsportal import EXPOSURE, WIRE
from schema.table import Table, Through

COLUMNS = """SELECT attname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL) FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped"""
SAME = {"character varying": "text"}
EVERY = [pytest.param(table, id=name) for name, table in DECLARED.tables.items()]
FOREIGN = [pytest.param(table, id=table.qualified) for source in SOURCES.values() for table in source.tables]


def columns() -> list[tuple[Table, Column]]:
    return [(table, column) for table in DECLARED.tables.values() for column in table.columns]


def test_every_unit_parses() -> None:
    for _, column in columns():
        if column.unit:
            u.Unit(column.unit, format="vounit")


WITHOUT_UCD = {
    ("ivoa.obsplan", name) for name in ("t_planning", "category", "priority", "execution_status", "tracking_type")
}
"""Columns to which their standard gives none, and of which its validator wants none."""


def test_every_ucd_is_in_the_controlled_vocabulary() -> None:
    assert {(table.qualified, column.name) for table, column in columns() if not column.ucd} == WITHOUT_UCD
    for _, column in columns():
        assert not column.ucd or parse_ucd(column.ucd, check_controlled_vocabulary=True), column.name


IDENTIFYING = {
    "obsportal.exposure": "exp_id", "obsportal.target": "target_name", "oidb.granule": "id",
    "oidb.collection": "collection_id", "oidb.datalink": "datalink_id", "jsdc.star": "Name",
    "jsdc.identifier": "identifier", "jsdc.badcal": "name", "spica.target": "target_main_id", "spica.calprim": "name",
}  # fmt: skip
"""Columns that are the main identifier of a row, never of what the row is about."""


@pytest.mark.parametrize(("table", "name"), IDENTIFYING.items())
def test_the_main_identifier_is_the_rows_own(table: str, name: str) -> None:
    mains = [one.name for one in DECLARED.tables[table].columns if one.ucd == "meta.id;meta.main"]
    assert mains == [name]


def test_no_table_has_two_main_identifiers_or_positions() -> None:
    for table in DECLARED.tables.values():
        mains = [column.ucd for column in table.columns if column.ucd.endswith(";meta.main")]
        assert len(set(mains)) == len(mains), table.qualified


def test_diameters_in_a_band_say_so() -> None:
    """As VizieR's columns of II/346: `phys.angSize`, then the band that the magnitude has too."""
    ucds = {column.name: column.ucd for column in STAR.columns}
    for band in "BVJHKLMN":
        assert ucds[f"UDD{band}"] == ucds[f"{band}mag"].replace("phot.mag", "phys.angSize")
    assert (ucds["UDDR"], ucds["UDDI"]) == ("phys.angSize;em.opt.R", "phys.angSize;em.opt.I")
    assert ucds["LDD"] == "phys.angSize"


def test_every_column_is_described() -> None:
    for table, column in columns():
        assert column.description, f"{table.qualified}.{column.name}"
        assert not column.description.endswith(".")


@pytest.mark.parametrize("table", EVERY)
def test_names_are_unique(table: Table) -> None:
    for names in (
        [c.sql for c in table.columns],
        [c.graphql for c in table.columns],
        [c.remote_name for c in table.columns],
    ):
        assert len(set(names)) == len(names)
    assert not {column.graphql for column in table.columns} & DECLARED.links_of(table).keys()


def test_tables_have_the_promised_names() -> None:
    promised = {
        "obsportal": {
            "exposure",
            "observation",
            "target",
            "program",
            "instrument",
            "instrument_mode",
            "interferometer",
            "header",
        },
        "oidb": {"granule", "collection", "datalink"},
        "jsdc": {"star", "identifier", "badcal"},
        "spica": {"target", "program", "target_program", "followup", "calprim"},
    }
    for source, names in promised.items():
        assert names <= {table.name for table in SOURCES[source].tables}


def test_positions_are_said() -> None:
    placed = {name for name, table in DECLARED.tables.items() if table.position}
    assert placed == {
        "obsportal.exposure",
        "obsportal.target",
        "oidb.granule",
        "jsdc.star",
        "jsdc.badcal",
        "spica.target",
        "spica.calprim",
        "ivoa.obscore",
        "ivoa.obsplan",
    }


@pytest.mark.parametrize("table", EVERY)
def test_links_join_columns_of_one_type(table: Table) -> None:
    for link in DECLARED.links_of(table).values():
        assert link.from_column in table.columns
        assert link.to_column in link.target.columns
        ends = (
            (link.bridge.near, link.bridge.far)
            if isinstance(link.bridge, Through)
            else (link.to_column, link.from_column)
        )
        types = [column.type.sql for column in (link.from_column, ends[0], ends[1], link.to_column)]
        assert types == [types[0], types[0], types[3], types[3]] or (link.converts and set(types) == {"text", "bigint"})
        assert link.many or link.to_column is link.target.key
        assert link.description


@pytest.mark.parametrize("table", FOREIGN)
async def test_declared_columns_are_those_of_the_source(table: Table, federation: Federation) -> None:
    connection = await connect(federation.sources[table.source])
    try:
        found = {name: SAME.get(kind, kind) for name, kind in await connection.fetch(COLUMNS, table.remote)}
    finally:
        await connection.close()
    computed = {column.remote_name for column in table.columns if column.computed}  # OiDB has one, empty
    found = {name: kind for name, kind in found.items() if name not in computed}
    assert {column.remote_name: column.type.sql for column in table.stored} == found


@pytest.mark.parametrize("table", EVERY)
async def test_foreign_columns_are_those_declared(table: Table, federation: Federation) -> None:
    connection = await connect(federation.owner)
    try:
        found = dict(await connection.fetch(COLUMNS, table.qualified))
    finally:
        await connection.close()
    declared = table.shared if table.branches else table.stored  # a union has all that its branches share
    assert {column.sql: column.type.sql for column in declared} == found


def test_the_obs_portal_has_its_29_columns_first() -> None:
    assert EXPOSURE.columns[:29] == WIRE
    assert len(WIRE) == 29


def test_jsdc_has_its_published_columns_in_their_order() -> None:
    published = [
        "Name",
        "RAJ2000",
        "e_RAJ2000",
        "DEJ2000",
        "e_DEJ2000",
        "pmRA",
        "e_pmRA",
        "pmDEC",
        "e_pmDEC",
        "plx",
        "e_plx",
        "Bmag",
        "e_Bmag",
        "f_Bmag",
        "Vmag",
        "e_Vmag",
        "f_Vmag",
        "Gmag",
        "e_Gmag",
        "BPmag",
        "e_BPmag",
        "RPmag",
        "e_RPmag",
        "Jmag",
        "e_Jmag",
        "f_Jmag",
        "Hmag",
        "e_Hmag",
        "f_Hmag",
        "Kmag",
        "e_Kmag",
        "f_Kmag",
        "Lmag",
        "e_Lmag",
        "f_Lmag",
        "Mmag",
        "e_Mmag",
        "f_Mmag",
        "Nmag",
        "e_Nmag",
        "f_Nmag",
        "LDD",
        "e_LDD",
        "LDD_chi2",
        "UDDB",
        "UDDV",
        "UDDR",
        "UDDI",
        "UDDJ",
        "UDDH",
        "UDDK",
        "UDDL",
        "UDDM",
        "UDDN",
        "MainId_SIMBAD",
        "SpType_SIMBAD",
        "ObjTypes_SIMBAD",
        "SpType_JMMC",
        "CalFlag",
        "IRFlag",
    ]
    assert [column.name for column in STAR.columns if column.name in published] == published


def test_enumerations_are_whole() -> None:
    assert list(ORIGIN.members) == list(range(30))
    assert list(CONFIDENCE.members) == list(range(4))
    for enumeration in (ORIGIN, CONFIDENCE):
        names = [name for name, _ in enumeration.members.values()]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("exp_mjd_start", "expMjdStart"),
        ("MainId_SIMBAD", "mainIdSimbad"),
        ("LDD_chi2", "lddChi2"),
        ("UDDB", "uddb"),
        ("IRFlag", "irFlag"),
    ],
)
def test_graphql_spelling(name: str, field: str) -> None:
    assert field_name(name) == field
