"""What is asked of one branch of a union: the page's conditions and order in terms of the branch's own key.

The union's key is text that no source has; its values are what a branch's own key is spelled as, in the same order, so
that equality, order and cursors are said of that key, which has an index.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    InCone,
    InPolygon,
    Negated,
    Order,
    Page,
    Selected,
)
from schema.operators import Op
from schema.table import Branch, Column, Table

NEVER = Selected((AnyOf(()),))


def located(table: Table, chosen: Selected) -> tuple[Table, Selected] | None:
    """Where to look for the row with a key: for a union, the branch that the key names; None if it names none.

    A record that the union leaves out, as it is said elsewhere, keeps its identifier and is found by it.
    """
    if not table.branches:
        return table, chosen
    for branch in table.branches:
        value = read(branch, chosen.values[0])
        if value is not None:
            return branch.table, Selected((Compared(branch.own, Op.EQ),), (value,))
    return None


def read(branch: Branch, key: str) -> Any:
    """The value of a branch's own key that is spelled so, None where there is none."""
    if not key.startswith(branch.prefix):
        return None
    rest = key.removeprefix(branch.prefix)
    try:
        value = branch.read(rest)
        return value if branch.spelled(value) == rest else None
    except (ValueError, OverflowError):
        return None


def order(branch: Branch, key: Column, terms: tuple[Order, ...]) -> tuple[Order, ...]:
    """An order, with the branch's own key for that of the union."""
    return tuple(replace(term, column=branch.own) if term.column is key else term for term in terms)


def chosen(branch: Branch, key: Column, asked: Selected) -> Selected:
    """Conditions, with equality to the union's key said of the branch's own."""
    values = iter(asked.values)
    return _all([_said(branch, key, condition, values) for condition in asked.conditions])


def beyond(branch: Branch, page: Page) -> Selected:
    """The rows of a branch that come after the page's cursor, which may be a row of another branch."""
    if not page.beyond.conditions:
        return Selected()
    (mark,), (*values, told) = page.beyond.conditions, page.beyond.values
    assert isinstance(mark, AfterCursor)  # noqa: S101 - told to mypy
    terms, last = mark.order[:-1], mark.order[-1]
    value = read(branch, told)
    if value is not None:
        return Selected((AfterCursor((*terms, replace(last, column=branch.own)), mark.nulls),), (*values, value))
    if told.startswith(branch.prefix):
        return page.beyond
    before = Selected((AfterCursor(terms, mark.nulls[:-1]),), tuple(values)) if terms else NEVER
    if (branch.prefix < told) != last.descending:
        return before
    return _equal_or(before, terms, mark.nulls, values)


def _equal_or(before: Selected, terms: tuple[Order, ...], nulls: tuple[bool, ...], values: list[Any]) -> Selected:
    """Rows after the cursor, and those equal to it in all but the key, which is greater."""
    if not terms:
        return Selected()
    equal = tuple(Compared(term.column, Op.NULL if null else Op.EQ) for term, null in zip(terms, nulls, strict=False))
    return Selected((AnyOf((*before.conditions, AllOf(equal))),), (*before.values, *values))


def _said(branch: Branch, key: Column, condition: Condition, values: Iterator[Any]) -> Selected:
    match condition:
        case Compared(column, Op.EQ | Op.IN as op) if column is key:
            told = next(values)
            found = [read(branch, one) for one in ([told] if op is Op.EQ else told)]
            return Selected((Compared(branch.own, Op.IN),), ([value for value in found if value is not None],))
        case AllOf(parts) | AnyOf(parts):
            inner = _all([_said(branch, key, part, values) for part in parts])
            return Selected((type(condition)(inner.conditions),), inner.values)
        case Negated(part):
            inner = _said(branch, key, part, values)
            return Selected((Negated(inner.conditions[0]),), inner.values)
        case _:
            return Selected((condition,), tuple(islice(values, _bound(condition))))


def _bound(condition: Condition) -> int:
    """How many values a condition takes."""
    match condition:
        case Compared(_, op):
            return op.arity.bound
        case InCone():
            return 3
        case InPolygon(corners):
            return 6 * corners
        case AfterCursor(_, nulls):
            return nulls.count(False)
        case _:
            return 1


def _all(parts: list[Selected]) -> Selected:
    made = Selected()
    for part in parts:
        made += part
    return made
