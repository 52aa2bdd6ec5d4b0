"""Stacked bars as SVG: how many there are in each bin, one colour a series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup

from adapters.page.instants import MJD_ORIGIN
from adapters.page.svg import SERIES, Axis, Plot, legend, numbered

HEIGHT = 260
NAMED = 10
"""At most so many dates stand at an axis."""
OTHERS = "…"
"""Name of the series of all that have no colour of their own."""
RECTANGLE = Markup('<rect class="point s{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>')


@dataclass(frozen=True, slots=True)
class Bin:
    """From `low` to `high`, as people call it; times are MJD in days."""

    label: str
    low: float
    high: float


Counts = Mapping[Bin, Mapping[str, int]]
"""How many there are in each bin, by series."""


def bar_plot(title: str, described: str, counts: Counts, *, dated: bool = False, named: bool = False) -> Markup | None:
    """Draw bars, and the names of the series; None where nothing is counted.

    Parameters
    ----------
    title
        Of the axis across.
    described
        What the plot shows, for who does not see it.
    counts
        Of which bins nothing is said, nothing is drawn.
    dated
        Whether bins are times, MJD in days: years or months then stand at the axis.
    named
        Whether the names of the bins do.
    """
    if not counts:
        return None
    counts = {one: _fewer(each, _largest(counts)) for one, each in counts.items()}
    series = numbered(name for each in counts.values() for name in each)
    first, last = min(one.low for one in counts), max(one.high for one in counts)
    ticks = _dates(first, last) if dated else _names(counts) if named else ()
    top = max(sum(each.values()) for each in counts.values())
    plot = Plot(Axis(title, first, last, ticks), Axis("", 0, 1.05 * top), HEIGHT)
    parts = [part for one, each in counts.items() for part in _stack(plot, one, each, series)]
    return plot.drawn(described, parts) + (legend(series) if len(series) > 1 else Markup(""))


def _largest(counts: Counts) -> frozenset[str]:
    """Those series that have a colour: the largest, where there are more than colours."""
    totals: dict[str, int] = {}
    for each in counts.values():
        for name, number in each.items():
            totals[name] = totals.get(name, 0) + number
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    return frozenset(ranked if len(ranked) <= SERIES else ranked[: SERIES - 1])


def _fewer(each: Mapping[str, int], kept: frozenset[str]) -> dict[str, int]:
    shown = {name: number for name, number in each.items() if name in kept}
    rest = sum(each.values()) - sum(shown.values())
    return shown | ({OTHERS: rest} if rest else {})


def _stack(plot: Plot, one: Bin, each: Mapping[str, int], series: Mapping[str, int]) -> Sequence[Markup]:
    parts, bottom = [], 0
    for name in sorted(each, key=lambda name: series[name]):
        (left, lower), (right, upper) = plot.at(one.low, bottom), plot.at(one.high, bottom + each[name])
        width, height = max(0.8, round(right - left - 0.5, 1)), round(lower - upper, 1)
        told = f"{one.label}, {name}: {each[name]}" if name else f"{one.label}: {each[name]}"
        parts.append(RECTANGLE.format(series[name] % SERIES, left, upper, width, height, told))
        bottom += each[name]
    return parts


def _names(counts: Counts) -> tuple[tuple[float, str], ...]:
    return tuple(((one.low + one.high) / 2, one.label) for one in counts)


def _dates(first: float, last: float) -> tuple[tuple[float, str], ...]:
    """Beginnings of years within a period of MJD; of months where it is short."""
    days = [MJD_ORIGIN + timedelta(days=round(edge)) for edge in (first, last)]
    years = range(days[0].year, days[1].year + 2)
    long = days[1].year - days[0].year > 2
    places = [date(year, month, 1) for year in years for month in ((1,) if long else range(1, 13))]
    inside = [(float((place - MJD_ORIGIN).days), place) for place in places]
    named = tuple((at, f"{day:%Y}" if long else f"{day:%Y-%m}") for at, day in inside if first <= at <= last)
    return named[:: -(-len(named) // NAMED)] or ((first, days[0].isoformat()),)


def mjd_date(mjd: float) -> date:
    """The day of an MJD (UTC)."""
    return MJD_ORIGIN + timedelta(days=int(mjd))


def midnight(day: date) -> str:
    """The beginning of a day as GraphQL's DateTime (UTC)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat()
