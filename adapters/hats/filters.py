"""The parameter `filters` of a partition: conditions on its rows, as LSDB writes those that pyarrow has.

`Vmag<5,LDD>=1` is both, `Vmag<5;LDD>=1` one of them, and a comma binds stronger: a disjunction of conjunctions.
"""

import ast
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from planning.errors import BadInput, TooMuch
from planning.operands import operand
from planning.plan import AllOf, AnyOf, Compared, Condition, Negated, Selected
from schema.catalog import suggestion
from schema.column import Column
from schema.hats import CELL
from schema.operators import Op
from schema.types import BOOLEAN, DOUBLE, FLOAT

MOST = 100
"""Conditions of one request; LSDB writes twenty for a cone."""
OPERATORS = {"<=": Op.LE, ">=": Op.GE, "==": Op.EQ, "!=": Op.NE, "<": Op.LT, ">": Op.GT, "=": Op.EQ, "in": Op.IN,
             "not in": Op.IN}  # fmt: skip
_OPERATOR = "|".join(OPERATORS)
TRUTH = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on rows."""

    selected: Selected = field(default_factory=Selected)
    ranges: tuple[tuple[int, int], ...] | None = None
    """Cells of order 29, the first and the one behind the last, beside which none is; None where any may be."""

    @property
    def key(self) -> Hashable:
        """What they are the same by."""
        return self.selected.conditions, repr(self.selected.values)


EVERY = Filters()
"""All rows."""


def parse_filters(columns: Sequence[Column], text: str) -> Filters:
    """Read conditions.

    Parameters
    ----------
    columns
        The columns that may be compared.
    text
        Conditions as `Vmag<5`, of `<`, `<=`, `>`, `>=`, `==`, `!=`, `in` and `not in`, the last two before a list in
        brackets; with commas between where all are to hold, with semicolons between these where one is. "" for none.

    Raises
    ------
    BadInput
        A column does not exist, or a value is not one that it can be compared with.
    TooMuch
        There are more than `MOST`.
    """
    if not text.strip():
        return EVERY
    by_name = {column.name: column for column in columns if not column.type.many}
    groups = [[*_group(by_name, group)] for group in _groups(by_name, text)]
    if sum(map(len, groups)) > MOST:
        message = f"filters has {sum(map(len, groups))} conditions: at most {MOST} are taken"
        raise TooMuch(message)
    every = AnyOf(tuple(AllOf(tuple(condition for condition, _ in group)) for group in groups))
    ranges = [_range(group) for group in groups]
    known = None if None in ranges else tuple(one for one in ranges if one)
    return Filters(Selected((every,), tuple(value for group in groups for _, value in group)), known)


def _range(group: Sequence[tuple[Condition, Any]]) -> tuple[int, int] | None:
    """The cells of order 29 that a conjunction leaves, as LSDB writes a cone; None where it says nothing of them."""
    compared = [(one.op, value) for one, value in group if isinstance(one, Compared) and one.column.name == CELL]
    firsts = [value + (op is Op.GT) for op, value in compared if op in (Op.GE, Op.GT)]
    ends = [value + (op is Op.LE) for op, value in compared if op in (Op.LT, Op.LE)]
    return (max(firsts), min(ends)) if firsts and ends else None


def _groups(by_name: Mapping[str, Column], text: str) -> Iterator[list[str]]:
    """Conditions of each conjunction; a comma or a semicolon of a value has no condition behind it."""
    names = "|".join(map(re.escape, sorted(by_name, key=len, reverse=True)))
    begin = re.compile(rf"([,;])\s*(?=(?:{names})\s*(?:{_OPERATOR}))")
    first, *rest = begin.split(text)
    group = [first]
    for between, condition in zip(rest[::2], rest[1::2], strict=True):
        if between == ";":
            yield group
            group = []
        group.append(condition)
    yield group


def _group(by_name: Mapping[str, Column], group: Iterable[str]) -> Iterator[tuple[Condition, Any]]:
    names = "|".join(map(re.escape, sorted(by_name, key=len, reverse=True)))
    form = re.compile(rf"\s*({names})\s*({_OPERATOR})(.*)", re.DOTALL)
    for text in group:
        found = form.fullmatch(text)
        if found is None:
            name = re.split(r"[^\w.]", text.strip(), maxsplit=1)[0]
            message = f"filters has {text[:60]!r}: a condition as Vmag<5 is wanted{suggestion(name, list(by_name))}"
            raise BadInput(message)
        name, symbol, value = found.groups()
        column, op = by_name[name], OPERATORS[symbol]
        compared = Compared(column, op)
        yield Negated(compared) if symbol == "not in" else compared, _value(column, op, value.strip())


def _value(column: Column, op: Op, text: str) -> Any:
    try:
        if op is Op.IN:
            return [_operand(column, str(one)) for one in _listed(text)]
        return _operand(column, text)
    except (ValueError, SyntaxError, KeyError) as error:
        message = f"filters compares {column.name} with {text[:60]!r}: {_wanted(column)} is wanted"
        raise BadInput(message) from error


def _listed(text: str) -> Sequence[Any]:
    listed = ast.literal_eval(text)
    if not isinstance(listed, (list, tuple, set)):
        raise ValueError(text)
    return list(listed)


def _operand(column: Column, text: str) -> Any:
    """A value as it is bound; raises `ValueError` or `KeyError` for one of another type."""
    kind = column.type
    if kind is BOOLEAN:
        return TRUTH[text.lower()]
    if kind in (FLOAT, DOUBLE):
        return operand(column, float(text))
    if kind.graphql in ("Int", "Long"):
        return operand(column, _whole(text))
    if kind.temporal:
        moment = datetime.fromisoformat(text)
        return operand(column, moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return operand(column, text)


def _whole(text: str) -> int:
    """A whole number, which pandas may have written as `5.0`."""
    number = int(re.sub(r"\.0*$", "", text))
    if abs(number) >= 1 << 63:
        raise ValueError(text)
    return number


def _wanted(column: Column) -> str:
    if column.type is BOOLEAN:
        return "true or false"
    if column.type.temporal:
        return "a time as 2024-12-31T23:59:59"
    return "a whole number" if column.type.graphql in ("Int", "Long") else "a number"
