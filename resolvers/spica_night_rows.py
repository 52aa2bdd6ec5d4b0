"""What a night has for each target, as values of the columns of `schema.spica_night`: times, angles, limits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from resolvers.spica_survey import Row
from sky.chara import MOON_WARNING
from sky.ephemeris import SIDEREAL, TURN
from sky.limits import HOURS, Limit
from sky.night import Night
from sky.observation import Observation

EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
"""Day 0 of the MJD."""
LIMITS = {limit: code for code, limit in enumerate(Limit)}
"""The codes of `schema.spica_night.LIMIT_NAMES`."""
LEAST = 1e-6
"""Hours that are not worth a word."""


def observation_rows(night: Night, seen: Observation) -> list[Row]:
    """The computed columns, intervals and limits of each target, but for its calibrators, priority and progress."""
    origins = night.ephemeris.sidereal_time(night.dark[0]) / TURN * HOURS
    pieces: list[list[Row]] = [[] for _ in seen.beginnings]
    cuts = seen.intervals
    starts, ends = (night.instants(hours, seen.beginnings[cuts.row]) for hours in (cuts.start, cuts.end))
    for row, *hours, start, end in zip(
        *(values.tolist() for values in (cuts.row, cuts.start, cuts.end, starts, ends)), strict=True
    ):
        times = [(origins + hour - seen.beginnings[row]) % HOURS for hour in hours]
        pieces[row].append(_interval((start, end), hours, times))
    hours_seen = cuts.lengths(len(pieces)) / SIDEREAL
    return [
        _summary(intervals, seen, place, hours)
        for place, (intervals, hours) in enumerate(zip(pieces, hours_seen.tolist(), strict=True))
    ]


def _interval(instants: tuple[float, float], hours: Sequence[float], sidereal: Sequence[float]) -> Row:
    start, end = map(to_datetime, instants)
    angles = [(hour + HOURS / 2) % HOURS - HOURS / 2 for hour in hours]
    return {
        "interval_start": start, "interval_end": end,
        "hour_angle_start": round(angles[0], 4), "hour_angle_end": round(angles[1], 4),
        "lst_start": round(float(sidereal[0]), 4), "lst_end": round(float(sidereal[1]), 4),
    }  # fmt: skip


def _summary(intervals: list[Row], seen: Observation, place: int, hours: float) -> Row:
    lost = {limit: float(values[place]) for limit, values in seen.lost.items() if values[place] > LEAST}
    moon = float(seen.moon[place])
    return {
        "observable": bool(intervals),
        "observable_hours": round(hours, 4),
        "observable_start": intervals[0]["interval_start"] if intervals else None,
        "observable_end": intervals[-1]["interval_end"] if intervals else None,
        "transit": to_datetime(float(seen.transits[place])),
        "highest_altitude": round(float(seen.highest[place]), 3) if intervals else None,
        "moon_separation": round(moon, 3) if intervals else None,
        "moon_near": moon < MOON_WARNING if intervals else None,
        "limited_by": " ".join(limit.name for limit in lost) or None,
        "intervals": intervals,
        "limits": [
            {"limit": LIMITS[limit], "hard": limit.hard, "lost": round(sidereal / SIDEREAL, 4)}
            for limit, sidereal in lost.items()
        ],
    }


def to_mjd(instant: datetime) -> float:
    """An instant as MJD in UTC."""
    return (instant - EPOCH) / timedelta(days=1)


def to_datetime(mjd: float) -> datetime:
    """An instant, MJD in UTC, to the second."""
    return EPOCH + timedelta(seconds=round(mjd * 86_400))
