"""The clauses of a statement that fetches rows: its select list, WHERE, ORDER BY and LIMIT, each from its shape."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from planning.conditions import where
from planning.elements import Expression
from planning.plan import Order, StatementShape
from planning.routing import Destination
from planning.scope import Query, StatementScope
from planning.sorting import directed, unindexed_column
from schema.column import Column


def restricted(query: Query, shape: StatementShape, scope: StatementScope) -> Query:
    """A query of rows of the base with the conditions, order, offset and limit of a shape."""
    for condition in shape.conditions:
        query = query.where(where(condition, scope))
    return cut(query.order_by(*order_by(shape.order, scope)), shape)


def cut(query: Query, shape: StatementShape) -> Query:
    """A query with the offset and limit of a shape."""
    skipped = query.offset(number(shape.offset)) if shape.offset else query
    return limited(skipped, shape.limit)


def limited(query: Query, limit: int | None) -> Query:
    """A query of at most so many rows; None for all."""
    # postgres_fdw ships a literal LIMIT, never a bound one.
    return query if limit is None else query.limit(number(limit))


def number(value: int) -> Expression:
    """A whole number of our own, written into the statement."""
    return sa.literal_column(str(value), sa.Integer)


def order_by(order: Sequence[Order], scope: StatementScope) -> Iterator[Expression]:
    """The terms of ORDER BY."""
    return (directed(_sorted_by(term.column, scope), term, scope.to.order) for term in order)


def _sorted_by(column: Column, scope: StatementScope) -> Expression:
    """A column to sort by: written so that no index on it is taken, where the statement says that rows are sorted.

    A column of a union is not declared as indexed, though that of a branch may be.
    """
    expression = scope.column(column)
    if not scope.sorts:
        return expression
    return unindexed_column(column, expression, direct=scope.to.direct)


def labelled(shape: StatementShape, scope: StatementScope) -> list[Expression]:
    """The cells, called c0, c1 and so on."""
    return [scope.column(cell.column).label(f"c{index}") for index, cell in enumerate(shape.cells)]


def terms(shape: StatementShape, scope: StatementScope) -> list[Expression]:
    """The columns of an order, called o0, o1 and so on, for what is made of the rows to be in it still."""
    return [scope.column(term.column).label(f"o{index}") for index, term in enumerate(shape.order)]


def reordered(rows: sa.FromClause, shape: StatementShape, to: Destination) -> list[Expression]:
    """The terms of ORDER BY of a query over rows that have them as `terms` calls them."""
    return [directed(rows.c[f"o{index}"], term, to.order) for index, term in enumerate(shape.order)]
