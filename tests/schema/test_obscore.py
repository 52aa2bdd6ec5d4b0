"""ObsCore as the standard has it: REC-ObsCore-v1.1, tables of TAP_SCHEMA.columns in appendix C, and constraints of section 4."""

import re

import pytest

from hub.rows import connect
from oifits.names import instrument_name as oifits_name
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.obscore import MANDATORY, OPTIONAL

pytestmark = pytest.mark.spatial

TYPES = {
    "adql:VARCHAR": "char", "adql:CLOB": "char", "adql:REGION": "char", "adql:TIMESTAMP": "char", "adql:INTEGER": "int",
    "adql:BIGINT": "long", "adql:DOUBLE": "double",
}  # fmt: skip
STANDARD = """
dataproduct_type   adql:VARCHAR -      ObsDataset.dataProductType                       meta.code.class
calib_level        adql:INTEGER -      ObsDataset.calibLevel                            meta.code;obs.calib
obs_collection     adql:VARCHAR -      DataID.collection                                meta.id
obs_id             adql:VARCHAR -      DataID.observationID                             meta.id
obs_publisher_did  adql:VARCHAR -      Curation.publisherDID                            meta.ref.ivoid
access_url         adql:CLOB    -      Access.reference                                 meta.ref.url
access_format      adql:VARCHAR -      Access.format                                    meta.code.mime
access_estsize     adql:BIGINT  kbyte  Access.size                                      phys.size;meta.file
target_name        adql:VARCHAR -      Target.name                                      meta.id;src
s_ra               adql:DOUBLE  deg    Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C1 pos.eq.ra
s_dec              adql:DOUBLE  deg    Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C2 pos.eq.dec
s_fov              adql:DOUBLE  deg    Char.SpatialAxis.Coverage.Bounds.Extent.diameter phys.angSize;instr.fov
s_region           adql:REGION  -      Char.SpatialAxis.Coverage.Support.Area           pos.outline;obs.field
s_resolution       adql:DOUBLE  arcsec Char.SpatialAxis.Resolution.Refval.value         pos.angResolution
s_xel1             adql:BIGINT  -      Char.SpatialAxis.numBins1                        meta.number
s_xel2             adql:BIGINT  -      Char.SpatialAxis.numBins2                        meta.number
t_min              adql:DOUBLE  d      Char.TimeAxis.Coverage.Bounds.Limits.StartTime   time.start;obs.exposure
t_max              adql:DOUBLE  d      Char.TimeAxis.Coverage.Bounds.Limits.StopTime    time.end;obs.exposure
t_exptime          adql:DOUBLE  s      Char.TimeAxis.Coverage.Support.Extent            time.duration;obs.exposure
t_resolution       adql:DOUBLE  s      Char.TimeAxis.Resolution.Refval.value            time.resolution
t_xel              adql:BIGINT  -      Char.TimeAxis.numBins                            meta.number
em_min             adql:DOUBLE  m      Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit em.wl;stat.min
em_max             adql:DOUBLE  m      Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit em.wl;stat.max
em_res_power       adql:DOUBLE  -      Char.SpectralAxis.Resolution.ResolPower.refVal   spect.resolution
em_xel             adql:BIGINT  -      Char.SpectralAxis.numBins                        meta.number
o_ucd              adql:VARCHAR -      Char.ObservableAxis.ucd                          meta.ucd
pol_states         adql:VARCHAR -      Char.PolarizationAxis.stateList                  meta.code;phys.polarization
pol_xel            adql:BIGINT  -      Char.PolarizationAxis.numBins                    meta.number
facility_name      adql:VARCHAR -      Provenance.ObsConfig.Facility.name               meta.id;instr.tel
instrument_name    adql:VARCHAR -      Provenance.ObsConfig.Instrument.name             meta.id;instr
"""
ALLOWED = """
dataproduct_subtype adql:VARCHAR - ObsDataset.dataProductSubtype meta.code.class
obs_creator_name adql:VARCHAR - DataID.creator meta.id
obs_release_date adql:TIMESTAMP - Curation.releaseDate time.release
data_rights adql:VARCHAR - Curation.rights meta.code
bib_reference adql:VARCHAR - Curation.reference meta.bib.bibcode
proposal_id adql:VARCHAR - Provenance.Proposal.identifier meta.id;obs.proposal
"""


@pytest.mark.parametrize(
    ("text", "columns"), [(STANDARD, MANDATORY), (ALLOWED, OPTIONAL)], ids=["mandatory", "optional"]
)
def test_columns_are_those_of_the_standard(text: str, columns: tuple[object, ...]) -> None:
    wanted = [line.split() for line in text.split("\n") if line]
    ours = {column.name: column for column in DECLARED.tables["ivoa.obscore"].columns if column in columns}
    assert [name for name in ours if ours[name].utype] == [name for name, *_ in wanted]
    for name, kind, unit, utype, ucd in wanted:
        column = ours[name]
        assert column.type.datatype in (TYPES[kind], "unicodeChar" if TYPES[kind] == "char" else "")
        assert (column.unit, column.utype, column.ucd) == (unit.removeprefix("-"), f"obscore:{utype}", ucd)
    assert all(column.name.islower() for column in ours.values())


async def test_values_are_those_that_the_standard_allows(federation: Federation) -> None:
    connection = await connect(federation.owner)
    try:
        rows = [dict(row) for row in await connection.fetch("SELECT * FROM ivoa.obscore_repeated")]
    finally:
        await connection.close()
    assert {row["source"] for row in rows} == {"oidb", "obsportal", "spica"}
    assert len({row["obs_publisher_did"] for row in rows}) == len(rows)
    for row in rows:
        assert None not in [row[name] for name in ("calib_level", "obs_collection", "obs_id", "obs_publisher_did")], row
        assert re.fullmatch(r"ivo://[\w.]+/\w+\?[!-~]+", row["obs_publisher_did"])
        assert row["dataproduct_type"] == "visibility"
        assert row["calib_level"] in range(4)
        assert row["data_rights"] in ("public", "secure", "proprietary")
        assert row["access_url"] is None or row["access_url"].startswith("http")
        assert (row["calib_level"] == 0) == (row["access_format"] == "text/html")
        if row["access_format"] == "application/fits":
            assert "/blob/" not in row["access_url"]  # a viewer's page
        if row["t_exptime"] is not None and row["t_max"] is not None:
            assert row["t_exptime"] <= (row["t_max"] - row["t_min"]) * 86_400 + 0.001
        assert row["pol_xel"] == (2 if row["pol_states"] else 0)
        assert row["em_xel"] is None or row["em_xel"] > 0
        assert row["em_min"] is None or 1e-7 < row["em_min"] <= row["em_max"] < 2e-5
        assert row["t_min"] is None or 50_000 < row["t_min"] < 70_000


async def test_an_exposure_longer_than_the_observation_is_not_told(federation: Federation) -> None:
    """A real OiDB has sums over the rows and channels of OIFITS files: here a granule of ten minutes has an hour."""
    oidb, hub = await connect(federation.sources["oidb"]), await connect(federation.owner)
    values = "SELECT t_min, t_max, t_exptime FROM public.oidb WHERE id = 2000001"
    mark = "UPDATE public.oidb SET t_max = t_min + 10 / 1440.0, t_exptime = $1 WHERE id = 2000001"
    _, end, exposure = await oidb.fetchrow(values)
    try:
        for seconds, shown in ((3600.0, None), (599.0, 599.0), (600.0, 600.0)):
            await oidb.execute(mark, seconds)
            row = await hub.fetchrow(
                "SELECT t_exptime FROM ivoa.obscore WHERE obs_publisher_did LIKE '%oidb?000002000001'"
            )
            assert row["t_exptime"] == shown
    finally:
        await oidb.execute("UPDATE public.oidb SET t_max = $1, t_exptime = $2 WHERE id = 2000001", end, exposure)
        await oidb.close()
        await hub.close()


async def test_an_area_is_in_words(federation: Federation) -> None:
    oidb, hub = await connect(federation.sources["oidb"]), await connect(federation.owner)
    mark = (
        "UPDATE public.oidb SET s_fov = $1, pol_states = $2 WHERE id = (SELECT min(id) FROM public.oidb WHERE s_ra > 0)"
    )
    try:
        await oidb.execute(mark, 0.5, "/I/Q/")
        rows = await hub.fetch("SELECT s_ra, s_dec, s_region, pol_xel FROM ivoa.obscore WHERE s_fov = 0.5")
    finally:
        await oidb.execute(mark, None, None)
        await oidb.close()
        await hub.close()
    [(ra, dec, region, states)] = rows
    assert region == f"CIRCLE ICRS {ra!r} {dec!r} 0.25"
    assert states == 2


async def test_instruments_have_the_names_that_people_know(federation: Federation) -> None:
    """As `oifits` names them; the raw name stands beside each."""
    connection = await connect(federation.owner)
    try:
        rows = await connection.fetch("SELECT DISTINCT ins_name, instrument_name, source FROM ivoa.obscore_repeated")
    finally:
        await connection.close()
    raw = {row["ins_name"] for row in rows if row["source"] == "oidb"}
    assert {row["instrument_name"] for row in rows} >= {"GRAVITY", "PIONIER", "MATISSE", "MIRC-X", "AMBER", "SPICA"}
    assert len([name for name in raw if name.startswith("PIONIER")]) > 3
    for row in rows:
        assert row["instrument_name"] == (oifits_name("", row["ins_name"]) or row["ins_name"])
