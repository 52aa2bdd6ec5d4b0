"""A night of the survey with SPICA: the targets that are wanted, when each can be observed, and how urgent it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hub.rows import Record
from resolvers.spica_calibrators import NONE, Stars, choose_calibrators, same_star
from resolvers.spica_night_curves import Course
from resolvers.spica_night_request import NightRequest
from resolvers.spica_night_rows import EPOCH, observation_rows, to_datetime
from resolvers.spica_secondaries import choose_secondaries, make_pool
from resolvers.spica_survey import Row, Survey
from schema.spica_night import AFTER, BEFORE, SECONDARY_AFTER, SECONDARY_BEFORE
from schema.spica_night_types import COURSE
from schema.spica_rules import LOW, final_priority, progress
from sky.chara import CHARA, FIXED_POPS
from sky.ephemeris import illumination
from sky.healpix import Floats
from sky.interferometer import Array
from sky.night import Night
from sky.observation import Observation, observe, star_windows
from sky.orientation import orientation_table
from sky.pops import best_pops

MASKED_PRIORITY = LOW
"""Priority of a target whose investigator gave none."""


@dataclass(frozen=True)
class NightSetup:
    """A night, and the telescopes with their Pipes of Pan, by their places in `Beam.pops`."""

    night: Night
    array: Array
    pops: tuple[int, ...]

    def observe(self, places: tuple[Floats, Floats]) -> Observation:
        """When stars at places (CIRS, radians) can be observed."""
        return observe(self.night, self.array, self.pops, places)


@dataclass(frozen=True, eq=False)
class SpicaNight:
    """A night, with a row for each target: values by SQL names of `schema.spica_night.NIGHT`, intervals and limits."""

    request: NightRequest
    setup: NightSetup
    rows: Sequence[Row]
    calibrators: Sequence[Row]
    """Rows of `spica_calprim` that are fit to calibrate."""
    warnings: tuple[str, ...] = field(default=())

    secondaries: Mapping[int, Record] = field(default_factory=dict)
    """Stars of JSDC that are chosen, once they have been read (`load_secondaries`), by `jsdc_id`."""

    @property
    def secondary_keys(self) -> set[int]:
        """`jsdc_id` of the stars of JSDC that are chosen."""
        columns = (SECONDARY_BEFORE, SECONDARY_AFTER)
        return {row[column.sql] for row in self.rows for column in columns if row[column.sql] is not None}

    @property
    def pop_digits(self) -> str:
        """The Pipes of Pan as people write them."""
        return "".join(str(place + 1) for place in self.setup.pops)

    @property
    def moon_illumination(self) -> float:
        """Lit part of the Moon's disk in the middle of the night."""
        middle = np.array([sum(self.setup.night.dark) / 2])
        return float(illumination(self.setup.night.ephemeris.sun(middle), self.setup.night.ephemeris.moon(middle))[0])


def compute_night(request: NightRequest, survey: Survey) -> SpicaNight:
    """Compute a night; it takes some 0.5 s, in a thread.

    Parameters
    ----------
    request
        What is asked, checked.
    survey
        What the databases have.

    Raises
    ------
    BadInput
        A programme is asked that wants none of the survey's targets.
    """
    request.check_programmes({row[name] for row in survey.targets for name in ("progname", "progname2")} - {None})
    night = Night(CHARA, request.evening)
    wanted = [row for row in map(_ranked, survey.targets) if _chosen(request, row)]
    places = _places(night, wanted)
    setup = NightSetup(night, request.array, _pops(request, night, places))
    seen = setup.observe(places)
    courses = (Course(night, float(ra), float(dec)) for ra, dec in zip(*places, strict=True))
    rows = [
        row | values | {COURSE: course}
        for row, values, course in zip(wanted, observation_rows(night, seen), courses, strict=True)
    ]
    targets = _stars(night, wanted, seen)
    fit = _add_calibrators(rows, targets, survey, setup)
    _add_secondaries(rows, targets, survey, setup)
    kept = [row for row in rows if row["observable"]] if request.observable else rows
    return SpicaNight(request, setup, kept, fit, tuple(_warnings(request, survey)))


def _ranked(row: Row) -> Row:
    """A target with its flag and priority; no completion rate is none done, as for the scheduler."""
    given = MASKED_PRIORITY if row["priority_pi"] is None else row["priority_pi"]
    flag = progress(row["spica_mode"], row["completion_rate"] or 0.0)
    priority = final_priority(flag, given, shared=row["progname2"] is not None)
    return row | {"progress": flag, "priority_final": priority}


def _chosen(request: NightRequest, row: Row) -> bool:
    programmes = {row["progname"], row["progname2"]}
    return (
        (not request.modes or row["spica_mode"] in request.modes)
        and (not request.programmes or not programmes.isdisjoint(request.programmes))
        and (not request.priorities or row["priority_final"] in request.priorities)
    )


def _places(night: Night, rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """Places (CIRS) of targets or calibrators; the survey has no proper motions."""
    still = np.zeros(len(rows))
    return night.ephemeris.places(_numbers(rows, "ra"), _numbers(rows, "dec"), still, still)


def _numbers(rows: Sequence[Row], name: str) -> Floats:
    return np.array([row[name] for row in rows], float)


def _pops(request: NightRequest, night: Night, places: tuple[Floats, Floats]) -> tuple[int, ...]:
    if request.pops:
        return tuple(int(digit) - 1 for digit in request.pops)
    fixed = {station: pop - 1 for station, pop in FIXED_POPS.items()}
    return best_pops(request.array, fixed, star_windows(night, places[0]), places[1], night.ephemeris.latitude)


def _stars(night: Night, rows: Sequence[Row], seen: Observation) -> Stars:
    window = _window(night, seen)
    return Stars(_numbers(rows, "ra"), _numbers(rows, "dec"), _numbers(rows, "vmag"), *window)


def _window(night: Night, seen: Observation) -> tuple[Floats, Floats]:
    """The first and the last instant at which each star can be observed, MJD; inf and -inf for those that cannot."""
    cuts, count = seen.intervals, len(seen.beginnings)
    start, end = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(start, cuts.row, night.instants(cuts.start, seen.beginnings[cuts.row]))
    np.maximum.at(end, cuts.row, night.instants(cuts.end, seen.beginnings[cuts.row]))
    return start, end


def _add_calibrators(rows: Sequence[Row], targets: Stars, survey: Survey, setup: NightSetup) -> list[Row]:
    """Set the calibrators of each row, and return those that are fit at all."""
    known, night = survey.calibrators, setup.night
    stars = _stars(night, known, setup.observe(_places(night, known)))
    unfit = same_star(stars, np.array(survey.bad or [], float)) | same_star(
        stars, np.stack([targets.ra, targets.dec], 1)
    )
    good = np.flatnonzero(~unfit)
    fit: list[Any] = [known[place] for place in good.tolist()]
    for column, chosen in zip((BEFORE, AFTER), choose_calibrators(targets, stars.take(good)), strict=True):
        for row, place in zip(rows, chosen.tolist(), strict=True):
            row[column.sql] = None if place == NONE else fit[place]["calprim_id"]
    return fit


def _add_secondaries(rows: Sequence[Row], targets: Stars, survey: Survey, setup: NightSetup) -> None:
    """Set the stars of JSDC that go with each row."""
    night = setup.night
    pool = make_pool(np.array([tuple(star) for star in survey.stars or ()], float).reshape(-1, 6))
    others = [*(survey.bad or ()), *((row["ra"], row["dec"]) for row in (*rows, *survey.calibrators))]
    pool = pool.without(np.array(others, float))

    def window(ra: Floats, dec: Floats) -> tuple[Floats, Floats]:
        still = np.zeros(len(ra))
        return _window(night, setup.observe(night.ephemeris.places(ra, dec, still, still)))

    chosen = choose_secondaries(targets, pool, window)
    for column, keys in zip((SECONDARY_BEFORE, SECONDARY_AFTER), chosen, strict=True):
        for row, key in zip(rows, keys.tolist(), strict=True):
            row[column.sql] = None if key == NONE else key


def _warnings(request: NightRequest, survey: Survey) -> list[str]:
    said, table = [], orientation_table()
    if (request.evening - EPOCH.date()).days > table.last:
        said.append(
            f"The Earth's orientation is predicted up to {to_datetime(table.last).date()}: times are good to 2 s"
        )
    if survey.left_out:
        said.append(f"Targets without a place, or that no programme wants in a mode of SPICA: {survey.left_out}")
    if survey.stars is None:
        said.append("JSDC could not be read: there are no secondary calibrators")
    if survey.bad is None:
        said.append("BadCal could not be read: calibrators may be stars that it lists")
    return said
