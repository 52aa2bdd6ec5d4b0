"""Statements written from plans: those that take long in a thread, so that nobody else waits for them."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from hub.rows import Hub, Record
from hub.threads import compute
from planning import sql
from planning.plan import Plan, related_tables
from planning.sql import Statement

Rest = ParamSpec("Rest")
MANY = 200
"""Values of a plan whose statement takes long: a polygon of 499 corners, of ten each, takes a second."""
RELATED = 3
"""Tables of related rows, from which on conditions on these take long."""


async def written(
    write: Callable[Concatenate[Plan, Rest], Statement], plan: Plan, /, *rest: Rest.args, **named: Rest.kwargs
) -> Statement:
    """The statement that `write` makes of a plan."""
    if len(plan.values) > MANY or sum(1 for _ in related_tables(plan.shape.conditions)) >= RELATED:
        return await compute(write, plan, *rest, **named)
    return write(plan, *rest, **named)


async def fetch(hub: Hub, plan: Plan) -> list[Record]:
    """The rows of a plan; raises `GatewayError`."""
    return await hub.fetch(await written(sql.statement, plan, hub.databases))


async def fetch_kept(hub: Hub, plan: Plan) -> list[Record]:
    """All rows of a plan that many ask alike, kept ones where its sources have not changed; raises `GatewayError`."""
    return await hub.kept.whole(await written(sql.statement, plan, hub.databases))


async def fetch_linked(hub: Hub, plan: Plan) -> list[Record]:
    """The rows of a plan whose only value is the keys of a link to one, kept ones among them; raises `GatewayError`."""
    (keys,) = plan.values
    return await hub.kept.fetch(await written(sql.statement, plan, hub.databases), keys)
