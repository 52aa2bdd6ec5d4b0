"""Statements written from plans: those that take long in a thread, so that nobody else waits for them."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from hub.rows import Hub, Record
from hub.threads import compute
from planning import sql
from planning.plan import Plan
from planning.sql import Statement

Rest = ParamSpec("Rest")
MANY = 200
"""Values of a plan whose statement takes long: a polygon of 499 corners, of ten each, takes a second."""


async def written(
    write: Callable[Concatenate[Plan, Rest], Statement], plan: Plan, /, *rest: Rest.args, **named: Rest.kwargs
) -> Statement:
    """The statement that `write` makes of a plan."""
    if len(plan.values) > MANY:
        return await compute(write, plan, *rest, **named)
    return write(plan, *rest, **named)


async def fetch(hub: Hub, plan: Plan) -> list[Record]:
    """The rows of a plan; raises `GatewayError`."""
    return await hub.fetch(await written(sql.statement, plan, hub.databases))
