"""What SPICA's night scheduler reads of the databases: targets with their programmes, primary calibrators, BadCal."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from hub.rows import Record
from planning.errors import GatewayError
from planning.plan import AnyOf, Cell, Compared, Condition, Plan, StatementShape
from resolvers.plain_links import Fetch
from resolvers.spica_secondaries import FAINTEST, LARGEST_CHI2, LARGEST_DIAMETER
from schema.column import Column
from schema.jsdc import BADCAL, STAR
from schema.operators import Op
from schema.spica import CALPRIM, TARGET, TARGET_PROGRAM
from schema.spica_night import PROGRAM_COLUMNS, TARGET_COLUMNS
from schema.spica_rules import DONE, MODES
from schema.table import Table

OWNER, SHARER = 1, 2
"""Ranks of the programme that owns a target and of the one that shares it."""
PROGRAMS = tuple(
    next(own for own in TARGET_PROGRAM.columns if own.name == name)
    for name in ("spicadb_id", "program_rank", *(column.name for column in PROGRAM_COLUMNS))
)


def _of_star(*names: str) -> tuple[Column, ...]:
    return tuple(next(own for own in STAR.columns if own.name == name) for name in names)


CANDIDATE = _of_star("jsdc_id", "RAJ2000", "DEJ2000", "Vmag", "UDDR", "e_LDD")
"""Columns of a star that may be a secondary calibrator, for `resolvers.spica_secondaries`: there are many."""
SECONDARY = _of_star("jsdc_id", "RAJ2000", "DEJ2000", "Vmag", "Name", "Hmag", "LDD")
"""Columns of one that is."""
_FIT = tuple(
    Compared(next(own for own in STAR.columns if own.name == name), op)
    for name, op in (("CalFlag", Op.EQ), ("LDD_chi2", Op.LT), ("Vmag", Op.LE), ("UDDR", Op.LE))
)
COMPLETION = TARGET.by_field["completionRate"]
Row = dict[str, Any]
"""Values by the SQL names of columns."""


@dataclass(frozen=True, eq=False, slots=True)
class Survey:
    """What the databases have for a night."""

    targets: Sequence[Row]
    """Targets that are not complete, have a place, and are wanted in a mode of SPICA: of target and programmes."""
    left_out: int
    """How many incomplete targets are not such."""
    calibrators: Sequence[Row]
    bad: Sequence[tuple[float, float]] | None
    """Places of BadCal's stars, ICRS degrees; None while the database does not answer."""
    stars: Sequence[Record] | None
    """Stars that are fit for secondary calibrators, as `CANDIDATE`; None likewise."""


async def load_survey(fetch: Fetch, fetch_kept: Fetch) -> Survey:
    """Read the survey; raises `GatewayError`, unless it is but JSDC or BadCal that cannot be read.

    `fetch_kept` fetches what many ask alike, and keeps it.
    """
    unfinished = AnyOf((Compared(COMPLETION, Op.LT), Compared(COMPLETION, Op.NULL)))
    targets, programs, calibrators, bad, stars = await asyncio.gather(
        fetch(_plan(TARGET, TARGET_COLUMNS, (unfinished,), (DONE,))),
        fetch(_plan(TARGET_PROGRAM, PROGRAMS)),
        fetch(_plan(CALPRIM, CALPRIM.columns)),
        _or_none(fetch(_plan(BADCAL, BADCAL.position or ()))),
        _or_none(fetch_kept(_plan(STAR, CANDIDATE, _FIT, (0, LARGEST_CHI2, FAINTEST, LARGEST_DIAMETER)))),
    )
    wanted = _by_target(programs)
    rows = [_row(TARGET_COLUMNS, record) | wanted.get(record[0], {}) for record in targets]
    fit = [row for row in rows if row.get("spica_mode") in MODES and _placed(row)]
    known = [_row(CALPRIM.columns, record) for record in calibrators]
    places = None if bad is None else [(ra, dec) for ra, dec in bad]
    return Survey(fit, len(rows) - len(fit), [row for row in known if _placed(row)], places, stars)


async def load_secondaries(fetch: Fetch, keys: Iterable[int]) -> Mapping[int, Record]:
    """Read stars of JSDC by their `jsdc_id`: columns of `SECONDARY`; none while the database does not answer."""
    wanted = sorted(set(keys))
    only = (Compared(SECONDARY[0], Op.IN),)
    stars = await _or_none(fetch(_plan(STAR, SECONDARY, only, (wanted,)))) if wanted else None
    return {star[0]: star for star in stars or ()}


def _placed(row: Row) -> bool:
    return all(isinstance(row[name], float) and isfinite(row[name]) for name in ("ra", "dec"))


async def _or_none(fetched: Awaitable[list[Record]]) -> list[Record] | None:
    """Rows, or None where their database does not answer."""
    try:
        return await fetched
    except GatewayError:
        return None


def _plan(
    table: Table, columns: tuple[Column, ...], conditions: tuple[Condition, ...] = (), values: tuple[Any, ...] = ()
) -> Plan:
    return Plan(StatementShape(table, tuple(Cell(column, column.sql) for column in columns), conditions), values)


def _row(columns: Sequence[Column], record: Record) -> Row:
    return {column.sql: value for column, value in zip(columns, record, strict=True)}


def _by_target(records: Sequence[Record]) -> Mapping[int, Row]:
    """The columns of its programmes for each target that a programme owns, by `spicadb_id`."""
    owners: dict[int, Row] = {}
    sharers: dict[int, Row] = {}
    for record in records:
        key, rank, *values = record
        row = {column.sql: value for column, value in zip(PROGRAM_COLUMNS, values, strict=True)}
        if rank == OWNER:
            owners[key] = row
        elif rank == SHARER:
            sharers[key] = {"progname2": row["progname"], "piname2": row["piname"]}
    neither = {"progname2": None, "piname2": None}
    return {key: row | sharers.get(key, neither) for key, row in owners.items()}
