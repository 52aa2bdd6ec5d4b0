"""Conditions on the word of a vocabulary that a text is, as conditions on the text."""

from typing import Any

from planning.plan import AnyOf, Compared, Condition, Negated, Selected
from schema.column import Column
from schema.derived import UNKNOWN
from schema.operators import Op


def term_compared(column: Column, op: Op, operand: Any) -> Selected:
    """The condition that the word of a column's text compares so; the operand is that of a filter, coerced.

    UNKNOWN is any text that is none of the vocabulary's; NULL is no word.
    """
    match op:
        case Op.NULL | Op.NOT_NULL:
            return Selected((Compared(column, op),))
        case Op.IN:
            return _one_of(column, operand)
        case Op.EQ:
            return _one_of(column, [operand])
        case _:
            equal = _one_of(column, [operand])
            return Selected((Negated(equal.conditions[0]),), equal.values)


def _one_of(column: Column, terms: list[Any]) -> Selected:
    names = {getattr(term, "value", term) for term in terms}
    members = column.vocabulary.members if column.vocabulary else {}
    conditions: list[Condition] = [Compared(column, Op.IN)]
    values: list[Any] = [[text for text, (name, _) in members.items() if name in names]]
    if UNKNOWN in names:
        conditions.append(Negated(Compared(column, Op.IN)))
        values.append(list(members))
    return Selected((AnyOf(tuple(conditions)),), tuple(values))
