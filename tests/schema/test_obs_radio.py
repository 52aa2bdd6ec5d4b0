"""What observations resolve, see and cover of the uv plane, against numpy and the places of the stations."""

import json
import re
from collections.abc import Mapping
from itertools import combinations
from math import dist
from typing import Any

import numpy as np
import pytest

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from hub.rows import connect
from sample.federation import Federation
from sample.records import rows
from schema import uv

pytestmark = pytest.mark.spatial
RADIANS = np.degrees(1) * 3600
BRANCHES = {"obsportal": "portal.exposure_log", "oidb": "public.oidb"}
RADIO = """SELECT o.*, r.* FROM ivoa.obscore_repeated AS o JOIN ivoa.obs_radio AS r USING (obs_publisher_did)"""
Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def places() -> dict[tuple[str, str], tuple[float, ...]]:
    return {
        (row["interferometer"], row["station"]): tuple(float(row[axis]) for axis in ("x_m", "y_m", "z_m"))
        for row in rows("stations")
    }


async def fetched(dsn: str, query: str) -> list[Row]:
    connection = await connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


def ends(baselines: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Lengths and position angles (radians) at start and end of all baselines of an exposure."""
    known = json.loads(baselines) if isinstance(baselines, str) else baselines
    pairs = [
        (float(one["length"][moment]), float(one["angle"][moment]))
        for one in known.values()
        for moment in ("start", "end")
    ]
    length, angle = np.array(pairs).T
    return length, np.radians(angle)


def eccentricity(length: np.ndarray[Any, Any], angle: np.ndarray[Any, Any]) -> float:
    """By numpy's principal components, of the points and their conjugates."""
    points = np.stack([length * np.sin(angle), length * np.cos(angle)], axis=1)
    points = np.concatenate([points, -points])
    _, vectors = np.linalg.eigh(points.T @ points)
    extents = np.abs(points @ vectors).max(axis=0)
    return float(np.sqrt(1 - (extents.min() / extents.max()) ** 2))


async def test_exposures_have_what_numpy_makes_of_their_baselines(federation: Federation) -> None:
    log = await fetched(federation.sources["obsportal"], "SELECT * FROM portal.exposure_log")
    log = [row for row in log if row["exp_projected_baselines"]]
    assert len(log) > 150
    for row in log:
        length, angle = ends(row["exp_projected_baselines"])
        assert row["uv_distance_min"] == length.min()
        assert row["uv_distance_max"] == length.max()
        assert row["uv_distribution_ecc"] == pytest.approx(eccentricity(length, angle), abs=1e-6)
        assert row["instr_tel_number"] == len(row["interferometer_stations"].split())


async def test_records_follow_from_baselines_telescopes_and_wavelengths(
    federation: Federation, places: Mapping[tuple[str, str], tuple[float, ...]]
) -> None:
    """Each column of each row, by the definition that its description has."""
    records = {row["obs_publisher_did"]: row for row in await fetched(federation.owner, RADIO)}
    told = {
        **{f"ivo://jmmc.fr/portal?{row['exp_id']}": row
           for row in await fetched(federation.sources["obsportal"], "SELECT * FROM portal.exposure_log")},
        **{f"ivo://jmmc.fr/oidb?{row['id']:012}": row
           for row in await fetched(federation.sources["oidb"], "SELECT * FROM public.oidb")},
    }  # fmt: skip
    seen = {"projected": 0, "stations": 0, "neither": 0}
    for did, record in records.items():
        source = told.get(did, {})
        stations = source.get("interferometer_stations")
        known = [places[record["facility_name"], name] for name in (stations or "").split()]
        apart = [dist(*pair) for pair in combinations(known, 2)]
        longest, shortest = (limit(apart) if apart else None for limit in (max, min))
        assert record["instr_tel_max_dist"] == near(longest)
        assert record["instr_tel_min_dist"] == near(shortest)
        if source.get("uv_distance_max"):
            longest, shortest = source["uv_distance_max"], source["uv_distance_min"]
        seen["projected" if source.get("uv_distance_max") else "stations" if apart else "neither"] += 1
        assert record["uv_distance_max"] == near(longest)
        assert record["uv_distance_min"] == near(shortest)
        low, high, metres = record["em_min"], record["em_max"], telescope(record["facility_name"], stations)
        assert record["instr_tel_diameter"] == metres
        middle = (low + high) / 2 if low and high else None
        assert record["s_resolution"] == near(low and longest and low / (2 * longest) * RADIANS, 1e-3)
        assert record["s_resolution_min"] == near(low and longest and low / longest * RADIANS, 1e-3)
        assert record["s_resolution_max"] == near(high and longest and high / longest * RADIANS, 1e-3)
        assert record["s_maximum_angular_scale"] == near(middle and shortest and middle / shortest * RADIANS, 1e-3)
        for name, wavelength in (("s_fov", middle), ("s_fov_min", low), ("s_fov_max", high)):
            assert record[name] == near(metres and wavelength and np.degrees(wavelength / metres), 1e-9)
        if record["s_fov"] and record["s_ra"] is not None:
            kind, frame, *numbers = record["s_region"].split()
            assert (kind, frame) == ("CIRCLE", "ICRS")
            assert [float(number) for number in numbers] == [record["s_ra"], record["s_dec"], record["s_fov"] / 2]
        else:
            assert record["s_region"] is None
        assert record["o_ucd"] == "stat.fourier"
    assert min(seen.values()) > 10, seen


def near(value: Any, relative: float = 1e-3) -> Any:
    return None if value is None else pytest.approx(float(value), rel=relative)


def telescope(facility: str, stations: str | None) -> float | None:
    if facility == "CHARA":
        return 1.0
    return None if facility != "VLTI" or not stations else 8.0 if "U" in stations else 1.8


def test_the_distances_of_station_sets_are_those_of_their_places(
    places: Mapping[tuple[str, str], tuple[float, ...]],
) -> None:
    """Sets of all orders are there once; no station of one interferometer has the name of one of the other's."""
    by_name = {name: place for (_, name), place in places.items()}
    assert len(by_name) == len(places)
    assert len({frozenset(names.split()) for names in uv.station_sets()}) == len(uv.station_sets())
    for names, distances in uv.station_sets().items():
        apart = [dist(*pair) for pair in combinations([by_name[name] for name in names.split()], 2)]
        assert list(distances) == [pytest.approx(limit(apart), abs=0.006) for limit in (min, max)]


@pytest.mark.parametrize(
    ("spelled", "distance"),
    [
        ("A0 G1 J2 K0", 129.26), ("K0-G2-D0-J3", 104.32), ("J3-K0 D0 G2", 104.32), ("UT1 UT2 UT3 UT4", 130.23),
        ("A0 B2 C1 D0", 33.94), ("A0 B2 C1 D0 X9", None), ("A0 B9", None), ("A0", None), ("", None),
        ("E1 W2 W1 S2 S1 E2", 330.66), ("S2 S1", 34.07), (None, None),
    ],
)  # fmt: skip
async def test_stations_are_known_however_they_are_spelled(
    federation: Federation, spelled: str | None, distance: float | None
) -> None:
    text = uv.longest("$1::text").replace("{{", "{").replace("}}", "}")
    connection = await connect(federation.owner)
    try:
        assert await connection.fetchval(f"SELECT {text}", spelled) == distance
    finally:
        await connection.close()


def test_no_other_set_of_stations_is_taken_for_a_known_one() -> None:
    """All sets of up to four stations of VLTI and six of CHARA, with up to two stations more that nobody knows."""
    by_place: dict[str, set[str]] = {"CHARA": {"E1", "E2", "S1", "S2", "W1", "W2"}}
    by_place["VLTI"] = {name for names in uv.station_sets() for name in names.split()} - by_place["CHARA"]
    known = {frozenset(names.split()) for names in uv.station_sets()}
    numbers = {uv.set_number(one): one for one in known}
    assert len(numbers) == len(known)
    for place, most in (("VLTI", 4), ("CHARA", 6)):
        for size in range(most + 1):
            for chosen in map(frozenset, combinations(sorted(by_place[place]), size)):
                assert numbers.get(uv.set_number(chosen)) == (chosen if chosen in known else None)
                for more in range(1, min(3, uv.MOST + 1 - size)):
                    assert uv.set_number(chosen) - more not in numbers, "as stations that nobody knows count 0, not 1"


JOINS = (
    "ivoa.obscore AS o NATURAL JOIN ivoa.obs_radio AS r", "ivoa.obscore AS o JOIN ivoa.obs_radio AS r USING (obs_publisher_did)",
    "ivoa.obscore AS o LEFT JOIN ivoa.obs_radio AS r ON r.obs_publisher_did = o.obs_publisher_did",
    "ivoa.obs_radio AS r RIGHT JOIN ivoa.obscore AS o ON r.obs_publisher_did = o.obs_publisher_did",
)  # fmt: skip
"""Ways to say which rows of both tables belong together: all are one relation."""
COMMA = "ivoa.obs_radio AS r, ivoa.obscore AS o WHERE r.obs_publisher_did = o.obs_publisher_did"
"""The same with a comma."""
SIDE_BY_SIDE = "ivoa.obscore AS o, (SELECT * FROM ivoa.obs_radio) AS r WHERE o.obs_publisher_did = r.obs_publisher_did"
"""The same as a join that PostgreSQL does."""
ASKED = (
    "SELECT o.obs_publisher_did, o.target_name, r.uv_distance_max, s_resolution FROM {} {} r.uv_distance_max > 100 ORDER BY 1",
    "SELECT o.facility_name, COUNT(*), MAX(r.instr_tel_number) FROM {} {} r.s_resolution_min < 0.01 GROUP BY o.facility_name ORDER BY 1",
    "SELECT TOP 5 r.obs_publisher_did, o.obs_id FROM {} {} r.instr_tel_diameter > 5 ORDER BY o.t_min DESC, 1",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
async def test_a_join_with_obscore_is_one_relation(federation: Federation, asked: str) -> None:
    one, *others = [compile_query(asked.format(join, "WHERE"), DECLARED) for join in JOINS]
    others.append(compile_query(asked.format(COMMA, "AND"), DECLARED))
    plain = compile_query(asked.format(SIDE_BY_SIDE, "AND"), DECLARED)
    connection = await connect(federation.hub)
    try:
        expected = [tuple(row) for row in await connection.fetch(plain.text, *plain.values)][: plain.limit]
        for compiled in (one, *others):
            rows = [tuple(row) for row in await connection.fetch(compiled.text, *compiled.values)]
            assert rows[: compiled.limit] == expected
            assert not re.search(r'"obs_radio"|"obs_publisher_did" = ', compiled.text)
    finally:
        await connection.close()
    assert len(expected) > 1
