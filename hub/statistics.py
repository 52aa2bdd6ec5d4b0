"""From the declared statistics of a source (`schema.statistics`) to plans, and from rows to lines.

They are computed here even where a source keeps some itself: what the import of the Obs Portal leaves in its table of
statistics may be older than its rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from planning import arguments
from planning.plan import Function, Grouping, Plan, StatementShape
from schema.statistics import Figure


class Line(NamedTuple):
    """One statistic: its key, its value as people read it, and the number itself where it is one."""

    key: str
    value: str
    number: float | None


def plan(figure: Figure) -> Plan:
    """The plan of a figure: groups of rows with their count, and the measure last."""
    chosen = arguments.selected(figure.table, {"where": figure.where})
    by = (figure.table.by_field[figure.by],) if figure.by else ()
    measures = ((Function(figure.measure[0]), figure.table.by_field[figure.measure[1]]),) if figure.measure else ()
    return Plan(StatementShape(figure.table, (), chosen.conditions, grouping=Grouping(by, measures)), chosen.values)


def lines(figure: Figure, rows: Sequence[Sequence[Any]], whole: int) -> Iterator[Line]:
    """The lines of a figure from the rows of its plan; `whole` is how many rows its table has.

    A measure of no values gives no line.
    """
    for row in rows:
        key = f"{figure.key} {row[0]}" if figure.by else figure.key
        count = row[1 if figure.by else 0]
        if figure.measure is None:
            share = f" ({count / whole:.2%})" if figure.share and whole else ""
            yield Line(key, f"{count}{share}", count)
        elif row[-1] is not None:
            yield Line(key, *figure.measure[2](row[-1]))
