"""A night of SPICA, which is computed and never stored: its rows, their intervals and limits, and where they lead."""

from dataclasses import replace

from schema.column import Column, Enumeration
from schema.jsdc import STAR, STAR_ID
from schema.spica import CALPRIM, PINAME, PROGNAME, SPICADB_ID, TARGET, TARGET_PROGRAM
from schema.spica_rules import FLAG
from schema.table import Link, Table
from schema.types import ASCII, BOOLEAN, DOUBLE, FLOAT, INSTANT, LONG, SHORT, TEXT

SOURCE = "spica"
OF_TARGET = (
    "spicadb_id", "target_main_id", "hd", "ra", "dec", "spt", "bmag", "vmag", "rmag", "gmag", "imag", "jmag", "hmag",
    "kmag", "lmag", "mmag", "nmag", "ld_jsdc2", "model", "completion_rate", "ob_refs",
)  # fmt: skip
OF_PROGRAM = ("priority_pi", "spica_mode", "comments")


def _columns(table: Table, names: tuple[str, ...]) -> tuple[Column, ...]:
    by_name = {column.name: column for column in table.columns}
    return tuple(by_name[name] for name in names)


TARGET_COLUMNS = _columns(TARGET, OF_TARGET)
PROGRAM_COLUMNS = (replace(PROGNAME, key=False), PINAME, *_columns(TARGET_PROGRAM, OF_PROGRAM))
"""Of the programme that owns the target, as the scheduler's flat table has them."""
SECOND_COLUMNS = (
    Column("progname2", ASCII, "The second programme that wants it", ucd="meta.id;obs.proposal"),
    Column("piname2", TEXT, "Principal investigator of the second programme", ucd="meta.curation;obs.observer"),
)
BEFORE = Column("calibrator_before_id", LONG, "Calibrator that transits before it", ucd="meta.id")
AFTER = Column("calibrator_after_id", LONG, "Calibrator that transits after it", ucd="meta.id")
SECONDARY_BEFORE = Column("secondary_before_id", LONG, "Star of JSDC that transits before it", ucd="meta.id")
SECONDARY_AFTER = Column("secondary_after_id", LONG, "Star of JSDC that transits after it", ucd="meta.id")
CALIBRATORS = (BEFORE, AFTER, SECONDARY_BEFORE, SECONDARY_AFTER)
COMPUTED = (
    Column("progress", SHORT, "The scheduler's flag", ucd="meta.code", enumeration=FLAG, required=True),
    Column("priority_final", SHORT, "Priority by the scheduler's rules, 1 first", ucd="meta.code", required=True),
    Column("observable", BOOLEAN, "Whether it can be observed that night", ucd="meta.code", required=True),
    Column("observable_hours", DOUBLE, "Time in which it can be observed", "h", "time.duration;obs"),
    Column("observable_start", INSTANT, "Begin of the first interval", ucd="time.start;obs"),
    Column("observable_end", INSTANT, "End of the last interval", ucd="time.end;obs"),
    Column("transit", INSTANT, "Transit nearest to the middle of the night", ucd="time.epoch"),
    Column("highest_altitude", FLOAT, "Highest altitude while it can be observed", "deg", "pos.az.alt;stat.max"),
    Column("moon_separation", FLOAT, "Least distance to the Moon meanwhile", "deg", "pos.angDistance;stat.min"),
    Column("moon_near", BOOLEAN, "Whether the Moon comes so near that tracking may suffer", ucd="meta.code"),
    Column("limited_by", ASCII, "What takes time of it away, in the order in which it is looked at", ucd="meta.code"),
    *CALIBRATORS,
)
NIGHT = Table(
    SOURCE,
    "night",
    "",
    "SpicaNightTarget",
    "spicaNightTargets",
    "A target of the survey, as one night has it",
    (*TARGET_COLUMNS, *PROGRAM_COLUMNS, *SECOND_COLUMNS, *COMPUTED),
)
INTERVAL = Table(
    SOURCE,
    "interval",
    "",
    "SpicaInterval",
    "spicaIntervals",
    "A time in which a target can be observed",
    (
        Column("interval_start", INSTANT, "Begin", ucd="time.start;obs", field="start"),
        Column("interval_end", INSTANT, "End", ucd="time.end;obs", field="end"),
        Column("hour_angle_start", DOUBLE, "Hour angle at the begin, from -12 to 12", "h", "pos.eq.ha"),
        Column("hour_angle_end", DOUBLE, "Hour angle at the end, from -12 to 12", "h", "pos.eq.ha"),
        Column("lst_start", DOUBLE, "Local apparent sidereal time at the begin, from 0 to 24", "h", "time.start"),
        Column("lst_end", DOUBLE, "Local apparent sidereal time at the end, from 0 to 24", "h", "time.end"),
    ),
)
LIMIT_NAMES = Enumeration(
    "SpicaLimit",
    "What keeps the array from a star at night",
    {
        0: ("ELEVATION", "It is lower, or higher, than telescopes may point"),
        1: ("DELAY_LINES", "The delay lines cannot make up for a baseline"),
        2: ("HORIZON", "Something is in the way of a telescope"),
        3: ("HOUR_ANGLE", "It is farther from the meridian than is wanted"),
        4: ("SAFE_ELEVATION", "It is higher than telescopes should point"),
        5: ("MOON", "The Moon is too near"),
    },
)
"""The names are those of `sky.limits.Limit`, in its order."""
LIMIT = Table(
    SOURCE,
    "limit",
    "",
    "SpicaTimeLimit",
    "spicaTimeLimits",
    "What takes away time in which a target could be observed",
    (
        Column("limit", SHORT, "What it is", ucd="meta.code", enumeration=LIMIT_NAMES, required=True, field="reason"),
        Column("hard", BOOLEAN, "Whether it cannot be overruled", ucd="meta.code", required=True),
        Column("lost", DOUBLE, "Time that it takes of what those before it leave", "h", "time.duration", field="hours"),
    ),
)
TWILIGHT = Table(
    SOURCE,
    "twilight",
    "",
    "SpicaTwilight",
    "spicaTwilights",
    "An altitude of the Sun, and when the Sun is there",
    (
        Column("sun_altitude", DOUBLE, "Altitude of the Sun's centre, without refraction", "deg", "pos.az.alt"),
        Column("evening", INSTANT, "Instant in the evening", ucd="time.start"),
        Column("morning", INSTANT, "Instant in the morning", ucd="time.end"),
    ),
)
LINKS = (
    Link("target", NIGHT, TARGET, SPICADB_ID, SPICADB_ID, description="All that the survey knows of it"),
    Link(
        "calibratorBefore", NIGHT, CALPRIM, BEFORE, CALPRIM.key,
        description="The nearest fit calibrator of those that transit before it, observable while it is",
    ),
    Link(
        "calibratorAfter", NIGHT, CALPRIM, AFTER, CALPRIM.key,
        description="The nearest fit calibrator of those that transit after it, observable while it is",
    ),
    Link(
        "secondaryBefore", NIGHT, STAR, SECONDARY_BEFORE, STAR_ID,
        description="The nearest fit star of JSDC of those that transit before it, observable while it is",
    ),
    Link(
        "secondaryAfter", NIGHT, STAR, SECONDARY_AFTER, STAR_ID,
        description="The nearest fit star of JSDC of those that transit after it, observable while it is",
    ),
)  # fmt: skip


CODE = "meta.code.class"
"""ASPRO2 passes such columns on, to the headers of the data at last."""
NSS_TYPE = Column(
    "nss_type", ASCII, "`Science`, or `CalPrim` and `CalSec` for primary and secondary calibrators", ucd=CODE
)
DIAMETER = Column("diam", FLOAT, "Limb-darkened diameter", "mas", CODE)
GROUP = Column("grp", ASCII, "Priority of a target, or `CalPrim`, `CalSec`", ucd=f"{CODE};meta.id")
_PASSED_ON = dict.fromkeys(("spicadb_id", "progname", "piname"), CODE) | {"gmag": "phot.mag;em.opt.G"}
"""UCDs that the scheduler sets for ASPRO2 (spica-nss `nss.py`), and the one by which ASPRO2 knows Gaia's G."""
_NAMED = {"hd": "HD"}
"""ASPRO2 knows this column by its name in capitals."""
SHEET = Table(
    SOURCE,
    "night_sheet",
    "",
    "SpicaNightSheet",
    "spicaNightSheet",
    "Targets of a night with SPICA, and the calibrators that go with them",
    (
        NSS_TYPE,
        DIAMETER,
        GROUP,
        *(
            replace(
                column,
                name=_NAMED.get(column.name, column.name),
                ucd=_PASSED_ON.get(column.name, column.ucd),
                key=False,
            )
            for column in (*TARGET_COLUMNS, *PROGRAM_COLUMNS, *COMPUTED)
            if column not in CALIBRATORS and column.name not in ("ld_jsdc2", "comments", "ob_refs")
        ),
        Column("calibrator_before", TEXT, "Calibrator that transits before it", ucd="meta.id"),
        Column("calibrator_after", TEXT, "Calibrator that transits after it", ucd="meta.id"),
        Column("secondary_before", TEXT, "Star of JSDC that transits before it", ucd="meta.id"),
        Column("secondary_after", TEXT, "Star of JSDC that transits after it", ucd="meta.id"),
    ),
)
"""The night as the scheduler sends it to ASPRO2, its columns as declared but for what ASPRO2 wants otherwise."""
