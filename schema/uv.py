"""What an interferometer resolves: SQL of baselines, telescopes and wavelengths, the same for every database.

Baselines are those that a log has recorded as they were projected on the sky; where none are, the stations tell them
as they stand on the ground, which projected ones are no longer than. `station_sets.csv` has the distances between the
stations of each set of ASPRO2's configuration of VLTI (periods up to 2026) and CHARA, from the places of its stations;
`mode_channels.csv` the spectral channels of modes that it has a table of wavelengths for.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from schema.obscore import WIDEST

RADIANS = 206264.80624709636
"""Arcseconds of a radian."""
DEGREES = 57.29577951308232
DIAMETERS: Mapping[str, str] = {
    "CHARA": "1.0",
    "VLTI": "CASE strpos({0}, 'U') > 0 WHEN true THEN 8.0 WHEN false THEN 1.8 END",
}
"""Metres of the largest telescope's pupil by the interferometer, `{0}` being the stations (ASPRO2's configuration)."""
SAMPLES = 1000
"""Cells along each axis of the uv plane, of which `uv_distribution_fill` is the mean number of points."""
SHORTEST, LONGEST = 0, 1
MOST, POWER = 6, 6
"""Stations of a set at most, and what their places are raised to so that a sum of them tells a set from others."""


@cache
def station_sets() -> dict[str, tuple[float, float]]:
    """Shortest and longest distance (m) between the stations of a set, by their names, which blanks separate."""
    with Path(__file__).with_name("station_sets.csv").open(encoding="utf-8", newline="") as file:
        return {row["stations"]: (float(row["shortest_m"]), float(row["longest_m"])) for row in csv.DictReader(file)}


@cache
def _channels() -> str:
    """SQL of a JSON object: spectral channels by instrument, blank and mode."""
    with Path(__file__).with_name("mode_channels.csv").open(encoding="utf-8", newline="") as file:
        known = {f"{row['instrument']} {row['mode']}": int(row["channels"]) for row in csv.DictReader(file)}
    return "'" + json.dumps(known, separators=(",", ":")) + "'::jsonb"


def channels(instrument: str, mode: str) -> str:
    """SQL of the number of spectral channels of an instrument's mode; NULL where it is not known."""
    known = _channels().replace("{", "{{").replace("}", "}}")
    return f"({known} ->> ({instrument} || ' ' || {mode}))::bigint"


@cache
def _places() -> str:
    """All stations one after the other, behind a blank: a station's place in it tells it from the others."""
    return " " + "".join(sorted({station for names in station_sets() for station in names.split()}))


def set_number(names: Iterable[str]) -> int:
    """What a set of stations adds up to: for each its place to the sixth power, 1 for each one that a set lacks of six.

    Of the sets of up to four stations of VLTI and up to six of CHARA no two of `station_sets` add up to the same, nor
    do others, with stations that nobody knows among them, to one of these (tests/schema/test_obs_radio.py).
    """
    places = [_places().index(name) + 1 for name in names]
    return int(sum(place**POWER for place in places)) + MOST - len(places)


def _distance(which: int, stations: str) -> str:
    """SQL of a distance by the set of stations, in whatever order they are; postgres_fdw ships all of it.

    It is as short as an index on it needs: two arrays, of the numbers of sets and of their distances.
    """
    spelled = f"replace(replace({stations}, '-', ' '), 'UT', 'U')"
    added = " + ".join(
        f"power(strpos('{_places()}', split_part({spelled}, ' ', {at})), {POWER})" for at in range(1, MOST + 1)
    )
    found = sorted((set_number(names.split()), distances[which]) for names, distances in station_sets().items())
    numbers, distances = (",".join(map(str, column)) for column in zip(*found, strict=True))
    return (
        f"('{{{{{distances}}}}}'::double precision[])[array_position('{{{{{numbers}}}}}'::double precision[], {added})]"
    )


def shortest(stations: str) -> str:
    """SQL of the shortest distance (m) between stations, whose names blanks or hyphens separate.

    The argument is SQL, in which a placeholder may stand for a column. NULL where the set is not known.
    """
    return _distance(SHORTEST, stations)


def longest(stations: str) -> str:
    """SQL of the longest distance (m) between stations, as `shortest`."""
    return _distance(LONGEST, stations)


def telescopes(stations: str) -> str:
    """SQL of the number of stations."""
    return f"cardinality(string_to_array(replace({stations}, '-', ' '), ' '))"


def diameter(facility: str, stations: str) -> str:
    """SQL of the diameter (m) of the largest telescope; NULL for other interferometers, and for VLTI's unknown ones."""
    cases = " ".join(f"WHEN '{name}' THEN {sql.format(stations)}" for name, sql in DIAMETERS.items())
    return f"(CASE {facility} {cases} END)::double precision"


def resolution(wavelength: str, baseline: str, per: int = 1) -> str:
    """SQL of λ / (`per` B) in arcseconds, of a wavelength and a baseline above 0 in metres."""
    return f"({wavelength} / ({per} * {baseline}) * {RADIANS})"


def region(ra: str, dec: str, diameter: str) -> str:
    """STC-S of a circle, from SQL of degrees; NULL for one that is wider than `schema.obscore.WIDEST`."""
    words = f"'CIRCLE ICRS ' || {ra} || ' ' || {dec} || ' ' || {diameter} / 2"
    return f"CASE WHEN {diameter} <= {WIDEST} AND {diameter} > 0 THEN {words} END"


def field_of_view(wavelength: str, telescope: str) -> str:
    """SQL of λ/D in degrees, of a wavelength and a telescope's diameter in metres: what a single-mode fibre sees."""
    return f"({wavelength} / ({telescope}) * {DEGREES})"
