"""Pages of a night's targets, in the orders that their columns declare."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from planning import arguments, cursor
from planning.errors import BadInput
from planning.plan import Order
from resolvers.spica_survey import Row
from schema.object_types import PageInfo
from schema.spica_night import NIGHT

DEFAULT_ORDER: tuple[Mapping[str, str], ...] = ({"priorityFinal": "ASC"}, {"transit": "ASC"})
"""As who plans a night reads it."""


class NightPage(NamedTuple):
    """Some targets in order, a cursor for each, and where they stand."""

    rows: Sequence[Row]
    cursors: Sequence[str]
    info: PageInfo


def night_page(rows: Sequence[Row], params: Mapping[str, Any], largest: int) -> NightPage:
    """Take a page of targets.

    Parameters
    ----------
    rows
        All targets of the night.
    params
        `first`, `after`, `last`, `before` and `orderBy` as for every list; one missing or None asks for nothing.
    largest
        Most rows of a page.

    Raises
    ------
    GatewayError
        As `planning.arguments.page`; `BadInput` too for a cursor of a target that the night no longer has.
    """
    page = arguments.page(NIGHT, {**params, "orderBy": params.get("orderBy") or DEFAULT_ORDER}, largest)
    ordered = in_order(rows, page.order)
    start, end = 0, len(ordered)
    if page.beyond.values:
        mark = _place(ordered, page.beyond.values[-1])
        start, end = (0, mark) if page.backwards else (mark + 1, end)
    start, end = (max(start, end - page.limit), end) if page.backwards else (start, min(end, start + page.limit))
    signed, taken = cursor.signature(NIGHT, page.order), ordered[start:end]
    cursors = [cursor.encode(signed, [row[term.column.sql] for term in page.order]) for row in taken]
    ends = (cursors[0], cursors[-1]) if cursors else (None, None)
    more = PageInfo(
        has_next_page=end < len(ordered), has_previous_page=start > 0, start_cursor=ends[0], end_cursor=ends[1]
    )
    return NightPage(taken, cursors, more)


def in_order(rows: Sequence[Row], order: Sequence[Order]) -> list[Row]:
    """Rows sorted by terms of an order, the first of which counts most."""
    sorted_ = list(rows)
    for term in reversed(order):
        name = term.column.sql
        present = [row for row in sorted_ if row[name] is not None]
        absent = [row for row in sorted_ if row[name] is None]
        present.sort(key=lambda row: row[name], reverse=term.descending)
        sorted_ = [*absent, *present] if term.nulls_first else [*present, *absent]
    return sorted_


def _place(rows: Sequence[Row], key: int) -> int:
    for place, row in enumerate(rows):
        if row[NIGHT.key.sql] == key:
            return place
    message = "The target of the cursor is not among those of this night any more: begin with the first page again"
    raise BadInput(message)
