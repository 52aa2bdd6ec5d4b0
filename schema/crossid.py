"""Cross-identification: which star of JSDC each target, granule and survey target is, as the hub has determined.

Kept in the hub's own tables, one for each kind of record. Terms for how sure a match is are those of JSDC's own
cross-match (`XM_*_n_mates`, `XM_*_sep`, `XM_*_sep_2nd`, SearchCal `vobsSTAR.cpp`). Doubtful matches are kept and
marked.
"""

from schema import jsdc, obsportal, oidb, spica
from schema.column import Column, Enumeration
from schema.table import Link, Source, Table, Through
from schema.types import ASCII, DOUBLE, FLOAT, LONG, SHORT, TEXT

NAME = "crossid"
"""Schema of the tables; `identity` would be a reserved word of SQL."""
METHOD = Enumeration(
    "Method",
    "How a record was given its star",
    {
        0: (
            "NONE",
            "It was not: the name is of no star, and none is near, or only the primary of the component that is named",
        ),
        1: ("POSITION", "By place alone: the name says nothing, or nothing that JSDC knows"),
        2: ("POSITION_AND_NAME", "By place, and the name says the same"),
        3: ("NAME", "By name, among several stars or a little beyond the radius"),
        4: ("CONTRADICTED", "By place, while the name is of another star"),
        5: ("AMBIGUOUS", "Several stars are as near and no name decides: the best is kept, with low confidence"),
        6: ("ELSEWHERE", "It was not: the name is of a star that is far from the place"),
    },
)
OBJECT_ID = Column(
    "object_id",
    LONG,
    "Object: JSDC's number of the star, or a negative number shared by records of one name that are no star of JSDC",
    ucd="meta.id;src",
    required=True,
    indexed=True,
)
IDENTIFIED = Column("star_id", LONG, "Star of JSDC", ucd="meta.id;src", indexed=True)
DESIGNATION = Column("designation", ASCII, "Name in the spelling of `schema.designation`", ucd="meta.id", indexed=True)
IDENTITY_COLUMNS = (
    OBJECT_ID,
    IDENTIFIED,
    DESIGNATION,
    Column("separation", FLOAT, "Distance to the star at the epoch of the record", "arcsec", "pos.angDistance"),
    Column("separation_2nd", FLOAT, "Distance to the next star in the radius", "arcsec", "pos.angDistance"),
    Column("n_mates", SHORT, "Stars in the radius", ucd="meta.number"),
    Column("method", SHORT, "How the star was found", ucd="meta.code", required=True, enumeration=METHOD),
    Column(
        "confidence", SHORT, "How sure the match is", ucd="meta.code.qual", required=True, enumeration=jsdc.CONFIDENCE
    ),
    Column("named_star_id", LONG, "Star that the name is of, where that is another one", ucd="meta.id;src"),
    Column("named_separation", FLOAT, "Distance to the star that the name is of", "arcsec", "pos.angDistance"),
    Column("epoch", DOUBLE, "Epoch that proper motion was carried to (Julian year)", "yr", "time.epoch"),
)
"""Columns of each table of identities, behind the key of its records."""
BADCAL_ID = jsdc.BADCAL.key


def _identity(name: str, type_name: str, plural: str, what: str, origin: Table) -> Table:
    description = f"Which star {what} is"
    return Table(
        NAME, name, f"{NAME}.{name}", type_name, plural, description, (origin.key, *IDENTITY_COLUMNS), rows=origin.rows
    )  # fmt: skip


TARGET = _identity("target", "TargetIdentity", "targetIdentities", "a target of the Obs Portal", obsportal.TARGET)
GRANULE = _identity("granule", "GranuleIdentity", "granuleIdentities", "the target of a granule", oidb.GRANULE)
SPICA = _identity("spica", "SpicaTargetIdentity", "spicaTargetIdentities", "a survey target", spica.TARGET)
BADCAL = _identity("badcal", "BadCalibratorIdentity", "badCalibratorIdentities", "a bad calibrator", jsdc.BADCAL)


def _of_star(field: str, target: Table, through: Table, key: Column, text: str) -> Link:
    return Link(
        field, jsdc.STAR, target, jsdc.STAR_ID, key, many=True, description=text,
        bridge=Through(through, IDENTIFIED, key),
    )  # fmt: skip


def _to_star(origin: Table, through: Table, key: Column) -> Link:
    return Link(
        "star", origin, jsdc.STAR, key, jsdc.STAR_ID, description="The star of JSDC that it is",
        bridge=Through(through, key, IDENTIFIED),
    )  # fmt: skip


def _identified(origin: Table, through: Table, key: Column) -> tuple[Link, ...]:
    return (
        Link("identity", origin, through, key, key, description="How its star was found, and how sure that is"),
        _to_star(origin, through, key),
    )


OBJECT_KEY = Column(
    "object_id", LONG, "JSDC's number of the star, or a negative number for what is no star of JSDC",
    ucd="meta.id;src", key=True,
)  # fmt: skip
OBJECT = Table(
    NAME,
    "object",
    "",
    "Object",
    "objects",
    "What the databases have on a target",
    (OBJECT_KEY, Column("name", TEXT, "The name that it was asked by", ucd="meta.id;meta.main", required=True)),
)
"""Exists in GraphQL only: a name is looked up and its records follow."""


def _of_object(field: str, target: Table, through: Table, key: Column, text: str) -> Link:
    bridge = Through(through, OBJECT_ID, key)
    return Link(field, OBJECT, target, OBJECT_KEY, key, many=True, description=text, bridge=bridge)


RECORDS = (
    ("exposures", obsportal.EXPOSURE, TARGET, obsportal.TARGET_ID, "Exposures of it (Obs Portal)"),
    ("targets", obsportal.TARGET, TARGET, obsportal.TARGET_ID, "Targets that it is (Obs Portal)"),
    ("granules", oidb.GRANULE, GRANULE, oidb.GRANULE_ID, "Its interferometric data (OiDB)"),
    ("spicaTargets", spica.TARGET, SPICA, spica.SPICADB_ID, "What the survey knows of it (SPICA-DB)"),
)
"""Links from a star, or from an object, to its records."""
SOURCE = Source(
    NAME,
    "Cross-identification",
    "Which star each record is, as the gateway finds out",
    (TARGET, GRANULE, SPICA, BADCAL),
    (
        *(_of_star(*record) for record in RECORDS),
        *(_of_object(*record) for record in RECORDS),
        Link("star", OBJECT, jsdc.STAR, OBJECT_KEY, jsdc.STAR_ID, description="The star of JSDC that it is"),
        *_identified(obsportal.EXPOSURE, TARGET, obsportal.TARGET_ID),
        *_identified(obsportal.TARGET, TARGET, obsportal.TARGET_ID),
        *_identified(oidb.GRANULE, GRANULE, oidb.GRANULE_ID),
        *_identified(spica.TARGET, SPICA, spica.SPICADB_ID),
        *_identified(jsdc.BADCAL, BADCAL, BADCAL_ID),
        *(
            Link(
                "star", table, jsdc.STAR, IDENTIFIED, jsdc.STAR_ID, description="The star",
            )
            for table in (TARGET, GRANULE, SPICA, BADCAL)
        ),
    ),
    former="identity",
)  # fmt: skip
