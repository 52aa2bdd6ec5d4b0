"""The night of SPICA against PostgreSQL: its frame, priorities, times, calibrators, pages and refusals."""

import asyncio
import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from waiting import BUSY, within

from hub.rows import Connection, Hub, connect
from planning.errors import SourceUnavailable
from planning.plan import Plan
from resolvers.operation import Operations
from resolvers.request import Request
from resolvers.spica_calibrators import NONE, Stars, choose_calibrators, same_star
from resolvers.spica_night import compute_night
from resolvers.spica_night_request import NightRequest
from resolvers.spica_secondaries import BASELINE, LARGEST_DIAMETER, WAVELENGTH, choose_secondaries, make_pool
from resolvers.spica_survey import Survey, load_survey
from resolvers.statements import fetch, fetch_kept
from sample.federation import Federation
from schema.jsdc import BADCAL
from schema.spica import TARGET, TARGET_PROGRAM
from schema.spica_night import TARGET_COLUMNS
from schema.spica_rules import final_priority, progress
from sky.orientation import orientation_table

Floats = NDArray[np.float64]
FRAME = """{ date site { name longitude latitude height } twilights { sunAltitude evening morning } moonIllumination
  stations pops minElevation orientationObserved warnings totalCount observableCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
NODES = """{ totalCount observableCount pops pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { spicadbId } }
  nodes { spicadbId targetMainId ra dec vmag spicaMode progname progname2 priorityPi completionRate progress priorityFinal
    observable observableHours observableStart observableEnd transit highestAltitude moonSeparation moonNear limitedBy
    intervals { start end hourAngleStart hourAngleEnd lstStart lstEnd } limits { reason hard hours }
    target { spicadbId priorityFinal } calibratorBefore { name vmag ra dec } calibratorAfter { name vmag ra dec } } }"""
KEYS = "{ totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { spicadbId } }"
EVENING = 'date: "2026-12-01", pops: "451215"'
LAST_DAY = date(1858, 11, 17) + timedelta(days=orientation_table().last)
PROGRESS = {"SUFFICIENT": 1, "PARTLY": 2, "NOT_STARTED": 3}


async def night(operations: Operations, arguments: str, fields: str = NODES) -> Any:
    answer = await operations.answer(Request(f"{{ spicaNight({arguments}) {fields} }}"))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return answer.payload["data"]["spicaNight"]


async def refusal(operations: Operations, arguments: str) -> tuple[str, str]:
    answer = await operations.answer(Request(f"{{ spicaNight({arguments}) {{ totalCount }} }}"))
    error = answer.payload["errors"][0]
    return error["extensions"]["code"], error["message"]


def keys(page: Any) -> list[int]:
    return [node["spicadbId"] for node in page["nodes"]]


@pytest.fixture(scope="module")
async def whole(operations: Operations) -> Any:
    return await night(operations, f"{EVENING}, first: 200")


@pytest.fixture(scope="module")
async def owner(federation: Federation) -> Any:
    connection = await connect(federation.sources["spica"])
    yield connection
    await connection.close()


async def test_frame(operations: Operations) -> None:
    frame = await night(operations, f"{EVENING}, first: 0", FRAME)
    assert frame["date"] == date(2026, 12, 1)
    assert frame["site"] == {"name": "CHARA", "longitude": -118.057031, "latitude": 34.224335, "height": 1748.4}
    assert [twilight["sunAltitude"] for twilight in frame["twilights"]] == pytest.approx([-50 / 60, -6, -12, -18])
    evenings = [twilight["evening"] for twilight in frame["twilights"]]
    assert abs(evenings[0] - datetime(2026, 12, 2, 0, 42, 22, tzinfo=UTC)).total_seconds() <= 1
    assert evenings == sorted(evenings)
    assert frame["twilights"][3]["morning"] < frame["twilights"][0]["morning"]
    assert frame["moonIllumination"] == pytest.approx(0.38, abs=0.02)
    assert frame["stations"] == ["E1", "W2", "W1", "S2", "S1", "E2"]
    assert (frame["pops"], frame["minElevation"], frame["warnings"]) == ("451215", 30, [])
    assert frame["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


async def test_targets_are_the_incomplete_ones_with_their_priorities(whole: Any, owner: Connection) -> None:
    rows = await owner.fetch(
        "SELECT s.spicadb_id, s.completion_rate, p.spica_mode, p.priority_pi, p.progname, q.progname AS second "
        "FROM spica s JOIN spica_target_program p ON p.spicadb_id = s.spicadb_id AND p.program_rank = 1 "
        "LEFT JOIN spica_target_program q ON q.spicadb_id = s.spicadb_id AND q.program_rank = 2 "
        "WHERE coalesce(s.completion_rate, 0) < 1"
    )
    expected = {}
    for row in rows:
        flag = progress(row["spica_mode"], row["completion_rate"] or 0)
        priority = final_priority(flag, row["priority_pi"], shared=row["second"] is not None)
        expected[row["spicadb_id"]] = (flag, priority, row["spica_mode"], row["progname"], row["second"])
    told = {
        node["spicadbId"]: (
            PROGRESS[node["progress"]], node["priorityFinal"], node["spicaMode"], node["progname"], node["progname2"],
        )
        for node in whole["nodes"]
    }  # fmt: skip
    assert told == expected
    assert whole["totalCount"] == len(rows) > 40
    assert len({priority for _, priority, *_ in told.values()}) > 2


def test_what_is_said_of_a_target_goes_together(whole: Any) -> None:
    observable = [node for node in whole["nodes"] if node["observable"]]
    assert whole["observableCount"] == len(observable) > 10
    for node in whole["nodes"]:
        assert node["target"]["spicadbId"] == node["spicadbId"]
        assert bool(node["intervals"]) is node["observable"]
        assert (node["limitedBy"] or "").split() == [limit["reason"] for limit in node["limits"]]
        assert [limit["hard"] for limit in node["limits"]] == sorted(
            (limit["hard"] for limit in node["limits"]), reverse=True
        )
    for node in observable:
        first, last = node["intervals"][0], node["intervals"][-1]
        assert (node["observableStart"], node["observableEnd"]) == (first["start"], last["end"])
        seconds = sum((piece["end"] - piece["start"]).total_seconds() for piece in node["intervals"])
        assert node["observableHours"] * 3600 == pytest.approx(seconds, abs=2)
        for piece in node["intervals"]:
            sidereal = (piece["hourAngleEnd"] - piece["hourAngleStart"]) % 24
            assert sidereal == pytest.approx((piece["lstEnd"] - piece["lstStart"]) % 24, abs=1e-3)
            assert sidereal * 3600 / 1.0027379 == pytest.approx((piece["end"] - piece["start"]).total_seconds(), abs=2)
            late = (piece["start"] - node["transit"]).total_seconds() / 3600 * 1.0027379
            assert (piece["hourAngleStart"] - late + 12) % 24 - 12 == pytest.approx(0, abs=2e-3)
            right = (piece["lstStart"] - piece["hourAngleStart"]) % 24
            assert right == pytest.approx(node["ra"] / 15, abs=0.05)  # precessed by 27 years
        assert 30 <= node["highestAltitude"] <= 80
        assert node["moonNear"] is (node["moonSeparation"] < 10)


def angle(node: Any, other: Any) -> float:
    a, d, b, e = np.radians([node["ra"], node["dec"], other["ra"], other["dec"]])
    return float(np.degrees(np.arccos(np.clip(np.sin(d) * np.sin(e) + np.cos(d) * np.cos(e) * np.cos(a - b), -1, 1))))


def test_calibrators_are_near_and_as_bright(whole: Any) -> None:
    pairs = [
        (node, node[side], side)
        for node in whole["nodes"]
        for side in ("calibratorBefore", "calibratorAfter")
        if node[side] is not None
    ]
    assert pairs
    for node, calibrator, side in pairs:
        assert node["observable"]
        assert angle(node, calibrator) <= 10
        assert abs(node["vmag"] - calibrator["vmag"]) <= 2
        assert ((calibrator["ra"] - node["ra"]) % 360 > 180) is (side == "calibratorBefore")


def stars(*rows: tuple[float, float, float, float, float]) -> Stars:
    return Stars(*np.array(rows, float).reshape(-1, 5).T)


def test_calibrators_are_the_nearest_on_each_side_that_are_fit() -> None:
    targets = stars((0.5, 0, 5, 1, 3), (0.5, 0, 5, 5, 6), (180, 60, 5, 1, 3), (0.5, 0, np.nan, 1, 3))
    calibrators = stars(
        (359, 0, 6, 0, 2), (358, 0, 5, 0, 9), (4, 0, 3.5, 2, 4), (2, 0, 7.5, 2, 4), (3, 0, 5, 3.5, 4), (20, 0, 5, 0, 9)
    )
    before, after = choose_calibrators(targets, calibrators)
    assert before.tolist() == [0, 1, NONE, NONE]
    assert after.tolist() == [2, NONE, NONE, NONE]


def test_no_calibrators_and_no_targets() -> None:
    some = stars((10, 10, 5, 1, 3))
    none = stars()
    assert [side.tolist() for side in choose_calibrators(some, none)] == [[NONE], [NONE]]
    assert [side.tolist() for side in choose_calibrators(none, some)] == [[], []]


def test_same_star_is_one_within_five_arcsec() -> None:
    places = np.array([[10, 80 + 4 / 3600], [200, 0], [10 + 6 / 3600, 0]])
    assert same_star(stars((10, 80, 5, 1, 2), (10, 0, 5, 1, 2)), places).tolist() == [True, False]
    assert same_star(stars((10, 80, 5, 1, 2)), np.zeros((0, 2))).tolist() == [False]


def sky(seed: int, count: int) -> tuple[Floats, Floats, Floats]:
    random = np.random.default_rng(seed)
    dec = np.degrees(np.arcsin(random.uniform(-0.5, 1, count)))
    return random.uniform(0, 360, count), dec, random.uniform(5, 9, count)


def test_secondaries_are_the_nearest_that_can_be_observed() -> None:
    """Every pair is looked at one by one; a third of the stars is never up, and is not chosen however near it is."""
    ra, dec, vmag = sky(1, 60)
    start = np.where(np.arange(60) % 7 == 0, np.inf, 1.0)
    targets = Stars(ra, dec, vmag, start, np.where(np.isfinite(start), 2.0, -np.inf))
    places = sky(2, 3000)
    rows = np.stack([np.arange(3000) + 100, *places, np.full(3000, 0.1), np.full(3000, 0.005)], 1)
    rows[::5, 5] = 0.02  # an error that is too large
    pool = make_pool(rows)
    assert len(pool.keys) == 2400
    up = {(a, d): number % 3 > 0 for number, (a, d) in enumerate(zip(pool.ra.tolist(), pool.dec.tolist(), strict=True))}

    def window(some_ra: Floats, some_dec: Floats) -> tuple[Floats, Floats]:
        seen = np.array([up[place] for place in zip(some_ra.tolist(), some_dec.tolist(), strict=True)], bool)
        return np.where(seen, 1.5, np.inf), np.where(seen, 3.0, -np.inf)

    chosen = choose_secondaries(targets, pool, window)
    found = 0
    for place in range(60):
        node = {"ra": ra[place], "dec": dec[place]}
        for side, told in enumerate(chosen):
            near = sorted(
                (far, key, up[a, d])
                for key, a, d, v in zip(pool.keys.tolist(), pool.ra.tolist(), pool.dec.tolist(), pool.vmag, strict=True)
                if np.isfinite(start[place]) and abs(v - vmag[place]) <= 2
                and ((a - ra[place]) % 360 > 180) is (side == 0)
                and (far := angle(node, {"ra": a, "dec": d})) <= 10
            )  # fmt: skip
            assert told[place] == next((key for _, key, seen in near if seen), NONE) or not any(
                seen for *_, seen in near[:3]
            ), "of those that cannot be observed three are tried at most"
            found += told[place] != NONE
    assert found > 50


def test_a_secondary_is_no_other_star() -> None:
    rows = [[1, 10.0, 20, 6, 0.1, 0.005], [2, 10.0, 20.01, 6, 0.1, 0.005], [3, 359.9999, 0, 6, 0.1, 0]]
    pool = make_pool(np.array(rows))
    kept = pool.without(np.array([[10.0, 20 + 4 / 3600], [0.0003, 0.0], [11, 20]]))
    assert kept.keys.tolist() == [2]
    assert pool.without(np.zeros((0, 2))).keys.tolist() == [3, 1, 2]


def test_the_largest_diameter_is_that_of_the_scheduler_s_least_visibility() -> None:
    """(2 J1(z) / z)² with J1 as an integral (Abramowitz and Stegun 9.1.21)."""
    z = np.pi * np.radians(LARGEST_DIAMETER / 3.6e6) * BASELINE / WAVELENGTH
    angles = (np.arange(10_000) + 0.5) / 10_000 * np.pi
    assert (2 * np.mean(np.cos(angles - z * np.sin(angles))) / z) ** 2 == pytest.approx(0.7, abs=1e-4)


@pytest.fixture
async def beside(federation: Federation, whole: Any) -> Any:
    """A star of JSDC on each side of a target, and a nearer one that has a flag: what the target is, and their names."""
    node = next(node for node in whole["nodes"] if node["observable"])
    connection = await connect(federation.sources["jsdc"])
    add = (
        "INSERT INTO public.jsdc (jsdc_id, name, raj2000, dej2000, vmag, ldd, e_ldd, uddr, ldd_chi2, calflag, synthetic) "
        "VALUES ($1, $2, $3, $4, $5, 0.1, 0.001, 0.1, 1, $6, true)"
    )
    made = {99_000_000_001: (-1.5, 0), 99_000_000_002: (-0.5, 1), 99_000_000_003: (1.0, 0)}
    for key, (offset, flag) in made.items():
        place = (node["ra"] + offset) % 360
        await connection.execute(add, key, f"made {key}", place, node["dec"], max(5.0, min(9.0, node["vmag"])), flag)
    yield node
    await connection.execute("DELETE FROM public.jsdc WHERE jsdc_id = ANY ($1)", list(made))
    await connection.close()


async def test_secondaries_are_stars_of_jsdc_that_calibrate(operations: Operations, beside: Any) -> None:
    star = "{ name vmag { value } ra dec calFlag uddr lddChi2 }"
    fields = f"{{ nodes {{ spicadbId ra dec vmag observable secondaryBefore {star} secondaryAfter {star} }} }}"
    found: Any = {}

    async def known() -> bool:
        told = (await night(operations, f"{EVENING}, first: 200", fields))["nodes"]
        found.update({node["spicadbId"]: node for node in told})
        return found[beside["spicadbId"]]["secondaryBefore"] is not None

    assert await within(known, 10)
    names = [found[beside["spicadbId"]][side]["name"] for side in ("secondaryBefore", "secondaryAfter")]
    assert names == ["made 99000000001", "made 99000000003"]
    for node, side in product(found.values(), ("secondaryBefore", "secondaryAfter")):
        if one := node[side]:
            assert node["observable"]
            assert angle(node, one) <= 10
            assert abs(node["vmag"] - one["vmag"]["value"]) <= 2
            assert ((one["ra"] - node["ra"]) % 360 > 180) is (side == "secondaryBefore")
            assert (one["calFlag"], one["lddChi2"] < 2, one["uddr"] <= LARGEST_DIAMETER) == (0, True, True)


@pytest.mark.timed
def test_three_thousand_targets_take_half_a_second_and_few_megabytes() -> None:
    """With as many stars of JSDC as there are: seconds of the processor, and what numpy and Python hold at most."""
    ra, dec, vmag = sky(3, 3000)
    wanted = dict.fromkeys(["comments", "progname2", "piname2"]) | {
        "progname": "S01", "piname": "PI", "priority_pi": 0, "spica_mode": "DIA",
    }  # fmt: skip
    targets = [
        dict.fromkeys(column.sql for column in TARGET_COLUMNS)
        | wanted
        | {"spicadb_id": n, "ra": a, "dec": d, "vmag": v}
        for n, (a, d, v) in enumerate(zip(ra.tolist(), dec.tolist(), vmag.tolist(), strict=True))
    ]
    places = zip(*(values.tolist() for values in sky(4, 20_000)), strict=True)
    stars = [(n, *place, 0.1, 0.001) for n, place in enumerate(places)]
    survey = Survey(targets, 0, [], [], stars)
    request = NightRequest(date(2026, 12, 1))
    tries = []
    for _ in range(4):
        began = time.process_time()
        computed = compute_night(request, survey)
        tries.append(time.process_time() - began)
    assert len(computed.secondary_keys) > 100
    tracemalloc.start()
    compute_night(request, survey)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert min(tries) <= 0.5 * BUSY
    assert peak <= 100_000_000


async def test_bad_calibrators_and_targets_calibrate_nothing(hub: Hub) -> None:
    survey = await load_survey(partial(fetch, hub), partial(fetch_kept, hub))
    request = NightRequest(date(2026, 12, 1), pops="451215")
    fit = compute_night(request, survey).calibrators
    assert fit
    bad = [(row["ra"], row["dec"] + 4 / 3600) for row in fit[:-1]]
    assert compute_night(request, replace(survey, bad=bad)).calibrators == fit[-1:]
    wanted = {**survey.targets[0], "ra": fit[0]["ra"], "dec": fit[0]["dec"]}
    assert compute_night(request, replace(survey, targets=[wanted])).calibrators == fit[1:]


async def test_what_is_not_known_is_said(hub: Hub) -> None:
    survey = await load_survey(partial(fetch, hub), partial(fetch_kept, hub))
    night_ = compute_night(NightRequest(date(2040, 1, 1)), replace(survey, bad=None, stars=None, left_out=3))
    assert [warning.split(":")[0] for warning in night_.warnings] == [
        f"The Earth's orientation is predicted up to {LAST_DAY}",
        "Targets without a place, or that no programme wants in a mode of SPICA",
        "JSDC could not be read",
        "BadCal could not be read",
    ]


async def test_target_without_mode_or_place_is_left_out(hub: Hub) -> None:
    async def fetched(plan: Plan) -> list[Any]:
        records = await fetch(hub, plan)
        if plan.table is TARGET:
            return [(*records[0][:3], None, *records[0][4:]), *records[1:]]
        if plan.table is TARGET_PROGRAM:
            return [(*record[:-2], "XXX", record[-1]) if record[0] == 12 else record for record in records]
        if plan.table is BADCAL:
            message = "jsdc does not answer"
            raise SourceUnavailable(message)
        return records

    whole, part = await load_survey(partial(fetch, hub), partial(fetch_kept, hub)), await load_survey(fetched, fetched)
    assert (whole.left_out, part.left_out) == (0, 2)
    assert len(part.targets) == len(whole.targets) - 2
    assert part.bad is None


async def test_pages_are_the_whole_list(operations: Operations, whole: Any) -> None:
    for order in (
        "",
        "orderBy: [{ highestAltitude: DESC_NULLS_LAST }, { vmag: ASC }],",
        "orderBy: [{ targetMainId: DESC }],",
    ):
        every = keys(await night(operations, f"{EVENING}, {order} first: 200", KEYS))
        assert sorted(every) == sorted(keys(whole))
        seen: list[int] = []
        cursor, more = "", True
        while more:
            page = await night(operations, f"{EVENING}, {order} first: 17{cursor}", KEYS)
            seen += keys(page)
            more = page["pageInfo"]["hasNextPage"]
            assert page["pageInfo"]["hasPreviousPage"] is bool(cursor)
            cursor = f', after: "{page["pageInfo"]["endCursor"]}"'
        assert seen == every
        end = await night(operations, f"{EVENING}, {order} last: 5", KEYS)
        assert keys(end) == every[-5:]
        start = end["pageInfo"]["startCursor"]
        assert keys(await night(operations, f'{EVENING}, {order} last: 7, before: "{start}"', KEYS)) == every[-12:-5]


async def test_orders(operations: Operations) -> None:
    page = await night(operations, f"{EVENING}, first: 200", "{ nodes { priorityFinal transit } }")
    told = [(node["priorityFinal"], node["transit"]) for node in page["nodes"]]
    assert told == sorted(told)
    page = await night(
        operations, f"{EVENING}, first: 200, orderBy: [{{ observableHours: DESC }}, {{ spicadbId: DESC }}]",
        "{ nodes { observableHours spicadbId } }",
    )  # fmt: skip
    told = [(node["observableHours"], node["spicadbId"]) for node in page["nodes"]]
    assert told == sorted(told, reverse=True)


async def test_filters(operations: Operations, whole: Any) -> None:
    chosen = {
        "modes: [DIA, SPI]": lambda node: node["spicaMode"] in ("DIA", "SPI"),
        'programmes: ["S05", "S02"]': lambda node: {node["progname"], node["progname2"]} & {"S05", "S02"},
        "priorities: [1, 4]": lambda node: node["priorityFinal"] in (1, 4),
        "observable: true": lambda node: node["observable"],
    }
    for argument, condition in chosen.items():
        page = await night(operations, f"{EVENING}, first: 200, {argument}", KEYS)
        assert keys(page) == [node["spicadbId"] for node in whole["nodes"] if condition(node)]
        assert 0 < page["totalCount"] < whole["totalCount"]


async def test_best_pops_let_no_fewer_targets_be_observed(operations: Operations) -> None:
    best = await night(operations, 'date: "2026-12-01", first: 0', "{ pops observableCount }")
    assert best["pops"][1] == "5"
    for pops in ("451215", "111111", "555555"):
        other = await night(operations, f'date: "2026-12-01", first: 0, pops: "{pops}"', "{ observableCount }")
        assert other["observableCount"] <= best["observableCount"] + 1  # the choice is made on a grid of 15 minutes


async def test_four_telescopes_see_more_than_six(operations: Operations, whole: Any) -> None:
    four = await night(operations, 'date: "2026-12-01", first: 0, stations: ["S1", "W1", "E1", "W2"]', FRAME)
    assert four["stations"] == ["E1", "W2", "W1", "S1"]
    assert len(four["pops"]) == 4
    assert four["observableCount"] > whole["observableCount"]


async def test_hour_angles_that_are_wanted_limit_softly(operations: Operations, whole: Any) -> None:
    some = await night(operations, f"{EVENING}, minHourAngle: -1.5, maxHourAngle: 2, first: 200")
    assert 0 < some["observableCount"] < whole["observableCount"]
    for node in some["nodes"]:
        for piece in node["intervals"]:
            assert -1.5001 <= piece["hourAngleStart"] <= piece["hourAngleEnd"] <= 2.0001
    limits = [limit for node in some["nodes"] for limit in node["limits"] if limit["reason"] == "HOUR_ANGLE"]
    assert limits
    assert not any(limit["hard"] for limit in limits)
    late = await night(operations, 'date: "2026-12-01", minHourAngle: 1, first: 0', FRAME)
    assert len(late["pops"]) == 6
    assert 0 < late["observableCount"] < whole["observableCount"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('date: "1979-12-31"', "date is 1979-12-31: an evening from 1980-01-01 to 2049-12-31 is wanted"),
        ('date: "2026-12-01", stations: ["S1", "S2", "E1", "W3"]', "stations has 'W3'; known are E1, W2, W1, S2, S1, E2"),
        ('date: "2026-12-01", stations: ["S1", "S2", "E1"]', "stations has 3 telescopes: 4 to 6 different ones are wanted"),
        ('date: "2026-12-01", stations: ["S1", "S1", "S2", "E1"]', "stations has 4 telescopes: 4 to 6 different ones are wanted"),
        ('date: "2026-12-01", pops: "45121"', "pops is '45121': a digit from 1 to 5 for each of E1 W2 W1 S2 S1 E2 is wanted"),
        ('date: "2026-12-01", pops: "451216"', "pops is '451216': a digit from 1 to 5 for each of E1 W2 W1 S2 S1 E2 is wanted"),
        ('date: "2026-12-01", minElevation: 80', "minElevation is 80.0: degrees from 0 to less than 80 are wanted"),
        ('date: "2026-12-01", minHourAngle: 2, maxHourAngle: 1', "hour angles are 2 to 1: the first is before the last, and both from -12 to 12 h"),
        ('date: "2026-12-01", maxHourAngle: 13', "hour angles are -12 to 13: the first is before the last"),
        ('date: "2026-12-01", programmes: ["S0"]', "programmes has 'S0', which wants no target; perhaps you meant S0"),
        ('date: "2026-12-01", after: "x"', "'x' is not a cursor: give one that a page of spicaNightTargets gave, as pageInfo.endCursor"),
        ('date: "2026-12-01", first: -1', "first is -1: a number of rows from 0 is wanted"),
    ],
)  # fmt: skip
async def test_refusals(operations: Operations, arguments: str, message: str) -> None:
    code, told = await refusal(operations, arguments)
    assert code == "BAD_INPUT"
    assert told.startswith(message)


async def test_pages_are_small_enough_for_the_event_loop(operations: Operations) -> None:
    for name in ("first", "last"):
        code, told = await refusal(operations, f'date: "2026-12-01", {name}: 201')
        assert (code, told) == (
            "LIMIT_EXCEEDED",
            f"{name} is 201: at most 200 targets at once, or all of them at /night",
        )


async def test_date_that_is_none_is_refused(operations: Operations) -> None:
    answer = await operations.answer(Request('{ spicaNight(date: "tomorrow") { totalCount } }'))
    assert answer.payload["errors"][0]["message"].endswith(
        "Date cannot represent 'tomorrow': ISO 8601 is wanted, as 2026-12-01"
    )


async def test_no_target_at_all(operations: Operations) -> None:
    empty = await night(operations, f"{EVENING}, priorities: [9]")
    assert (empty["nodes"], empty["totalCount"], empty["observableCount"]) == ([], 0, 0)
    chosen = await night(operations, 'date: "2026-12-01", priorities: [9]', "{ pops totalCount }")
    assert len(chosen["pops"]) == 6


async def test_event_loop_goes_on_meanwhile(operations: Operations) -> None:
    loop = asyncio.get_running_loop()
    late: list[float] = []

    async def beat() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            late.append(loop.time() - before - 0.005)

    beating = asyncio.create_task(beat())
    await night(operations, 'date: "2026-12-09", first: 10', "{ nodes { spicadbId } }")
    beating.cancel()
    assert len(late) > 3
    assert np.median(late) < 0.05


async def test_cost_says_that_a_night_is_computed_for_long(operations: Operations) -> None:
    answer = await operations.answer(Request(f"{{ spicaNight({EVENING}, first: 7) {{ totalCount }} }}"))
    assert answer.cost == 20_000 + 100 + 7
