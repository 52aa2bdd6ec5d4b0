"""The runs of the survey as ObsLocTAP 1.0 has them: what is planned, scheduled and done, in `ivoa.obsplan`.

Columns are those of its section 3.3, most of them ObsCore's. What SPICA-DB does not say of a run is NULL or, where the
standard wants a value, said to be so in the description of its column.
"""

from dataclasses import replace

from schema import spica, spica_optics, uv
from schema.column import Column, ColumnSql
from schema.obscore import MANDATORY
from schema.table import Definition, Table
from schema.types import ASCII, DOUBLE, INT, Scalar

MJD = "40587 + date_part('epoch', timezone('UTC', {})) / 86400"
STARTED = "to_char(timezone('UTC', {}), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
EXPOSURE = 600.0
"""Seconds that SPICA observes a star for, as ASPRO2 expects (CHARA.xml, `defaultTotalIntegrationTime`)."""
EXECUTION = {
    "planned": "Planned", "scheduled": "Scheduled", "observed": "Performed", "reduced": "Performed",
    "validated": "Performed", "rejected": "Aborted",
}  # fmt: skip
"""`run_status` of SPICA-DB → `execution_status`."""
OF_OBSCORE = {column.name: replace(column, utype=column.utype.removeprefix("obscore:")) for column in MANDATORY}
"""ObsCore's columns; ObsLocTAP has their utypes without a prefix."""


def _own(name: str, kind: Scalar, description: str, unit: str = "") -> Column:
    """A column that the standard gives neither UCD nor utype; `taplint` reports others."""
    return Column(name, kind, description, unit, required=True)


EXPTIME = OF_OBSCORE["t_exptime"]
COLUMNS = (
    _own("t_planning", DOUBLE, "When it was planned (MJD, UTC); SPICA-DB does not say: its start", "d"),
    OF_OBSCORE["target_name"],
    replace(OF_OBSCORE["obs_id"], description="Run: its start, programme and target, with `_` between", key=True),
    *(OF_OBSCORE[name] for name in (
        "obs_collection", "s_ra", "s_dec", "s_fov", "s_region", "s_resolution", "t_min", "t_max",
    )),
    replace(EXPTIME, description="Exposure time"),
    *(OF_OBSCORE[name] for name in (
        "t_resolution", "em_min", "em_max", "em_res_power", "o_ucd", "pol_states", "pol_xel", "facility_name",
        "instrument_name",
    )),
    replace(EXPTIME, name="t_plan_exptime", description="Exposure time that is planned"),
    _own("category", ASCII, "`Other`: neither at a fixed time nor with other observatories"),
    _own("priority", INT, "`0`: it can be shifted to another time"),
    _own("execution_status", ASCII, "`Planned`, `Scheduled`, `Performed`; `Aborted` if rejected"),
    _own("tracking_type", ASCII, "`Sidereal`"),
)  # fmt: skip
"""In the order of the standard."""


def _value(text: str, table: Table, *names: str) -> ColumnSql:
    by_name = {column.sql: column for column in table.columns}
    return ColumnSql(text, tuple(by_name[name] for name in names))


R, T = spica.FOLLOWUP, spica.TARGET
_PART = "CASE WHEN {0} IS NULL THEN '' ELSE '_' || translate({0}, ' ', '_') END"
RUN_ID = ColumnSql(
    " || ".join((STARTED.format("{0}"), _PART.format("{1}"), _PART.format("{2}"))),
    tuple(table.by_field[name] for table, name in ((R, "tplStart"), (R, "progname"), (T, "targetMainId"))),
)
"""`obs_id` of a run: its start first, so that they sort by time; programme and target where they are known.

Examples
--------
`2026-01-03T04:05:06.000000Z_S05_*_eps_Gem`.
"""
_AT_A_TIME = "CASE WHEN {} <> 'planned' THEN "
VALUES = {
    "t_planning": _value(MJD, R, "tpl_start"),
    "target_name": _value("{}", T, "target_main_id"),
    "obs_id": RUN_ID,
    "obs_collection": ColumnSql("'spica'::text"),
    "s_ra": _value("{}", T, "ra"),
    "s_dec": _value("{}", T, "dec"),
    "t_min": _value(f"{_AT_A_TIME}{MJD} END", R, "run_status", "tpl_start"),
    "t_max": _value(f"{_AT_A_TIME}{MJD} + {EXPOSURE} / 86400 END", R, "run_status", "tpl_start"),
    "t_exptime": _value(f"{_AT_A_TIME}{EXPOSURE}::double precision END", R, "run_status"),
    "s_fov": ColumnSql(spica_optics.FOV),
    "s_region": _value(uv.region("{0}", "{1}", spica_optics.FOV), T, "ra", "dec"),
    "em_min": ColumnSql(spica_optics.LOW),
    "em_max": ColumnSql(spica_optics.HIGH),
    "o_ucd": ColumnSql("'stat.fourier'::text"),
    "pol_xel": ColumnSql("0::bigint"),
    "facility_name": ColumnSql("'CHARA'::text"),
    "instrument_name": ColumnSql("'SPICA'::text"),
    "t_plan_exptime": ColumnSql(f"{EXPOSURE}::double precision"),
    "category": ColumnSql("'Other'::text"),
    "priority": ColumnSql("0"),
    "execution_status": _value(
        "CASE {} " + " ".join(f"WHEN '{status}' THEN '{word}'" for status, word in EXECUTION.items()) + " END",
        R, "run_status",
    ),
    "tracking_type": ColumnSql("'Sidereal'::text"),
}  # fmt: skip
OBSPLAN = Table(
    R.source,
    "obsplan",
    "",
    "PlannedObservation",
    "obsplan",
    "Runs of the survey with SPICA in the words of ObsLocTAP 1.0: planned, scheduled, performed and aborted",
    COLUMNS,
    schema="ivoa",
    utype="ivo://ivoa.net/std/obsloctap#table-1.0",
    rows=10_000,
    definition=Definition(
        R,
        {column: VALUES.get(column.sql, ColumnSql(f"NULL::{column.type.sql}")) for column in COLUMNS},
        joined=tuple(link for link in spica.SOURCE.links if link.origin is R and link.target is T),
        restriction=_value(
            "{0} >= '0001-01-01 00:00:00+00' AND {0} < '10000-01-01 00:00:00+00'",  # others have no identifier
            R, "tpl_start",
        ),
    ),
    test_cone=(100.983, 25.131, 1.0),
)  # fmt: skip
