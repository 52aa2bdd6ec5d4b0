"""Polygons in SQL, of both routes, against a count of windings in the plane: also those that are not convex."""

import math
from itertools import pairwise

import pytest

from adapters.sia.positions import position_conditions
from hub.rows import Hub, connect
from planning import sql
from planning.plan import Cell, Plan, StatementShape
from planning.polygon import enclosing_cone
from planning.routing import BYTEWISE
from sample.federation import Federation
from schema.jsdc import STAR, STAR_ID
from schema.space import BODIES

pytestmark = pytest.mark.spatial

CORNERS = {
    "an L": ((20.0, -30.0), (80.0, -30.0), (80.0, 0.0), (50.0, 0.0), (50.0, 40.0), (20.0, 40.0)),
    "a star across 0": ((340, -20), (0, 5), (20, -20), (15, 10), (30, 25), (5, 20), (355, 40), (350, 20), (330, 25), (345, 10)),
    "around the pole": ((0, 70), (60, 40), (120, 70), (180, 40), (240, 70), (300, 40)),
}  # fmt: skip
CELLS = (Cell(STAR_ID, "jsdc_id"), *(Cell(column, column.sql) for column in STAR.position or ()))


def winds(place: tuple[float, float], corners: tuple[tuple[float, float], ...]) -> bool:
    """Whether the sides turn around a place, as it is seen when one looks along the middle of the polygon."""
    axis, radius = enclosing_cone(corners)
    flat = [projected(axis, corner) for corner in (*corners, place)]
    if flat[-1] is None or math.degrees(math.acos(min(1.0, depth(axis, place)))) > radius:
        return False
    x, y = flat.pop()
    total = 0.0
    for (x0, y0), (x1, y1) in pairwise([*flat, flat[0]]):
        a, b = (x0 - x, y0 - y), (x1 - x, y1 - y)
        total += math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])
    return abs(total) > math.pi


def depth(axis: tuple[float, float], place: tuple[float, float]) -> float:
    (a, d), (a0, d0) = (tuple(map(math.radians, one)) for one in (place, axis))
    return math.sin(d) * math.sin(d0) + math.cos(d) * math.cos(d0) * math.cos(a - a0)


def projected(axis: tuple[float, float], place: tuple[float, float]) -> tuple[float, float]:
    (a, d), (a0, d0) = (tuple(map(math.radians, one)) for one in (place, axis))
    front = depth(axis, place)
    up = math.cos(d0) * math.sin(d) - math.sin(d0) * math.cos(d) * math.cos(a - a0)
    return math.cos(d) * math.sin(a - a0) / front, up / front


@pytest.mark.parametrize("name", CORNERS)
async def test_polygon(hub: Hub, federation: Federation, name: str) -> None:
    corners = CORNERS[name]
    told = " ".join(f"{ra} {dec}" for ra, dec in corners)
    chosen = position_conditions(STAR, [f"POLYGON {told}"])
    plan = Plan(StatementShape(STAR, CELLS, chosen.conditions), chosen.values)
    found = {row[0] for row in await hub.fetch(sql.statement(plan))}
    every = await hub.fetch(sql.statement(Plan(StatementShape(STAR, CELLS))))
    wanted = {row[0] for row in every if None not in row and winds((row[1], row[2]), corners)}
    assert found == wanted
    assert 0 < len(wanted) < len(every) / 2
    direct = sql.statement(plan, BYTEWISE.with_backend("jsdc", BODIES[federation.body]))
    assert direct.direct
    source = await connect(federation.readers["jsdc"])
    assert {row[0] for row in await source.fetch(direct.text, *direct.values)} == wanted
    await source.close()


async def test_it_is_shipped(federation: Federation) -> None:
    chosen = position_conditions(STAR, ["POLYGON 20 -30 80 -30 50 40"])
    statement = sql.statement(Plan(StatementShape(STAR, CELLS, chosen.conditions), chosen.values))
    connection = await connect(federation.hub)
    await connection.execute("SET plan_cache_mode = force_custom_plan")
    rows = await connection.fetch(f"EXPLAIN (VERBOSE) {statement.text}", *statement.values)
    await connection.close()
    text = "\n".join(row[0] for row in rows)
    assert "Remote SQL" in text
    assert "Filter:" not in text
