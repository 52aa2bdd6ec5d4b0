"""What an interferometer resolves: SQL of baselines, telescopes and wavelengths, the same for every database.

Baselines are those that a log has recorded as they were projected on the sky; where none are, the stations tell them
as they stand on the ground, which projected ones are no longer than. `station_sets.csv` has the distances between the
stations of each set of ASPRO2's configuration of VLTI (periods up to 2026) and CHARA, from the places of its stations;
`mode_channels.csv` the spectral channels of modes that it has a table of wavelengths for.
"""

import csv
import json
from collections.abc import Mapping
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
COUNT = 48
"""The bit of a set's number from which on it is how many stations there are, known ones or not."""


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
def _stations() -> tuple[str, ...]:
    """All stations, each a bit of the number that a set of them is; none has the name of another."""
    return tuple(sorted({station for names in station_sets() for station in names.split()}))


@cache
def _known(which: int) -> str:
    """SQL of a JSON object: a distance by the number of a set."""
    place = {name: bit for bit, name in enumerate(_stations())}
    found = {
        (len(names.split()) << COUNT) + sum(1 << place[name] for name in names.split()): distances[which]
        for names, distances in station_sets().items()
    }
    return "'" + json.dumps(found, separators=(",", ":")) + "'::jsonb"


def _distance(which: int, stations: str) -> str:
    """SQL of a distance by the set of stations, in whatever order they are; postgres_fdw ships all of it."""
    spelled = f"replace({stations}, 'UT', 'U')"
    bits = "".join(
        f" + CASE WHEN strpos({spelled}, '{name}') > 0 THEN {1 << bit} ELSE 0 END"
        for bit, name in enumerate(_stations())
    )
    known = _known(which).replace("{", "{{").replace("}", "}}")
    return f"({known} ->> textin(int8out({telescopes(stations)}::bigint * {1 << COUNT}{bits})))::double precision"


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
    """SQL of λ / (`per` B) in arcseconds, of a wavelength and a baseline in metres."""
    return f"CASE WHEN {baseline} > 0 THEN {wavelength} / ({per} * {baseline}) * {RADIANS} END"


def region(ra: str, dec: str, diameter: str) -> str:
    """STC-S of a circle, from SQL of degrees; NULL for one that is wider than `schema.obscore.WIDEST`."""
    words = f"'CIRCLE ICRS ' || {ra} || ' ' || {dec} || ' ' || {diameter} / 2"
    return f"CASE WHEN {diameter} <= {WIDEST} AND {diameter} > 0 THEN {words} END"


def field_of_view(wavelength: str, telescope: str) -> str:
    """SQL of λ/D in degrees, of a wavelength and a telescope's diameter in metres: what a single-mode fibre sees."""
    return f"({wavelength} / ({telescope}) * {DEGREES})"
