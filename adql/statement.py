"""A compiled query as the statement of a COPY: its rows as a format writes them."""

from adql.compiled import CompiledQuery
from planning.plan import Cell
from planning.routing import HubSql
from planning.sql import Row, Statement


def cells(compiled: CompiledQuery) -> tuple[Cell, ...]:
    """The columns of the result, for a format."""
    return tuple(Cell(result.column, result.column.name, table=result.table) for result in compiled.results)


CUT = "LIMIT"
"""What a text has where some of its rows are chosen, which may be others when it is asked again."""


def statement(compiled: CompiledQuery, row: Row, limit: int | None, measure: Row | None = None) -> Statement:
    """The statement whose rows `row` writes, for COPY; `limit` of them at most (None for all), and no more than TOP.

    Where the row calls a function of the hub, the statement goes to the hub. `measure` writes the figures of all rows;
    a query that chooses some itself, by TOP, has none, nor has one that gives others each time.
    """
    names = [f"c{number}" for number in range(len(compiled.results))]
    limits = [most for most in (compiled.limit, limit) if most is not None]
    last = f" LIMIT {min(limits)}" if limits else ""
    listed = row(list(zip(cells(compiled), names, strict=True)))
    if compiled.through and isinstance(listed, HubSql):
        return statement(compiled.through, row, limit, measure)
    text = f"SELECT {listed} FROM ({compiled.text}{last}) AS s({', '.join(names)})"  # noqa: S608 - of declarations
    figures = ""
    if measure and compiled.limit is None and CUT not in compiled.text and not compiled.varies:
        all_rows = measure(list(zip(cells(compiled), names, strict=True)))
        figures = all_rows and f"SELECT {all_rows} FROM ({compiled.text}) AS s({', '.join(names)})"  # noqa: S608 - of declarations
    kept = (compiled.values, compiled.sources, compiled.direct, compiled.varies, compiled.dated, compiled.settings)
    return Statement(text, *kept, figures)
