"""From conditions and order of a union to those of one of its branches, in terms of the branch's own key.

The union's key is text that no source has: the branch's prefix, then its own key as text, in the same order as the key
itself. So equality, order and cursors become those of the branch's own key, which has an index. Example, for a branch
with the prefix `ivo://jmmc.fr/oidb?` and the key `id`: `key = 'ivo://jmmc.fr/oidb?42'` becomes `id IN (42)`, and every
other branch has no such row: `IN ()`.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import islice
from operator import add
from typing import Any

from planning.plan import AfterCursor, AllOf, AnyOf, Compared, Condition, Negated, Order, Page, Selected, values_of
from schema.column import Column
from schema.operators import Op
from schema.table import Branch, Table

NEVER = Selected((AnyOf(()),))


def located(table: Table, chosen: Selected) -> tuple[Table, Selected] | None:
    """The table that has the row with a key, and the condition: of a union, the branch that the key names.

    None where it names none. A record that the union leaves out as a duplicate keeps its identifier and is found by it.
    """
    if not table.branches:
        return table, chosen
    for branch in table.branches:
        value = read(branch, chosen.values[0])
        if value is not None:
            return branch.table, Selected((Compared(branch.own, Op.EQ),), (value,))
    return None


def read(branch: Branch, key: str) -> Any:
    """The value of a branch's own key from that of the union, None where it is not one of this branch."""
    if not key.startswith(branch.prefix):
        return None
    rest = key.removeprefix(branch.prefix)
    try:
        value = branch.read(rest)
        return value if branch.spelled(value) == rest else None
    except (ValueError, OverflowError):
        return None


def order(branch: Branch, key: Column, terms: tuple[Order, ...]) -> tuple[Order, ...]:
    """An order with the branch's own key in place of the union's."""
    return tuple(replace(term, column=branch.own) if term.column is key else term for term in terms)


def chosen(branch: Branch, key: Column, selected: Selected) -> Selected:
    """Conditions, with equality to the union's `key` as equality to the branch's own."""
    values = iter(selected.values)
    return _all([_translated(branch, key, condition, values) for condition in selected.conditions])


def beyond(branch: Branch, page: Page) -> Selected:
    """The rows of a branch that come after the page's cursor, which may be a row of another branch."""
    if not page.beyond.conditions:
        return Selected()
    (mark,), (*values, last_key) = page.beyond.conditions, page.beyond.values
    assert isinstance(mark, AfterCursor)  # noqa: S101 - for mypy
    terms, last = mark.order[:-1], mark.order[-1]
    value = read(branch, last_key)
    if value is not None:
        return Selected((AfterCursor((*terms, replace(last, column=branch.own)), mark.nulls),), (*values, value))
    if last_key.startswith(branch.prefix):
        return page.beyond
    before = Selected((AfterCursor(terms, mark.nulls[:-1]),), tuple(values)) if terms else NEVER
    if (branch.prefix < last_key) != last.descending:
        return before
    return _equal_or(before, terms, mark.nulls, values)


def _equal_or(before: Selected, terms: tuple[Order, ...], nulls: tuple[bool, ...], values: list[Any]) -> Selected:
    """Rows after the cursor, and those equal to it in all but the key, which is greater."""
    if not terms:
        return Selected()
    equal = tuple(Compared(term.column, Op.ABSENT if null else Op.EQ) for term, null in zip(terms, nulls, strict=False))
    return Selected((AnyOf((*before.conditions, AllOf(equal))),), (*before.values, *values))


def _translated(branch: Branch, key: Column, condition: Condition, values: Iterator[Any]) -> Selected:
    match condition:
        case Compared(column, Op.EQ | Op.IN as op) if column is key:
            value = next(values)
            own = [read(branch, text) for text in ([value] if op is Op.EQ else value)]
            return Selected((Compared(branch.own, Op.IN),), ([one for one in own if one is not None],))
        case AllOf(conditions) | AnyOf(conditions):
            inner = _all([_translated(branch, key, one, values) for one in conditions])
            return Selected((type(condition)(inner.conditions),), inner.values)
        case Negated(negated):
            inner = _translated(branch, key, negated, values)
            return Selected((Negated(inner.conditions[0]),), inner.values)
        case _:
            return Selected((condition,), tuple(islice(values, values_of(condition))))


def _all(chosen: list[Selected]) -> Selected:
    return reduce(add, chosen, Selected())
