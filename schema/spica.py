"""SPICA-DB: survey programmes of CHARA/SPICA, their targets, runs, calibrators and who may write.

No DDL is public. Names are those that the night scheduler (spica-nss `nss.py`) and the catalogue API (catalogs
`app.xql`) use; what the prototype export of 2021 has as one wide table is split into target and target-in-program. Run
statuses are a proposal, as are versions of rows, their states and the record of changes.
"""

from dataclasses import replace

from schema import origins
from schema.column import TARGET_NAME_UTYPE, Column, Writers
from schema.example_cones import VEGA
from schema.ownership import Ownership
from schema.publisher_did import target_did
from schema.spica_changes import CHANGE, CHANGE_ENTRY, CHANGE_RUN, CHANGE_TARGET
from schema.spica_columns import COMPLETION_RATE, PRIORITY_FINAL, PRIORITY_PI, QUALITY_LEVEL, activity, magnitude
from schema.table import Link, Readers, Source, Table, Version
from schema.types import ASCII, DOUBLE, FLOAT, INSTANT, INT, JSON, LONG, SHORT, TEXT
from schema.vocabularies import ROW_STATE, RUN_STATUS, SPICA_MODE

SPICADB_ID = Column(
    "spicadb_id",
    LONG,
    "Target of SPICA-DB: the OIFITS keyword SPICADB-ID and OiDB's proposal_subid",
    ucd="meta.id",
    key=True,
    principal=True,
    indexed=True,
)
PROGNAME = Column(
    "progname", ASCII, "Survey programme, S01 to S08", ucd="meta.id;obs.proposal", key=True, principal=True,
    indexed=True,
)  # fmt: skip
OWNERS, SERVICES = Writers.OWNERS, Writers.SERVICES
PINAME = Column(
    "piname",
    TEXT,
    "Principal investigator; several separated by `/`",
    ucd="meta.curation;obs.observer",
    principal=True,
    writers=OWNERS,
)
RANK = Column(
    "program_rank",
    SHORT,
    "1: the programme that owns the target, 2: one that shares it",
    ucd="meta.code",
    writers=OWNERS,
)
STATUS = Column(
    "run_status",
    ASCII,
    "planned, scheduled, observed, reduced, validated or rejected",
    ucd="meta.code.status",
    principal=True,
    required=True,
    indexed=True,
    writers=OWNERS,
    vocabulary=RUN_STATUS,
)
VALIDATED = "validated"
"""`STATUS` of a run that is counted for its target."""
VERSION = Column(
    "version",
    INT,
    "Number of changes of the row, and one: a write may say which it has seen",
    ucd="meta.version",
    required=True,
)
STATE = Column(
    "row_state",
    ASCII,
    "`active`, or `withdrawn`: nothing is ever deleted",
    ucd="meta.code.status",
    required=True,
    writers=OWNERS,
    vocabulary=ROW_STATE,
)
LASTMODS = Column(
    "lastmods", TEXT, "Changes as the catalogue API writes them, a JSON list, newest first", ucd="meta.note"
)


PROGRAM = Table(
    "spica",
    "program",
    "public.spica_program",
    "SpicaProgram",
    "spicaPrograms",
    "A survey programme",
    (
        PROGNAME,
        Column("program_title", TEXT, "Title", ucd="meta.title", principal=True),
        Column("work_package", ASCII, "Work package", ucd="meta.id"),
        PINAME,
        Column("program_kind", ASCII, "`large_program` or `proposal`", ucd="meta.code.class"),
        Column("nights", FLOAT, "Nights granted", "d", "time.duration;obs.proposal"),
    ),
)
TARGET = Table(
    "spica",
    "target",
    "public.spica",
    "SpicaTarget",
    "spicaTargets",
    "A star of the survey",
    (
        SPICADB_ID,
        Column(
            "target_main_id",
            TEXT,
            "Main identifier in SIMBAD",
            ucd="meta.id;meta.main",
            utype=TARGET_NAME_UTYPE,
            principal=True,
            indexed=True,
            writers=OWNERS,
        ),
        Column("hd", ASCII, "HD number", ucd="meta.id", writers=OWNERS),
        Column("gaia_id", ASCII, "Gaia identifier", ucd="meta.id", writers=OWNERS),
        Column("ra", DOUBLE, "Right ascension (ICRS)", "deg", "pos.eq.ra;meta.main", principal=True, writers=OWNERS),
        Column("dec", DOUBLE, "Declination (ICRS)", "deg", "pos.eq.dec;meta.main", principal=True, writers=OWNERS),
        Column("spt", ASCII, "Spectral type", ucd="src.spType", principal=True, writers=OWNERS),
        Column("plx", FLOAT, "Parallax", "mas", "pos.parallax.trig", writers=OWNERS),
        *(
            magnitude(band, ucd)
            for band, ucd in {
                "b": "em.opt.B",
                "v": "em.opt.V",
                "r": "em.opt.R",
                "g": "em.opt",
                "i": "em.opt.I",
                "j": "em.IR.J",
                "h": "em.IR.H",
                "k": "em.IR.K",
                "l": "em.IR.3-4um",
                "m": "em.IR.4-8um",
                "n": "em.IR.8-15um",
            }.items()
        ),
        Column(
            "ld_jsdc2",
            FLOAT,
            "Limb-darkened diameter of JSDC v2",
            "mas",
            "phys.angSize",
            principal=True,
            writers=OWNERS,
        ),
        Column("e_ld_jsdc2", FLOAT, "Error of ld_jsdc2", "mas", "stat.error;phys.angSize", writers=OWNERS),
        Column("model", JSON, "Model for ASPRO2", ucd="meta.code.class;meta.modelled", writers=OWNERS),
        activity("rot", "Fast rotation"),
        activity("bin", "Binarity"),
        activity("wind", "Wind"),
        activity("disk", "Disk"),
        PRIORITY_FINAL,
        COMPLETION_RATE,
        Column("qcs_flag", SHORT, "Flag of the quality control system", ucd="meta.code.qual", writers=SERVICES),
        Column("ob_refs", TEXT, "Observing blocks validated so far", ucd="meta.id", writers=SERVICES),
        LASTMODS,
        STATE,
        VERSION,
        Column(
            "obs_publisher_did",
            ASCII,
            "Identifier of the target: its links are found by it",
            ucd="meta.ref.ivoid",
            utype="obscore:Curation.publisherDID",
            computed=target_did(SPICADB_ID),
        ),
    ),
    rows=3_000,
    test_cone=VEGA,
)
TARGET_PROGRAM = Table(
    "spica",
    "target_program",
    "public.spica_target_program",
    "SpicaTargetProgram",
    "spicaTargetPrograms",
    "A target as one programme wants it",
    (
        Column("target_program_id", LONG, "Entry", ucd="meta.id", key=True, indexed=True),
        SPICADB_ID,
        PROGNAME,
        RANK,
        PINAME,
        PRIORITY_PI,
        Column(
            "spica_mode",
            ASCII,
            "DIA diameter, DLD diameter and limb darkening, IMA image, TMP monitoring, SPI spectro-imaging",
            ucd="meta.code.class;instr.setup",
            principal=True,
            writers=OWNERS,
            vocabulary=SPICA_MODE,
        ),
        Column("spica_setup", ASCII, "Set-up of SPICA", ucd="meta.id;instr.setup", writers=OWNERS),
        Column("chara_setup", ASCII, "Telescopes wanted", ucd="meta.id;instr.setup", writers=OWNERS),
        Column("quality_required", ASCII, "Quality wanted", ucd="meta.code.qual", writers=OWNERS),
        Column("nobs_required", INT, "Observations wanted", ucd="meta.number;obs", writers=OWNERS, bounds=(0, 10_000)),
        Column("comments", TEXT, "Remarks of the principal investigator", ucd="meta.note", writers=OWNERS),
        STATE,
        VERSION,
    ),
)
FOLLOWUP = Table(
    "spica",
    "followup",
    "public.spica_followup",
    "SpicaRun",
    "spicaRuns",
    "A run: what was planned for, done on and made of a target in one night",
    (
        Column(
            "tpl_start",
            INSTANT,
            "Start of the observing template",
            ucd="time.start;obs",
            key=True,
            principal=True,
            indexed=True,
        ),
        SPICADB_ID,
        PROGNAME,
        PINAME,
        STATUS,
        Column(
            "exp_ids",
            JSON,
            "Exposures of the Obs Portal, a list",
            ucd="meta.id",
            writers=OWNERS,
            deprecated="Ask exposures { nodes { expId } }",
        ),
        Column(
            "qcs_flag",
            SHORT,
            "Flag of the quality control system",
            ucd="meta.code.qual",
            principal=True,
            writers=SERVICES,
        ),
        QUALITY_LEVEL,
        Column("ob_ref", ASCII, "Observing block", ucd="meta.id", writers=OWNERS),
        Column(
            "granule_ids",
            JSON,
            "Granules of OiDB, a list",
            ucd="meta.id",
            writers=OWNERS,
            deprecated="Ask granules { nodes { granuleId } }",
        ),
        Column(
            "run_origin",
            ASCII,
            "`sample` for a run that the sample made up",
            ucd="meta.ref",
            required=True,
            writers=OWNERS,
        ),
        VERSION,
    ),
)
CALPRIM = Table(
    "spica",
    "calprim",
    "public.spica_calprim",
    "SpicaCalibrator",
    "spicaCalibrators",
    "A primary calibrator of the survey",
    (
        Column("calprim_id", LONG, "Calibrator", ucd="meta.id", remote="id", key=True, principal=True, indexed=True),
        Column("name", ASCII, "Star", ucd="meta.id;meta.main", utype=TARGET_NAME_UTYPE, principal=True, indexed=True),
        Column("ra", DOUBLE, "Right ascension (ICRS)", "deg", "pos.eq.ra;meta.main", principal=True),
        Column("dec", DOUBLE, "Declination (ICRS)", "deg", "pos.eq.dec;meta.main", principal=True),
        magnitude("v", "em.opt.V"),
        magnitude("h", "em.IR.H"),
        Column("ldd", FLOAT, "Limb-darkened diameter", "mas", "phys.angSize", principal=True),
        Column("e_ldd", FLOAT, "Error of ldd", "mas", "stat.error;phys.angSize"),
        PINAME,
    ),
    test_cone=VEGA,
)
ACCOUNT = Table(
    "spica",
    "account",
    "public.account",
    "SpicaAccount",
    "spicaAccounts",
    "Who an alias of a principal investigator is",
    (
        Column("alias", TEXT, "Alias, as piname spells it", ucd="meta.id", key=True),
        Column("login", ASCII, "Account that may write its rows", ucd="meta.id", required=True),
    ),
    readers=Readers.NOBODY,
)
DELEGATION = Table(
    "spica",
    "delegation",
    "public.delegation",
    "SpicaDelegation",
    "spicaDelegations",
    "A principal investigator who lets another write",
    (
        Column("delegation_id", LONG, "Entry", ucd="meta.id", key=True),
        PINAME,
        Column("coi_alias", TEXT, "Alias of who may write too", ucd="meta.id", required=True, writers=OWNERS),
        Column(
            "catalog",
            ASCII,
            "Catalogues whose names begin so; or a collection or programme (`progid`) of OiDB, whose files are seen",
            ucd="meta.id",
            required=True,
            writers=OWNERS,
        ),
        replace(STATE),
        replace(VERSION),
    ),
    readers=Readers.NOBODY,
)

SOURCE = Source(
    "spica",
    "SPICA-DB",
    "Survey programmes of CHARA/SPICA",
    (TARGET, PROGRAM, TARGET_PROGRAM, FOLLOWUP, CALPRIM, CHANGE, ACCOUNT, DELEGATION),
    (
        Link(
            "programs",
            TARGET,
            TARGET_PROGRAM,
            SPICADB_ID,
            SPICADB_ID,
            many=True,
            description="The programmes that want it",
        ),
        Link("runs", TARGET, FOLLOWUP, SPICADB_ID, SPICADB_ID, many=True, description="Its runs"),
        Link("targets", PROGRAM, TARGET_PROGRAM, PROGNAME, PROGNAME, many=True, description="The targets it wants"),
        Link("runs", PROGRAM, FOLLOWUP, PROGNAME, PROGNAME, many=True, description="Its runs"),
        Link("target", TARGET_PROGRAM, TARGET, SPICADB_ID, SPICADB_ID, description="The star"),
        Link("program", TARGET_PROGRAM, PROGRAM, PROGNAME, PROGNAME, description="The programme"),
        Link("target", FOLLOWUP, TARGET, SPICADB_ID, SPICADB_ID, description="The star"),
        Link("program", FOLLOWUP, PROGRAM, PROGNAME, PROGNAME, description="The programme"),
        *(
            Link("history", origin, CHANGE, origin.key, column, many=True, description=about)
            for origin, column, about in (
                (TARGET, CHANGE_TARGET, "Changes of it, of its place in programmes and of its runs"),
                (TARGET_PROGRAM, CHANGE_ENTRY, "Its changes"),
                (FOLLOWUP, CHANGE_RUN, "Its changes"),
            )
        ),
        *(
            Link(field, CHANGE, target, column, target.key, description=about)
            for field, target, column, about in (
                ("target", TARGET, CHANGE_TARGET, "The target that was changed, or is of what was, as it is now"),
                ("entry", TARGET_PROGRAM, CHANGE_ENTRY, "The target in a programme that was changed, as it is now"),
                ("run", FOLLOWUP, CHANGE_RUN, "The run that was changed, as it is now"),
            )
        ),
    ),
    (Version(FOLLOWUP, FOLLOWUP.key), Version(CHANGE, CHANGE.key)),
    owned=(
        Ownership(TARGET, PINAME, "spica", through=TARGET_PROGRAM),
        Ownership(
            TARGET_PROGRAM,
            PINAME,
            "spica",
            granted=(PROGRAM, (PROGNAME,)),
            shared=SPICADB_ID,
            once=(SPICADB_ID, RANK),
            counted=RANK,
        ),
        Ownership(
            FOLLOWUP,
            PINAME,
            "spica_followup",
            granted=(TARGET_PROGRAM, (SPICADB_ID, PROGNAME)),
            reserved=(STATUS, VALIDATED),
        ),
        Ownership(DELEGATION, PINAME, "delegation"),
    ),
    origin=origins.SPICA,
)
