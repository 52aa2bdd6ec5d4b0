"""SQL of what depends on an order: terms of ORDER BY, `<` and its kin, keys that the hub groups by."""

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from planning.plan import Order
from planning.text_order import COLLATED, TextOrder
from schema.column import Column
from schema.types import Scalar

Expression: TypeAlias = sa.ColumnElement[Any]
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class _TextElement(sa.ColumnElement[str]):
    """SQL around a text; `{}` is the text."""

    inherit_cache = False
    type = sa.Text()

    def __init__(self, template: str, text: Expression) -> None:
        self.template, self.text = template, text


@compiles(_TextElement)
def _text_sql(element: _TextElement, compiler: Any, **options: Any) -> str:
    written: str = element.template.format(compiler.process(element.text, **options))
    return written


def directed(expression: Expression, term: Order, order: TextOrder) -> Expression:
    """A term of ORDER BY, its column written as `expression`."""
    if _apart(term.column, order):
        terms: Expression = _TextElement(f"{{}} {order.sorting(descending=term.descending)}", expression)
    else:
        terms = expression.desc() if term.descending else expression.asc()
    natural = term.nulls_first == term.descending
    return terms if natural else terms.nulls_first() if term.nulls_first else terms.nulls_last()


def unindexed(scalar: Scalar, *, direct: bool) -> str:
    """SQL of a value that sorts as `{}` does, which no index on that answers; `direct` for a source itself."""
    match scalar.graphql:
        case "String":
            return "{} || ''"
        case "Int" | "Long" | "Float":
            return "{} + 0"
        case "DateTime" if direct:  # the hub ships this of no time with a zone
            return "{} + interval '0'"
        case _:
            return "{}"


def unindexed_column(column: Column, expression: Expression, *, direct: bool) -> Expression:
    """The same of a column, written as `expression`."""
    return _TextElement(unindexed(column.type, direct=direct), expression)


def compared(column: Column, expression: Expression, symbol: str, value: Expression, order: TextOrder) -> Expression:
    """Whether a column, written as `expression`, is `<`, `<=`, `>` or `>=` a value."""
    if _apart(column, order):
        return expression.op(compared_by(column, symbol, order), is_comparison=True)(value)
    condition: Expression = COMPARISONS[symbol](expression, value)
    return condition


def compared_by(column: Column, symbol: str, order: TextOrder) -> str:
    """The operator that compares a column as `symbol` means it."""
    return order.operator(symbol) if _apart(column, order) else symbol


def collated(column: Column, expression: Expression, order: TextOrder) -> list[Expression]:
    """What the hub groups by beside a column of rows that it merges, so that no source sorts them for it."""
    return [_TextElement(COLLATED, expression)] if order.merged and _apart(column, order) else []


def extreme(column: Column, expression: Expression, order: TextOrder, *, largest: bool) -> Expression | None:
    """The smallest or largest text of a group; None where `min` and `max` give it."""
    return _TextElement(order.extreme(largest=largest), expression) if _apart(column, order) else None


def _apart(column: Column, order: TextOrder) -> bool:
    """Whether it is a text that the databases would sort otherwise."""
    return order is not TextOrder.NATIVE and column.type.sql == "text"
