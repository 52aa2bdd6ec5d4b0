"""The statistics of each source: which there are, the plan that fetches each, how its value is written.

Those of the Obs Portal bear its own keys; they are computed here all the same, as what its import leaves in its table
of statistics may be older than its rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from planning import arguments
from planning.plan import Function, Grouping, Plan, StatementShape
from schema import jsdc, obsportal, oidb, spica
from schema.table import Table


class Line(NamedTuple):
    """One statistic: its key, its value as people read it, and the number itself where it is one."""

    key: str
    value: str
    number: float | None


Write = Callable[[Any], tuple[str, float | None]]
"""From a value that PostgreSQL gives to the text that people read, and the number where it is one."""


@dataclass(frozen=True, eq=False, slots=True)
class Figure:
    """A count of rows, a count for each group of them, or an aggregate of a column's values."""

    key: str
    table: Table
    where: Mapping[str, Any] = field(default_factory=dict)
    """Conditions, as the GraphQL argument `where` has them."""
    by: str = ""
    """GraphQL field to group by, whose value follows the key; empty for all rows together."""
    share: bool = False
    """Whether the share of the whole table follows the count."""
    measure: tuple[Function, str, Write] | None = None
    """An aggregate function, the GraphQL field that it is applied to, and how its value is written; None to count."""

    def plan(self) -> Plan:
        """The plan that fetches it."""
        chosen = arguments.selected(self.table, {"where": self.where})
        by = (self.table.by_field[self.by],) if self.by else ()
        measures = ((self.measure[0], self.table.by_field[self.measure[1]]),) if self.measure else ()
        return Plan(StatementShape(self.table, (), chosen.conditions, grouping=Grouping(by, measures)), chosen.values)

    def lines(self, rows: Sequence[Sequence[Any]], whole: int) -> Iterator[Line]:
        """The statistics made of the rows of the plan; `whole` is the number of rows of the table."""
        for row in rows:
            key = f"{self.key} {row[0]}" if self.by else self.key
            count = row[1 if self.by else 0]
            if self.measure is None:
                share = f" ({count / whole:.2%})" if self.share and whole else ""
                yield Line(key, f"{count}{share}", count)
            elif row[-1] is not None:
                yield Line(key, *self.measure[2](row[-1]))


def _mjd(days: float) -> tuple[str, float]:
    try:
        moment = datetime(1858, 11, 17, tzinfo=UTC) + timedelta(days=days)
    except OverflowError:  # a date that is none is told as it stands
        return str(days), days
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3], days


def _instant(moment: datetime) -> tuple[str, None]:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC+0000", None


def _part(mean: float) -> tuple[str, float]:
    return f"{mean:.2%}", mean


FIGURES: Mapping[str, tuple[Figure, ...]] = {
    "obsportal": (
        Figure("Header count", obsportal.HEADER),
        Figure("Target count", obsportal.TARGET),
        Figure("Observation count", obsportal.OBSERVATION),
        Figure("Exposure count", obsportal.EXPOSURE),
        Figure("Valid exposure count", obsportal.EXPOSURE, {"expValidationLevel": {"eq": 1}}, share=True),
        Figure("Exposure Date min", obsportal.EXPOSURE, measure=(Function.MIN, "expMjdStart", _mjd)),
        Figure("Exposure Date max", obsportal.EXPOSURE, measure=(Function.MAX, "expMjdStart", _mjd)),
        Figure("Header last ModificationDate", obsportal.HEADER, measure=(Function.MAX, "headerDateUpdated", _instant)),
    ),
    "oidb": (
        Figure("Granule count", oidb.GRANULE),
        Figure("Granule count, level", oidb.GRANULE, by="calibLevel", share=True),
        Figure("Granule count, rights", oidb.GRANULE, by="dataRights", share=True),
        Figure("Collection count", oidb.COLLECTION),
        Figure("Granule last submission", oidb.GRANULE, measure=(Function.MAX, "subdate", _instant)),
    ),
    "jsdc": (
        Figure("Star count", jsdc.STAR),
        Figure("Star count, bright (with spectral type)", jsdc.STAR, {"spTypeSimbad": {"isNull": False}}, share=True),
        Figure("Star count, faint (without)", jsdc.STAR, {"spTypeSimbad": {"isNull": True}}, share=True),
        Figure("Star count, with diameter", jsdc.STAR, {"ldd": {"gt": 0}}, share=True),
        Figure("Calibrator count (CalFlag 0)", jsdc.STAR, {"calFlag": {"eq": 0}}, share=True),
        Figure("Bad calibrator count", jsdc.BADCAL),
    ),
    "spica": (
        Figure("Target count", spica.TARGET),
        Figure("Program count", spica.PROGRAM),
        Figure("Run count", spica.FOLLOWUP),
        Figure("Run count, status", spica.FOLLOWUP, by="runStatus", share=True),
        Figure("Completion", spica.TARGET, measure=(Function.AVG, "completionRate", _part)),
    ),
}
