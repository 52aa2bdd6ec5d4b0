"""When a star was observed: nights by instrument."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from markupsafe import Markup

from adapters.page.instants import DAYS, evening, year_of
from adapters.page.quantities import Values
from adapters.page.svg import Axis, Plot, Sign, axis_of, numbered
from adapters.page.words import Say

YEARS, MONTHS = 3, 8
"""Of a timeline: fewer years are shown as months, of which at most so many are named."""
LARGEST = 9
"""Radius of the point of a night, which grows with its exposures."""
SEPARATOR = "|"
"""Between the keys of what stands for several things."""


def timeline_plot(exposures: Sequence[Values], say: Say) -> Markup | None:
    """A point for each night of an instrument, larger for more exposures; None where no time is known."""
    counted = nights(exposures)
    if not counted:
        return None
    series = numbered(instrument for instrument, _ in counted)
    rows = Axis("", -0.5, len(series) - 0.5, tuple((row, name) for name, row in series.items()))
    plot = Plot(_time_axis([year_of(night) for _, night in counted], say), rows, 80 + 30 * len(series))
    parts = []
    for (instrument, night), keys in counted.items():
        told = say("{instrument}, night of {night}, exposures: {n}", instrument=instrument, night=night, n=len(keys))
        sign = Sign(size=min(LARGEST, 3 + math.sqrt(len(keys))), key=SEPARATOR.join(keys))
        row = series[instrument]
        parts.append(plot.point((year_of(night), row), row, told, sign))
    return plot.drawn(say("Nights by instrument"), parts)


def nights(exposures: Sequence[Values]) -> Mapping[tuple[str, date], Sequence[str]]:
    """The exposures of each instrument and night, which is that of the observatory."""
    found: dict[tuple[str, date], list[str]] = {}
    for one in exposures:
        if one["expMjdStart"] is not None:
            night = evening(one["expMjdStart"], one["interferometerName"])
            found.setdefault((one["instrumentName"], night), []).append(one["expId"])
    return found


def _time_axis(years: Sequence[float], say: Say) -> Axis:
    """An axis of years; of months where they are few, or of days."""
    plain = axis_of(say("Year"), years)
    first, last = math.floor(plain.first), math.ceil(plain.last)
    if last - first > YEARS:
        return plain
    months = [date(year, month, 1) for year in range(first, last) for month in range(1, 13)]
    named = ((year_of(month), f"{month:%Y-%m}") for month in months)
    inside = tuple((at, name) for at, name in named if plain.first <= at <= plain.last)
    step = math.ceil(len(inside) / MONTHS)
    return replace(plain, title=say("Month"), named=inside[::step] if inside else _ends(years))


def _ends(years: Sequence[float]) -> tuple[tuple[float, str], ...]:
    days = (date(int(year), 1, 1) + timedelta(days=round(year % 1 * DAYS)) for year in (min(years), max(years)))
    return tuple((year_of(day), day.isoformat()) for day in days)
