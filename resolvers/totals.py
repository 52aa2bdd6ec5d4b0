"""`totalCount`: kept from the data version, counted, or, where counting is dear, estimated by PostgreSQL.

Counting 100 000 of 2.5 million stars takes 6 ms of an index, 0.25 s of a cone, and as long as reading them all where
no index helps; PostgreSQL tells what it expects in 0.1 ms.
"""

import math
from dataclasses import replace

import orjson

from hub.row_counts import Total
from hub.rows import Hub
from planning import sql
from planning.errors import TimedOut
from planning.plan import InCone, Plan, related_tables
from resolvers.statements import written

SECONDS = 1.0
"""Longest time in seconds that counting may take; then the estimate is given."""


async def count_rows(hub: Hub, plan: Plan) -> Total:
    """Number of rows that a plan would list without its cursor and limit, and whether it is exact.

    Without conditions the count kept for the table's data version answers, or of a large table the last one. Else rows
    are counted if the table, or PostgreSQL's estimate for the plan, has at most `hub.limits.counted`; otherwise, or if
    counting takes longer than `SECONDS`, the estimate is returned as not exact. Raises `GatewayError`.
    """
    counting = plan.counting()
    most, whole = hub.limits.counted, hub.row_counts.rows(counting.table)
    kept = None if counting.shape.conditions else hub.row_counts.total(counting.table)
    if kept and (kept.exact or kept.count > most or not _versioned(hub, counting)):
        return kept
    related = any(related_tables(counting.shape.conditions))  # of their keys nothing is known before they are asked
    if not related and (whole is None or whole > most):
        expected = await _expected(hub, counting)
        if expected > most:
            return Total(expected if whole is None else min(expected, whole), exact=False)
    try:
        rows = await hub.fetch(await written(sql.statement, counting, hub.databases), SECONDS)
    except TimedOut:
        return Total(await _expected(hub, counting), exact=False)
    return Total(rows[0][0], exact=True)


def _versioned(hub: Hub, plan: Plan) -> bool:
    """Whether all that a plan's table is made of has a version: where nothing is known, no number is called exact."""
    return None not in map(hub.health.version, plan.table.databases)


async def _expected(hub: Hub, plan: Plan) -> int:
    """PostgreSQL's estimate of the rows; a cone, whose selectivity it cannot know, counts for its part of the sky."""
    shape, values, fraction = replace(plan.shape, count=False), plan.values, 1.0
    first = shape.conditions[0] if shape.conditions else None
    if isinstance(first, InCone):
        fraction = _sky_fraction(values[2], outside=first.outside)
        shape, values = replace(shape, conditions=shape.conditions[1:]), values[3:]
    statement = await written(sql.statement, Plan(shape, values), hub.databases)
    rows = await hub.fetch(replace(statement, text=f"EXPLAIN (FORMAT JSON) {statement.text}"))
    expected: float = orjson.loads(rows[0][0])[0]["Plan"]["Plan Rows"]
    return round(expected * fraction)


def _sky_fraction(radius: float, *, outside: bool) -> float:
    inside = (1 - math.cos(math.radians(radius))) / 2
    return 1 - inside if outside else inside
