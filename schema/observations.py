"""Observations of OiDB, the Obs Portal and SPICA-DB as one ObsCore table, live, without duplicates, and its extension.

What OiDB's own ObsCore columns lack is computed: numbers of elements, what is resolved and seen, identifiers, pages of
logs. An exposure
that OiDB has as a granule of level 0 is taken from OiDB; a run of the survey whose exposures or granules are known to
the Obs Portal or to OiDB is taken from them. Runs that are still to come are not observations.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schema import obsportal, oidb, oidb_collections, origins, publisher_did, radio, spica, spica_optics, uv
from schema.column import Column, ColumnSql
from schema.example_cones import FOMALHAUT
from schema.instruments import canonical as canonical_instrument
from schema.obscore import COLLECTION_ID, COLUMNS
from schema.obsplan import MJD, OBSPLAN, RUN_ID, STARTED
from schema.optics import optics
from schema.publisher_did import granule_did, numbered_granule
from schema.rights import CLOSED, Right, embargo
from schema.table import Branch, Definition, Known, Naming, Source, Table

PAGE = "'https://obs.jmmc.fr/detail/exposure/'"
"""SQL literal: URL of an exposure's page in the Obs Portal, before its name."""
ROUNDING = 0.001
"""Seconds by which the exposure time of a log, rounded, may exceed its duration; more is a sum over rows and channels,
as oitools makes it of an OIFITS file."""
COPIED = (
    "dataproduct_type", "calib_level", "obs_collection", "access_estsize", "s_ra", "s_dec", "t_min", "t_max",
    "t_resolution", "em_min", "em_max", "em_res_power", "facility_name", "obs_release_date",
    "data_rights", "bib_reference", "instrument_mode",
    "datapi",
)  # fmt: skip
"""Columns that OiDB has as ObsCore wants them."""
FOURIER = "'stat.fourier'::text"
"""UCD of what an interferometer observes: complex visibilities, or what is made of them."""
COUNTED = ("nb_vis", "nb_vis2", "nb_t3", "nb_channels")
"""Numbers of what a file has, of OiDB alone; -1 where it does not know."""
PER_CELL = f"::double precision / {uv.SAMPLES**2}"
LINEAR = (("pol_states", "'/XX/YY/'", "NULL"), ("pol_xel", "2::bigint", "0::bigint"))
"""What is known of the polarisations of a mode that splits the light in two linear ones, and of the others."""
LOG_VALUES = {
    "dataproduct_type": ColumnSql("'visibility'"), "calib_level": ColumnSql("0"),
    "access_format": ColumnSql("'text/html'"), "pol_xel": ColumnSql("0::bigint"), "o_ucd": ColumnSql(FOURIER),
}  # fmt: skip
"""What all observation logs have in common."""


def canonical(identifier: str) -> str:
    """An IVOID with authority and path in lower case (IVOA Identifiers 2.0: only the part after `?` is case-sensitive).

    Other texts are returned unchanged.
    """
    authority, mark, query = identifier.partition("?")
    return f"{authority.lower()}{mark}{query}" if authority.lower().startswith("ivo://") else identifier


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.sql == name)


def _columns(table: Table, *names: str) -> tuple[Column, ...]:
    return tuple(_column(table, name) for name in names)


def _value(text: str, table: Table, *names: str) -> ColumnSql:
    return ColumnSql(text, _columns(table, *names))


def _branch(base: Table, values: Mapping[str, ColumnSql], own: tuple[Column, ...], **options: Any) -> Table:
    """A view with every column of ObsCore and its extension, NULL where `values` have none, then those of the union."""
    defined = {**values, "source": ColumnSql(f"'{base.source}'::text")}
    columns = (*COLUMNS, *radio.COLUMNS[1:])  # which have the identifier in common
    values_by_column = {column: defined.get(column.sql, ColumnSql(f"NULL::{column.type.sql}")) for column in columns}
    values_by_column |= {column: ColumnSql("{}", (column,)) for column in own}
    name, description = f"obscore_{base.source}", f"What {base.source} has of ObsCore"
    definition = Definition(base, values_by_column, **options)
    return Table(
        base.source, name, "", name, name, description, tuple(values_by_column), schema="ivoa", definition=definition
    )


G, E, R, T = oidb.GRANULE, obsportal.EXPOSURE, spica.FOLLOWUP, spica.TARGET
TPL_START, EXP_IDS, GRANULE_IDS = (_column(R, name) for name in ("tpl_start", "exp_ids", "granule_ids"))
NAMED = next(column for column in COLUMNS if column.sql == "obs_collection")
COLLECTIONS = Naming(
    COLLECTION_ID,
    oidb_collections.COLLECTION,
    oidb_collections.COLLECTION_ID,
    _columns(oidb_collections.COLLECTION, "title", "article"),
)
"""Titles and bibcodes: a UUID tells nobody what a collection is."""
OIDB = _branch(
    G,
    {
        **{name: _value("{}", G, name) for name in COPIED},
        "obs_id": _value("CASE WHEN {0} IS NULL THEN textin(int8out({1})) ELSE {0} END", G, "obs_id", "id"),
        "obs_publisher_did": granule_did(oidb.GRANULE_ID),
        "access_url": _value(
            f"CASE WHEN {{0}} = 0 AND {{1}} IS NOT NULL THEN {PAGE} || {{1}} ELSE {{2}} END",
            G, "calib_level", "obs_id", "access_url",
        ),
        "access_format": _value("CASE WHEN {0} = 0 THEN 'text/html' ELSE {1} END", G, "calib_level", "access_format"),
        "target_name": _value("CASE WHEN {0} <> '-' THEN {0} END", G, "target_name"),
        "t_exptime": _value(
            f"CASE WHEN {{0}} > ({{2}} - {{1}}) * 86400 + {ROUNDING} THEN NULL ELSE {{0}} END",
            G, "t_exptime", "t_min", "t_max",
        ),
        **optics(
            _columns(G, "s_ra", "s_dec", "em_min", "em_max", "facility_name", "interferometer_stations"),
            own=_columns(G, "s_fov", "s_resolution"),
        ),
        "o_ucd": _value(f"CASE WHEN {{0}} IS NULL THEN {FOURIER} ELSE {{0}} END", G, "o_ucd"),
        "pol_states": _value("{}", G, "pol_states"),
        **{name: _value("CASE WHEN {0} >= 0 THEN {0} END", G, name) for name in COUNTED},
        "uv_distribution_fill": _value(f"CASE WHEN {{0}} > 0 THEN {{0}} {PER_CELL} END", G, "nb_vis2"),
        "em_xel": _value("CASE WHEN {0} > 0 THEN {0}::bigint END", G, "nb_channels"),
        "pol_xel": _value(
            "CASE WHEN {0} IS NULL THEN 0 ELSE length({0}) - length(replace({0}, '/', '')) - 1 END::bigint",
            G, "pol_states",
        ),
        "ins_name": _value("{}", G, "instrument_name"),
        "instrument_name": _value(canonical_instrument("{0}"), G, "instrument_name"),
        "dataproduct_subtype": _value(
            "CASE WHEN {0} = 'CALIBRATOR' THEN 'CALIB' ELSE {0} END", G, "dataproduct_category"
        ),
        "obs_creator_name": _value("CASE WHEN {0} IS NULL THEN {1} ELSE {0} END", G, "obs_creator_name", "datapi"),
        "proposal_id": _value("{}", G, "progid"),
        "collection_id": _value("{}", G, "obs_collection"),
    },
    (oidb.GRANULE_ID,),
    named={NAMED: COLLECTIONS},
)  # fmt: skip
OBSPORTAL = _branch(
    E,
    LOG_VALUES | {  # of GRAVITY's modes, those that split the light have both polarisations
        "obs_collection": ColumnSql("'obsportal'::text"),
        "obs_id": _value("{}", E, "exp_id"),
        "obs_publisher_did": _value(f"'{publisher_did.EXPOSURE}' || {{}}", E, "exp_id"),
        "access_url": _value(f"{PAGE} || {{}}", E, "exp_id"),
        "target_name": _value("{}", E, "target_name"), "s_ra": _value("{}", E, "target_ra"),
        "s_dec": _value("{}", E, "target_dec"),
        "t_min": _value("{}", E, "exp_mjd_start"), "t_max": _value("{}", E, "exp_mjd_end"),
        **{
            name: _value("({} - {}) * 86400", E, "exp_mjd_end", "exp_mjd_start")
            for name in ("t_exptime", "t_resolution")  # of one sample
        },
        "t_xel": ColumnSql("1::bigint"),
        "em_min": _value("{}", E, "instrument_em_min"), "em_max": _value("{}", E, "instrument_em_max"),
        "em_res_power": _value("{}", E, "instrument_em_res_power"),
        **optics(
            _columns(
                E, "target_ra", "target_dec", "instrument_em_min", "instrument_em_max", "interferometer_name",
                "interferometer_stations",
            ),
            recorded=_columns(E, "uv_distance_min", "uv_distance_max"),
        ),
        "uv_distribution_ecc": _value("{}", E, "uv_distribution_ecc"),
        "uv_distribution_fill": _value(f"({{0}} * ({{0}} - 1)){PER_CELL}", E, "instr_tel_number"),  # start and end
        "em_xel": _value(uv.channels("{0}", "{1}"), E, "instrument_name", "instrument_mode"),
        **{
            name: _value(f"CASE WHEN {{0}} LIKE '%-SPLIT' THEN {known} ELSE {other} END", E, "instrument_mode")
            for name, known, other in LINEAR
        },
        "facility_name": _value("{}", E, "interferometer_name"), "ins_name": _value("{}", E, "instrument_name"),
        "instrument_name": _value(canonical_instrument("{0}"), E, "instrument_name"),
        "dataproduct_subtype": _value("CASE {0} WHEN 'calibrator' THEN 'CALIB' ELSE upper({0}) END", E, "obs_type"),
        "obs_creator_name": _value("{}", E, "obs_program_pi_coi"), "datapi": _value("{}", E, "obs_program_pi_coi"),
        "obs_release_date": obsportal.RELEASED,
        "data_rights": ColumnSql("'secure'::text"),
        "proposal_id": _value("{}", E, "obs_program"),
        "instrument_mode": _value(
            "CASE WHEN {1} IS NULL THEN {0} ELSE {0} || '_' || {1} END", E, "instrument_mode", "instrument_submode"
        ),
    },
    (obsportal.EXP_ID,),
)  # fmt: skip
SPICA = _branch(
    R,
    LOG_VALUES | {
        "obs_collection": ColumnSql("'spica'::text"),
        "obs_id": RUN_ID,
        "obs_publisher_did": _value(f"'{publisher_did.RUN}' || {STARTED}", R, "tpl_start"),
        "access_url": _value(f"{PAGE} || ({{}} ->> 0)", R, "exp_ids"),
        "target_name": _value("{}", T, "target_main_id"), "s_ra": _value("{}", T, "ra"),
        "s_dec": _value("{}", T, "dec"),
        "t_min": _value(MJD, R, "tpl_start"),
        "s_fov": ColumnSql(spica_optics.FOV),
        "s_region": _value(uv.region("{0}", "{1}", spica_optics.FOV), T, "ra", "dec"),
        "s_fov_min": ColumnSql(spica_optics.FOV_MIN), "s_fov_max": ColumnSql(spica_optics.FOV_MAX),
        "instr_tel_diameter": ColumnSql(spica_optics.PUPIL),
        "em_min": ColumnSql(spica_optics.LOW), "em_max": ColumnSql(spica_optics.HIGH),
        "facility_name": ColumnSql("'CHARA'::text"), "instrument_name": ColumnSql("'SPICA'::text"),
        "ins_name": ColumnSql("'SPICA'::text"),
        "dataproduct_subtype": ColumnSql("'SCIENCE'::text"), "obs_creator_name": _value("{}", R, "piname"),
        "datapi": _value("{}", R, "piname"),
        "data_rights": ColumnSql("'proprietary'::text"), "proposal_id": _value("{}", R, "progname"),
    },
    (TPL_START, EXP_IDS, GRANULE_IDS),
    joined=tuple(link for link in spica.SOURCE.links if link.origin is R and link.target is T),
    restriction=_value(
        "{0} = ANY ('{{observed,reduced,validated,rejected}}')"
        " AND {1} >= '0001-01-01 00:00:00+00' AND {1} < '10000-01-01 00:00:00+00'",  # others have no identifier
        R, "run_status", "tpl_start",
    ),
)  # fmt: skip


def _read_number(text: str) -> int:
    number = int(text)
    if number >= 2**63:
        message = f"{text} is no bigint"
        raise ValueError(message)
    return number


def _moment(start: datetime) -> str:
    return start.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _read_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _known_by_log(names: Column) -> Known:
    return Known(names, G, _column(G, "obs_id"), (_column(G, "calib_level"), 0))


def _union_branch(table: Table, prefix: str, key_column: Column, spell: Any, read: Any, *known: Known) -> Branch:
    known_in = tuple(dict.fromkeys(one.table.source for one in known))
    deduplicated = replace(table, name=f"{table.name}_once", definition=None, also=known_in) if known else None
    return Branch(table, prefix, key_column, spell, read, known, deduplicated)


BRANCHES = (
    _union_branch(OIDB, publisher_did.GRANULE, oidb.GRANULE_ID, numbered_granule, _read_number),
    _union_branch(OBSPORTAL, publisher_did.EXPOSURE, obsportal.EXP_ID, str, str, _known_by_log(obsportal.EXP_ID)),
    _union_branch(
        SPICA, publisher_did.RUN, TPL_START, _moment, _read_moment,
        _known_by_log(EXP_IDS), Known(GRANULE_IDS, G, oidb.GRANULE_ID), Known(EXP_IDS, E, obsportal.EXP_ID),
    ),
)  # fmt: skip
REPEATED = Table(
    "ivoa",
    "obscore_repeated",
    "",
    "",
    "",
    "Observations, each as often as it is known",
    COLUMNS,
    branches=BRANCHES,
    rows=600_000,
)
OBSCORE = Table(
    "ivoa", "obscore", "", "ObservationRecord", "obscore",
    "Observations of OiDB, the Obs Portal and SPICA-DB in the words of ObsCore 1.1, each said once",
    COLUMNS, branches=BRANCHES, repeated=REPEATED, utype="ivo://ivoa.net/std/obscore#table-1.1",
    rows=600_000, test_cone=FOMALHAUT,
)  # fmt: skip
RADIO = Table(
    "ivoa", "obs_radio", "", "ObservationCoverage", "observationCoverages",
    "What observations resolve, see and cover of the uv plane: ObsCore's extension for radio data, and counts",
    radio.COLUMNS, branches=BRANCHES, utype="ivo://ivoa.net/std/obscore#radio-ext-1.0", rows=600_000, rows_of=OBSCORE,
)  # fmt: skip
FILES = Right(
    OBSCORE.by_field["accessUrl"],
    oidb.SOURCE.name,
    f"{{3}} <> '{oidb.SOURCE.name}' OR {{4}} = 0 OR {embargo(5, 6)}",
    tuple(
        OBSCORE.by_field[name]
        for name in ("dataRights", "obsReleaseDate", "datapi", "source", "calibLevel", "collectionId", "proposalId")
    ),
)
"""Embargoes are OiDB's; pages of logs are open."""
RIGHTS = Right(
    OBSCORE.by_field["dataRights"], oidb.SOURCE.name, CLOSED,
    tuple(OBSCORE.by_field[name] for name in ("dataRights", "obsReleaseDate")), otherwise="'public'",
)  # fmt: skip
"""What has been released is public."""
SOURCE = Source(
    "ivoa", "ObsCore", "Observations of all databases in the words of the Virtual Observatory",
    (OBSCORE, RADIO, OBSPLAN), (), rights=(FILES,), by_date=(RIGHTS,), origin=origins.OBSCORE,
)  # fmt: skip
