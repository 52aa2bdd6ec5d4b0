"""What OIFITS files have, as the hub has read them: a row for each target, INSNAME and night of a file.

Only files that are open to everybody are in it: of one under embargo no door tells more than its granules do. What is
known of the others, and how a file was when it was read, is in tables of the same schema that no door knows
(`sql/hub/oifits_work.sql`). The columns are those of `oifits.granule.Granule`, whose definitions they have.

It is joined to ObsCore where it is wanted, and no column of `ivoa.obs_radio` comes of it: measured in the hub on a busy
machine (December 2026, medians of seven) with 260 000 granules, 100 000 of them indexed, a LEFT JOIN in the view made
17.7 ms of the latest 50 rows 63, 16.0 ms of a condition on uv_distance_max that few rows meet 2 468, and 255 ms of a
count 5 090, as nothing but whole tables is shipped then. By this table alone such a condition takes 9.6 ms, with its
granules 53.
"""

from schema import oidb
from schema.column import TARGET_NAME_UTYPE, Column
from schema.radio import UV_ECC, UV_FILL, UV_MAX, UV_MIN
from schema.table import Link, Source, Table, Through
from schema.types import ASCII, DOUBLE, INT, LONG, TEXT

NAME = "oifits"
PRIVATE = ("file", "part")
"""Tables of the schema that only who fills them may read."""
PART_ID = Column(
    "part_id", TEXT, "File, target, INSNAME and night, joined by `#`", ucd="meta.id;meta.main", key=True,
)  # fmt: skip
GRANULE = Column(
    "granule_id", LONG, "Granule of OiDB that has the same rows; empty where none has just these, as where OiDB ends "
    "a night of CHARA at 4 h in the morning", ucd="meta.id", indexed=True,
)  # fmt: skip
DID = Column(
    "obs_publisher_did", ASCII, "Identifier of that granule, as in ivoa.obscore", ucd="meta.ref.ivoid",
    utype="obscore:Curation.PublisherDID", indexed=True,
)  # fmt: skip
ACCESS_URL = Column("access_url", ASCII, "Where the file is", ucd="meta.ref.url", utype="obscore:Access.reference",
                    required=True, principal=True, indexed=True)  # fmt: skip
MEASURED = (
    Column("target_name", TEXT, "Name of the target in the file", ucd="meta.id;src", utype=TARGET_NAME_UTYPE,
           required=True, principal=True, indexed=True),
    Column("category", TEXT, "`SCI` or `CAL`; empty where the file does not say, as those of OIFITS 1",
           ucd="meta.code.class"),
    Column("target_ra", DOUBLE, "Right ascension of the target in the file, put right where that is in hours", "deg",
           "pos.eq.ra;meta.file"),
    Column("target_dec", DOUBLE, "Declination of the target in the file", "deg", "pos.eq.dec;meta.file"),
    Column("facility_name", TEXT, "Interferometer", ucd="meta.id;instr.tel", principal=True),
    Column("instrument_name", TEXT, "Instrument, by the name that people know it by", ucd="meta.id;instr",
           principal=True),
    Column("arrname", TEXT, "ARRNAME of the file", ucd="meta.id;instr.tel"),
    Column("ins_name", TEXT, "INSNAME of the file", ucd="meta.id;instr", required=True, principal=True),
    Column("evening", INT, "MJD of the evening, by the longitude of the array", "d", "time.epoch", required=True,
           principal=True, indexed=True),
    Column("t_min", DOUBLE, "Beginning of the first exposure (MJD, UTC)", "d", "time.start;obs.exposure",
           required=True, principal=True, instant="tMinAt"),
    Column("t_max", DOUBLE, "End of the last exposure (MJD, UTC)", "d", "time.end;obs.exposure", required=True,
           principal=True, instant="tMaxAt"),
    Column("t_middle_min", DOUBLE, "Middle of the first exposure (MJD, UTC), which is t_min of OiDB", "d",
           "time.epoch;stat.min", required=True),
    Column("t_middle_max", DOUBLE, "Middle of the last exposure (MJD, UTC), which is t_max of OiDB", "d",
           "time.epoch;stat.max", required=True),
    Column("t_exptime", DOUBLE, "Exposure time: union of the intervals of good rows; empty where INT_TIME cannot be",
           "s", "time.duration;obs.exposure", principal=True),
    Column("em_min", DOUBLE, "Shortest wavelength, with half the band of its channel", "m", "em.wl;stat.min",
           principal=True),
    Column("em_max", DOUBLE, "Longest wavelength, with half the band of its channel", "m", "em.wl;stat.max",
           principal=True),
    Column("em_res_power", DOUBLE, "Mean of EFF_WAVE / EFF_BAND; of GRAVITY EFF_BAND is that of a channel",
           ucd="spect.resolution"),
    Column("nb_channels", INT, "Spectral channels", ucd="meta.number;em", required=True),
    Column("nb_vis", INT, "Complex visibilities (rows of OI_VIS)", ucd="meta.number", required=True),
    Column("nb_vis2", INT, "Squared visibilities (rows of OI_VIS2)", ucd="meta.number", required=True),
    Column("nb_t3", INT, "Triple products (rows of OI_T3)", ucd="meta.number", required=True),
    Column("nb_flux", INT, "Spectra (rows of OI_FLUX)", ucd="meta.number", required=True),
    Column("n_points", LONG, "Points of all kinds: rows by channels", ucd="meta.number", required=True),
    Column("n_good", LONG, "Points that are not flagged", ucd="meta.number", required=True,
           principal=True),
    Column("uv_distance_min", DOUBLE, "Shortest projected baseline with good points", "m", UV_MIN.ucd, UV_MIN.utype,
           principal=True),
    Column("uv_distance_max", DOUBLE, "Longest projected baseline with good points", "m", UV_MAX.ucd, UV_MAX.utype,
           principal=True, indexed=True),
    Column("uv_distribution_ecc", DOUBLE, "Eccentricity of the different points in the uv plane", "", UV_ECC.ucd,
           UV_ECC.utype),
    Column("uv_distribution_fill", DOUBLE, "Different points in the uv plane for each of its 1000 × 1000 cells", "",
           UV_FILL.ucd, UV_FILL.utype),
    Column("stations", TEXT, "Stations in use, separated by blanks", ucd="meta.id;instr.tel", principal=True),
    Column("calib_level", INT, "1: uncalibrated, 2: calibrated, by ESO PRO CATG; empty where that says nothing",
           ucd="meta.code;obs.calib"),
)  # fmt: skip
"""What a file has of one target with one INSNAME in one night."""
DOUBTS = Column("doubts", TEXT, "What in the file cannot be so, a sentence each, separated by `; `",
                ucd="meta.note")  # fmt: skip
PART = Table(
    NAME, "granule", f"{NAME}.granule", "OifitsGranule", "oifitsGranules",
    "What a public OIFITS file has of one target with one INSNAME in one night, read from its tables",
    (PART_ID, GRANULE, DID, ACCESS_URL, *MEASURED, DOUBTS),
)  # fmt: skip
SOURCE = Source(
    NAME, "OIFITS files", "What the public files of OiDB have, as the gateway reads them", (PART,),
    (
        Link("oifits", oidb.GRANULE, PART, oidb.GRANULE_ID, PART_ID, description="What its file has, read from it",
             bridge=Through(PART, GRANULE, PART_ID)),
        Link("granule", PART, oidb.GRANULE, GRANULE, oidb.GRANULE_ID, description="The granule of OiDB"),
    ),
)  # fmt: skip
