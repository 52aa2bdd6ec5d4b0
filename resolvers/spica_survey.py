"""What SPICA's night scheduler reads of the databases: targets with their programmes, primary calibrators, BadCal."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from hub.rows import Record
from planning.errors import GatewayError
from planning.plan import AnyOf, Cell, Compared, Condition, Plan, StatementShape
from resolvers.plain_links import Fetch
from schema.column import Column
from schema.jsdc import BADCAL
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


async def load_survey(fetch: Fetch) -> Survey:
    """Read the survey; raises `GatewayError`, unless it is but BadCal that cannot be read."""
    unfinished = AnyOf((Compared(COMPLETION, Op.LT), Compared(COMPLETION, Op.NULL)))
    targets, programs, calibrators, bad = await asyncio.gather(
        fetch(_plan(TARGET, TARGET_COLUMNS, (unfinished,), (DONE,))),
        fetch(_plan(TARGET_PROGRAM, PROGRAMS)),
        fetch(_plan(CALPRIM, CALPRIM.columns)),
        _bad_places(fetch),
    )
    wanted = _by_target(programs)
    rows = [_row(TARGET_COLUMNS, record) | wanted.get(record[0], {}) for record in targets]
    fit = [row for row in rows if row.get("spica_mode") in MODES and _placed(row)]
    known = [_row(CALPRIM.columns, record) for record in calibrators]
    return Survey(fit, len(rows) - len(fit), [row for row in known if _placed(row)], bad)


def _placed(row: Row) -> bool:
    return all(isinstance(row[name], float) and isfinite(row[name]) for name in ("ra", "dec"))


async def _bad_places(fetch: Fetch) -> list[tuple[float, float]] | None:
    assert BADCAL.position is not None  # noqa: S101 - for mypy: it has one
    try:
        return [(ra, dec) for ra, dec in await fetch(_plan(BADCAL, BADCAL.position))]
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
