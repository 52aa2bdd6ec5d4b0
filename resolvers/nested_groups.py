"""Groups of the rows that a link leads to, of many parents in one statement (`planning.group_statements`).

A parent without rows has none in the statement: where one group is asked of all rows, it is that of no rows, as SQL
has it, if `having` holds of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hub.rows import Hub, Record
from planning.filters import OF_NOTHING
from planning.plan import Function, Grouping, Plan, Selected
from resolvers import star_names
from resolvers.aggregate import GroupRecord, completed_groups, followed, groups_plan, measures_of, nested_bins
from resolvers.selection import ToGroups
from resolvers.statements import fetch
from resolvers.steps import with_name_match
from schema.operators import Arity, Op


async def groups_of_parents(
    hub: Hub, entry: ToGroups, params: Mapping[str, Any], keys: list[Any], chosen: Selected
) -> dict[Any, list[dict[str, Any]]]:
    """Fetch the groups of each parent and complete them as selected.

    Parameters
    ----------
    params
        Coerced arguments of the field, as `aggregate.aggregate_groups` takes them.
    keys
        Values of the link's origin column, each once, none of them None.
    chosen
        What rows must meet beside `params`.

    Raises
    ------
    GatewayError
        If an argument is wrong or a source does not answer.
    Unexpected
        If a row holds a code that no enumeration knows.
    """
    placed = await star_names.resolve_star_name(hub, params)
    bins = nested_bins(entry.link.target, placed)
    plan = groups_plan(entry.link.target, placed, measures_of(entry.groups), bins, chosen)
    plan = Plan(replace(plan.shape, link=entry.link), (keys, *plan.values))
    of_parents = _by_parent(keys, await fetch(hub, plan), plan)
    more = [_cut_off(rows, plan.shape.limit) for rows in of_parents]
    told = [rows[:-1] if cut else rows for rows, cut in zip(of_parents, more, strict=True)]
    has_next = [follows for rows, cut in zip(told, more, strict=True) for follows in followed(rows, more=cut)]
    every = [row for rows in told for row in rows]
    completed = completed_groups(entry.groups, every, GroupRecord(plan, bins), has_next)
    for group in completed:
        with_name_match(entry.groups, group, star_names.name_match_of(placed))
    return dict(zip(keys, _shared_out(completed, told), strict=True))


def _by_parent(keys: Sequence[Any], rows: Sequence[Record], plan: Plan) -> list[list[Record]]:
    found: dict[Any, list[Record]] = {key: [] for key in keys}
    for row in rows:
        found[row[0]].append(row)
    grouping = plan.shape.grouping
    assert grouping is not None  # noqa: S101 - for mypy: only plans of groups come here
    if not grouping.several and _holds_of_nothing(grouping, plan.values):
        measures = [0 if function is Function.COUNT_DISTINCT else None for function, _ in grouping.measures]
        for key, groups in found.items():
            if not groups:
                groups.append((key, 0, *measures))
    return list(found.values())


def _holds_of_nothing(grouping: Grouping, values: Sequence[Any]) -> bool:
    """Whether a group of no rows is one that was asked for; the last values are those of `having`."""
    at = len(values) - sum(condition.op.arity.bound for condition in grouping.having)
    for condition in grouping.having:
        op, end = condition.op, at + condition.op.arity.bound
        counts = condition.measure is None or condition.measure[0] is Function.COUNT_DISTINCT
        if op.arity is Arity.NONE:
            holds = (op is Op.NOT_NULL) == counts
        else:
            holds = counts and OF_NOTHING[op](0, *values[at:end])
        if not holds:
            return False
        at = end
    return True


def _cut_off(rows: Sequence[Record], limit: int | None) -> bool:
    """Whether more groups follow those of a parent: one more than are told was asked."""
    return limit is not None and len(rows) == limit


def _shared_out(completed: Sequence[dict[str, Any]], told: Sequence[Sequence[Record]]) -> list[list[dict[str, Any]]]:
    """What is completed of each parent."""
    parts, start = [], 0
    for rows in told:
        parts.append(list(completed[start : start + len(rows)]))
        start += len(rows)
    return parts
