"""The Obs Portal: observation logs of VLTI and CHARA.

Columns, order, units and UCDs are those of its VOTable (`search.votable`, 29 fields, January 2022), except where a
UCD or unit there is not in the controlled vocabularies, and that the main identifier of an exposure is its own, not its
target's name; the layers header → exposure → observation are its own.
"""

from dataclasses import replace

from schema import origins, radio
from schema.column import TARGET_NAME_UTYPE, Column, ColumnSql
from schema.example_cones import FOMALHAUT
from schema.table import Link, Source, Table, Version
from schema.types import ASCII, DOUBLE, INSTANT, INT, JSON, TEXT
from schema.vocabularies import OBSERVATION_TYPE

EXP_ID = Column(
    "exp_id",
    ASCII,
    "Exposure: its header's identifier, then `_` and a number",
    ucd="meta.id;meta.main",
    key=True,
    principal=True,
    indexed=True,
)
EXP_HEADER_ID = Column(
    "exp_header_id", ASCII, "FITS header that describes the exposure", ucd="meta.id", key=True, indexed=True
)
OBS_ID = Column(
    "obs_id", INT, "Observation that the exposure belongs to", ucd="meta.id", key=True, principal=True, indexed=True
)
OBS_PROGRAM = Column(
    "obs_program", TEXT, "Programme of the observatory", ucd="meta.id", key=True, principal=True, indexed=True
)
INTERFEROMETER_NAME = Column(
    "interferometer_name", ASCII, "Interferometer", ucd="meta.id;instr.obsty", key=True, principal=True, indexed=True
)
INSTRUMENT_NAME = Column(
    "instrument_name", ASCII, "Instrument", ucd="meta.id;instr", key=True, principal=True, indexed=True
)
INSTRUMENT_MODE_ID = Column(
    "instrument_mode_id",
    INT,
    "Instrument mode: the number that `instrument_mode=` of search.votable takes",
    ucd="meta.id;instr",
    key=True,
    indexed=True,
)
TARGET_ID = Column(
    "target_id", INT, "Target, as the Obs Portal numbers them", ucd="meta.id;src", key=True, indexed=True
)

PROJECTED_BASELINES = Column(
    "exp_projected_baselines",
    JSON,
    "Projected length (m) and position angle (deg) of each baseline at start and end of the exposure",
    ucd="instr.baseline",
    principal=True,
    deprecated="Ask projectedBaselines, which has types",
)
EXPOSURE_OWN = (
    EXP_ID,
    EXP_HEADER_ID,
    Column(
        "exp_mjd_start",
        DOUBLE,
        "Start of the exposure (MJD, UTC)",
        "d",
        "time.start;obs.exposure",
        principal=True,
        indexed=True,
        instant="expStart",
    ),
    Column(
        "exp_mjd_end",
        DOUBLE,
        "End of the exposure (MJD, UTC)",
        "d",
        "time.end;obs.exposure",
        principal=True,
        instant="expEnd",
    ),
    PROJECTED_BASELINES,
    Column("exp_validation_level", INT, "0: not valid, 1: valid", ucd="meta.code.qual"),
    Column("exp_validation_log", JSON, "What validation found missing or wrong in the header, a list", ucd="meta.note"),
    Column(
        "exp_tau0", DOUBLE, "Coherence time of the atmosphere, mean of start and end", "s", "time.scale", principal=True
    ),
    Column(
        "exp_temperature",
        DOUBLE,
        "Ambient temperature, in °C, which VOUnits cannot say",
        ucd="phys.temperature;obs.atmos",
        principal=True,
    ),
    Column(
        "exp_seeing", DOUBLE, "Seeing (FWHM), mean of start and end", "arcsec", "instr.obsty.seeing", principal=True
    ),
    Column("exp_date_updated", INSTANT, "Last change of the record", ucd="time.processing", indexed=True),
    Column("exp_date_release", INSTANT, "When the data become public", ucd="time.release;obs"),
)
OBSERVATION_OWN = (
    OBS_ID,
    Column(
        "obs_type",
        ASCII,
        "`science` or `calibrator`",
        ucd="meta.code.class",
        principal=True,
        vocabulary=OBSERVATION_TYPE,
    ),
)
PROGRAM_OWN = (
    OBS_PROGRAM,
    Column("obs_program_title", TEXT, "Title of the programme", ucd="meta.title"),
    Column(
        "obs_program_pi_coi", TEXT, "Principal and co-investigators, separated by `/`", ucd="meta.curation;obs.observer"
    ),
)
STATIONS = Column(
    "interferometer_stations", ASCII, "Stations in use, separated by blanks", ucd="meta.id;instr", principal=True
)
INSTRUMENT_SUBMODE = Column(
    "instrument_submode", ASCII, "Submode, for some instruments", ucd="meta.id;instr.setup", principal=True
)
MODE_OWN = (
    Column("instrument_mode", ASCII, "Instrument mode", ucd="meta.id;instr.setup", principal=True),
    Column("instrument_em_min", DOUBLE, "Shortest wavelength of the mode", "m", "em.wl;stat.min"),
    Column("instrument_em_max", DOUBLE, "Longest wavelength of the mode", "m", "em.wl;stat.max"),
    Column("instrument_em_res_power", DOUBLE, "Spectral resolution λ/Δλ of the mode", ucd="spect.resolution"),
)
TARGET_NAME = Column(
    "target_name",
    TEXT,
    "Name that the observers gave the target",
    ucd="meta.id;src",
    utype=TARGET_NAME_UTYPE,
    principal=True,
    indexed=True,
)
TARGET_PLACE = (
    Column("target_ra", DOUBLE, "Right ascension (ICRS)", "deg", "pos.eq.ra;meta.main", principal=True),
    Column("target_dec", DOUBLE, "Declination (ICRS)", "deg", "pos.eq.dec;meta.main", principal=True),
)
WIRE = (
    *EXPOSURE_OWN,
    *OBSERVATION_OWN,
    *PROGRAM_OWN,
    INTERFEROMETER_NAME,
    STATIONS,
    INSTRUMENT_NAME,
    MODE_OWN[0],
    INSTRUMENT_SUBMODE,
    *MODE_OWN[1:],
    TARGET_ID,
    TARGET_NAME,
    *TARGET_PLACE,
)
"""The 29 columns of the Obs Portal's VOTable, in its order."""
COVERAGE = (
    replace(radio.UV_MIN, description="Shortest projected baseline", principal=False),
    replace(radio.UV_MAX, description="Longest projected baseline", indexed=True),
    replace(radio.UV_ECC, description="Eccentricity of what its projected baselines cover of the uv plane"),
    replace(radio.TELESCOPES, description="Telescopes in use"),
)
"""What its source computes of its projected baselines and its stations; of no logs that have none."""

INTERFEROMETER = Table(
    "obsportal",
    "interferometer",
    "portal.interferometer",
    "Interferometer",
    "interferometers",
    "An interferometer",
    (
        INTERFEROMETER_NAME,
        Column("interferometer_title", TEXT, "Name in full, and its site", ucd="meta.title;instr.obsty"),
    ),
)
INSTRUMENT = Table(
    "obsportal",
    "instrument",
    "portal.instrument",
    "Instrument",
    "instruments",
    "An instrument of an interferometer",
    (INSTRUMENT_NAME, INTERFEROMETER_NAME),
)
INSTRUMENT_MODE = Table(
    "obsportal",
    "instrument_mode",
    "portal.instrument_mode",
    "InstrumentMode",
    "instrumentModes",
    "A mode of an instrument, with its spectral coverage",
    (INSTRUMENT_MODE_ID, INSTRUMENT_NAME, *MODE_OWN),
)
PROGRAM = Table(
    "obsportal", "program", "portal.program", "Program", "programs", "A programme of the observatory", PROGRAM_OWN
)
TARGET = Table(
    "obsportal",
    "target",
    "portal.target",
    "Target",
    "targets",
    "A target as observers named and placed it, which is not always where the star is",
    (TARGET_ID, replace(TARGET_NAME, ucd="meta.id;meta.main"), *TARGET_PLACE),
    rows=35_000,
    test_cone=FOMALHAUT,
)
OBSERVATION = Table(
    "obsportal",
    "observation",
    "portal.observation",
    "Observation",
    "observations",
    "Exposures of one target in one set-up, taken in one go",
    (*OBSERVATION_OWN, OBS_PROGRAM, INSTRUMENT_MODE_ID, INSTRUMENT_SUBMODE, STATIONS, TARGET_ID),
    rows=47_000,
)
HEADER = Table(
    "obsportal",
    "header",
    "portal.header",
    "Header",
    "headers",
    "A FITS header harvested from an observatory's archive",
    (
        EXP_HEADER_ID,
        Column(
            "header_date_updated",
            INSTANT,
            "Last change of the header in its archive",
            ucd="time.processing",
            indexed=True,
        ),
        Column("header_category", ASCII, "Category of the file, from ESO DPR CATG", ucd="meta.code.class"),
        Column("header_keywords", JSON, "Keywords of the header that the Obs Portal reads", ucd="meta.note"),
    ),
    rows=342_000,
)
EXPOSURE = Table(
    "obsportal",
    "exposure",
    "portal.exposure_log",
    "Exposure",
    "exposures",
    "An exposure with its observation, programme, instrument, weather and target: the Obs Portal's log",
    (*WIRE, INSTRUMENT_MODE_ID, *COVERAGE),
    view=True,
    rows=342_000,
    test_cone=FOMALHAUT,
)
STATISTIC = Table(
    "obsportal",
    "statistic",
    "portal.statistic",
    "ImportStatistic",
    "importStatistics",
    "A figure that the Obs Portal computed at the end of an import",
    (
        Column("statistic_key", TEXT, "What is counted", ucd="meta.id", key=True),
        Column("statistic_value", TEXT, "The figure", ucd="meta.number"),
        Column("statistic_computed_at", INSTANT, "When it was computed", ucd="time.processing"),
    ),
)
TAG = Table(
    "obsportal",
    "tag",
    "portal.tag",
    "Tag",
    "tags",
    "A mark of the database: its version, start and end of the last import",
    (
        Column("tag_name", ASCII, "Mark", ucd="meta.id", key=True),
        Column("tag_value", TEXT, "Its value", ucd="meta.note"),
    ),
)

LAST_CHANGE = Version(EXPOSURE, EXPOSURE.by_field["expDateUpdated"])
TAGS = Version(TAG)

RELEASED = ColumnSql("timezone('00:00'::interval, {})", (EXPOSURE.by_field["expDateRelease"],))
"""When the data of an exposure become public (UTC, without a zone, as ObsCore has it)."""
SOURCE = Source(
    "obsportal",
    "Obs Portal",
    "Observation logs of VLTI and CHARA",
    (EXPOSURE, OBSERVATION, TARGET, PROGRAM, INSTRUMENT, INSTRUMENT_MODE, INTERFEROMETER, HEADER, STATISTIC, TAG),
    (
        Link("observation", EXPOSURE, OBSERVATION, OBS_ID, OBS_ID, description="The observation it belongs to"),
        Link("target", EXPOSURE, TARGET, TARGET_ID, TARGET_ID, description="What was observed"),
        Link("program", EXPOSURE, PROGRAM, OBS_PROGRAM, OBS_PROGRAM, description="The programme it was taken for"),
        Link("header", EXPOSURE, HEADER, EXP_HEADER_ID, EXP_HEADER_ID, description="The FITS header it comes from"),
        Link(
            "mode", EXPOSURE, INSTRUMENT_MODE, INSTRUMENT_MODE_ID, INSTRUMENT_MODE_ID, description="The instrument mode"
        ),
        Link("exposures", OBSERVATION, EXPOSURE, OBS_ID, OBS_ID, many=True, description="Its exposures"),
        Link("target", OBSERVATION, TARGET, TARGET_ID, TARGET_ID, description="What was observed"),
        Link("program", OBSERVATION, PROGRAM, OBS_PROGRAM, OBS_PROGRAM, description="The programme it was taken for"),
        Link(
            "mode",
            OBSERVATION,
            INSTRUMENT_MODE,
            INSTRUMENT_MODE_ID,
            INSTRUMENT_MODE_ID,
            description="The instrument mode",
        ),
        Link("observations", TARGET, OBSERVATION, TARGET_ID, TARGET_ID, many=True, description="Its observations"),
        Link("exposures", TARGET, EXPOSURE, TARGET_ID, TARGET_ID, many=True, description="Its exposures"),
        Link("observations", PROGRAM, OBSERVATION, OBS_PROGRAM, OBS_PROGRAM, many=True, description="Its observations"),
        Link(
            "exposures", HEADER, EXPOSURE, EXP_HEADER_ID, EXP_HEADER_ID, many=True, description="Exposures it describes"
        ),
        Link(
            "observations",
            INSTRUMENT_MODE,
            OBSERVATION,
            INSTRUMENT_MODE_ID,
            INSTRUMENT_MODE_ID,
            many=True,
            dense=True,
            description="Observations made in it",
        ),
        Link("instrument", INSTRUMENT_MODE, INSTRUMENT, INSTRUMENT_NAME, INSTRUMENT_NAME, description="The instrument"),
        Link(
            "modes", INSTRUMENT, INSTRUMENT_MODE, INSTRUMENT_NAME, INSTRUMENT_NAME, many=True, description="Its modes"
        ),
        Link(
            "interferometer",
            INSTRUMENT,
            INTERFEROMETER,
            INTERFEROMETER_NAME,
            INTERFEROMETER_NAME,
            description="The interferometer it is at",
        ),
        Link(
            "instruments",
            INTERFEROMETER,
            INSTRUMENT,
            INTERFEROMETER_NAME,
            INTERFEROMETER_NAME,
            many=True,
            description="Its instruments",
        ),
    ),
    (LAST_CHANGE, Version(HEADER, HEADER.by_field["headerDateUpdated"]), TAGS),
    origin=origins.OBSPORTAL,
    openings=((EXPOSURE, RELEASED),),
)
