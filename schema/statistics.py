"""The statistics of each source: which they are, of which rows, and how their values are written.

Those of the Obs Portal bear its own keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from schema import jsdc, obsportal, oidb, oidb_collections, spica
from schema.table import Table

Write = Callable[[Any], tuple[str, float | None]]
"""From a value that is not NULL to the text for people, and the number where it is one."""


@dataclass(frozen=True, eq=False, slots=True)
class Figure:
    """A count of rows, of each group of them, or what is computed from a column's values."""

    key: str
    """Its name in documents; of a group, the value that it was grouped by follows."""
    table: Table
    where: Mapping[str, Any] = field(default_factory=dict)
    """Condition as the GraphQL argument `where`; empty for all rows."""
    by: str = ""
    """Field of GraphQL to group by; empty for one figure."""
    share: bool = False
    """Whether the count is followed by its share of the whole table, in percent."""
    measure: tuple[str, str, Write] | None = None
    """`min`, `max` or `avg`, of which field of GraphQL, and how it is written; None for a count."""


def _mjd(days: float) -> tuple[str, float]:
    try:
        moment = datetime(1858, 11, 17, tzinfo=UTC) + timedelta(days=days)
    except OverflowError:  # a date that is none is written as it stands
        return str(days), days
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3], days


def _instant(moment: datetime | str) -> tuple[str, None]:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC+0000" if isinstance(moment, datetime) else moment, None


def _percent(mean: float) -> tuple[str, float]:
    return f"{mean:.2%}", mean


FIGURES: Mapping[str, tuple[Figure, ...]] = {
    "obsportal": (
        Figure("Header count", obsportal.HEADER),
        Figure("Target count", obsportal.TARGET),
        Figure("Observation count", obsportal.OBSERVATION),
        Figure("Exposure count", obsportal.EXPOSURE),
        Figure("Valid exposure count", obsportal.EXPOSURE, {"expValidationLevel": {"eq": 1}}, share=True),
        Figure("Exposure Date min", obsportal.EXPOSURE, measure=("min", "expMjdStart", _mjd)),
        Figure("Exposure Date max", obsportal.EXPOSURE, measure=("max", "expMjdStart", _mjd)),
        Figure("Header last ModificationDate", obsportal.HEADER, measure=("max", "headerDateUpdated", _instant)),
    ),
    "oidb": (
        Figure("Granule count", oidb.GRANULE),
        Figure("Granule count, level", oidb.GRANULE, by="calibLevel", share=True),
        Figure("Granule count, rights", oidb.GRANULE, by="dataRights", share=True),
        Figure("Collection count", oidb_collections.COLLECTION),
        Figure("Granule last submission", oidb.GRANULE, measure=("max", "subdate", _instant)),
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
        Figure("Completion", spica.TARGET, measure=("avg", "completionRate", _percent)),
    ),
}
