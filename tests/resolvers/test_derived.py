"""Derived fields say in types what their columns say, and filters on instants find what is shown."""

import math
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from gateway.payloads import OPTIONS
from hub.dependencies import RELEASES, UNKNOWN, collecting
from planning.mjd import first_mjd, instant_compared, shown_instant
from planning.plan import Compared, Selected
from resolvers.derived_values import reader
from resolvers.operation import Operations
from resolvers.request import Request
from schema.baseline_types import projected_baselines
from schema.catalog import DECLARED
from schema.derived import derived_fields
from schema.jsdc import STAR
from schema.obsportal import EXPOSURE, OBSERVATION
from schema.operators import Op
from schema.spica import FOLLOWUP, TARGET_PROGRAM

BOTH = {
    "exposures": "expMjdStart expStart expMjdEnd expEnd obsType obsTypeTerm expProjectedBaselines "
    "projectedBaselines { name length { start end } angle { start end } uv { start { u v } } at: uv(wavelength: 2e-6) { end { u v } } }",
    "granules": "tMin tMinAt tMax tMaxAt dataRights dataRightsTerm obsReleaseDate isPublic dataRightsUntil",
    "obscore": "tMin tMinAt source sourceTerm dataRights dataRightsTerm isPublic dataRightsUntil",
    "stars": "calFlag calFlagBits irFlag irFlagBits",
    "spicaRuns": "runStatus runStatusTerm",
    "spicaTargetPrograms": "spicaMode spicaModeTerm",
}
"""What there is of each field, raw and with types."""
REASONS = ["CHI2", "DOUBLE", "SUSPICIOUS_TYPE", "CLOSE_NEIGHBOUR"]
KINDS = ["EXCESS", "EXTENDED", "VARIABLE"]


async def asked(operations: Operations, query: str, **variables: Any) -> Any:
    """The data, which the plain way has too."""
    request = Request(query, None, variables)
    answer = await operations.answer(request)
    plain = await operations.execute_document(operations.document(query), request)
    data = orjson.dumps(answer.payload["data"], option=OPTIONS)
    assert "errors" not in answer.payload
    assert data == orjson.dumps(plain.payload["data"], option=OPTIONS)
    return orjson.loads(data)


async def rows(operations: Operations, plural: str) -> list[dict[str, Any]]:
    data = await asked(operations, f"{{ {plural}(first: 60) {{ nodes {{ {BOTH[plural]} }} }} }}")
    return list(data[plural]["nodes"])


def instant(mjd: float | None) -> datetime | None:
    return None if mjd is None else datetime.fromtimestamp((mjd - 40587) * 86400, UTC)


async def test_times_are_their_mjd(operations: Operations) -> None:
    for plural, pairs in {
        "exposures": ("expMjdStart", "expStart"),
        "granules": ("tMin", "tMinAt"),
        "obscore": ("tMin", "tMinAt"),
    }.items():
        shown = [(instant(row[pairs[0]]), row[pairs[1]]) for row in await rows(operations, plural)]
        assert sum(right is not None for right, _ in shown) > 20
        for right, text in shown:
            assert (text is None) == (right is None)
            assert right is None or abs((datetime.fromisoformat(text) - right).total_seconds()) < 2e-6


async def test_words_are_the_texts_and_bits(operations: Operations) -> None:
    for plural, field in (
        ("exposures", "obsType"),
        ("granules", "dataRights"),
        ("obscore", "source"),
        ("spicaRuns", "runStatus"),
    ):
        told = {(row[field], row[f"{field}Term"]) for row in await rows(operations, plural)}
        assert told
        assert all(term == (text and text.upper()) for text, term in told)
    modes = {row["spicaMode"]: row["spicaModeTerm"] for row in await rows(operations, "spicaTargetPrograms")}
    assert modes
    assert all(mode == term for mode, term in modes.items())
    for row in await rows(operations, "stars"):
        for field, words in (("calFlag", REASONS), ("irFlag", KINDS)):
            set_ = None if row[field] is None else [word for bit, word in enumerate(words) if row[field] >> bit & 1]
            assert row[f"{field}Bits"] == set_


async def test_baselines_are_the_json(operations: Operations) -> None:
    count = 0
    for row in await rows(operations, "exposures"):
        raw = row["expProjectedBaselines"] or {}
        assert {
            one["name"]: {"length": one["length"], "angle": one["angle"]} for one in row["projectedBaselines"] or ()
        } == raw
        for one in row["projectedBaselines"] or ():
            u, v = one["uv"]["start"]["u"], one["uv"]["start"]["v"]
            assert math.hypot(u, v) == pytest.approx(one["length"]["start"])
            assert math.degrees(math.atan2(u, v)) % 360 == pytest.approx(one["angle"]["start"] % 360, abs=1e-9)
            assert math.hypot(*one["at"]["end"].values()) == pytest.approx(one["length"]["end"] / 2e-6)
            count += 1
    assert count > 20


async def test_a_wavelength_is_a_variable_of_the_plan(operations: Operations) -> None:
    fields = "projectedBaselines { uv(wavelength: $w) { start { u } } }"
    where = "where: {expProjectedBaselines: {isNull: false}}"
    query = f"query($w: Float) {{ exposures(first: 9, {where}) {{ nodes {{ {fields} }} }} }}"
    made = [await asked(operations, query, **told) for told in ({}, {"w": 2.0}, {"w": 4.0}, {"w": 0.0}, {"w": None})]
    us = [
        [
            one["uv"] and one["uv"]["start"]["u"]
            for row in data["exposures"]["nodes"]
            for one in row["projectedBaselines"] or ()
        ]
        for data in made
    ]
    assert us[0] == us[4] == [2 * u for u in us[1]] == [4 * u for u in us[2]]
    assert set(us[3]) == {None}


async def test_what_is_public_is_released(operations: Operations) -> None:
    for plural in ("granules", "obscore"):
        for row in await rows(operations, plural):
            until = row["dataRightsUntil"]
            assert row["isPublic"] == (
                row["dataRights"] == "public"
                or (until is not None and datetime.fromisoformat(until) < datetime.now(UTC))
            )


@pytest.mark.parametrize(("table", "until"), [("oidb.granule", RELEASES), ("ivoa.obscore", UNKNOWN)])
def test_whether_data_are_public_depends_on_the_time_where_they_are_not(table: str, until: str) -> None:
    public = reader(derived_fields(DECLARED.tables[table])["isPublic"])
    for values, right, dated in (
        (("public", datetime(2999, 1, 1)), True, False),
        (("secure", datetime(2999, 1, 1)), False, True),
        (("secure", datetime(2001, 1, 1)), True, False),
        (("proprietary", "+020000-01-01T00:00:00Z"), False, True),
        (("secure", None), False, False),
    ):
        with collecting(otherwise=("nothing",)) as dependencies:
            assert public(*values) is right
        assert (until in dependencies.names) is dated


@pytest.mark.parametrize(("table", "field", "value", "shown"), [
    (OBSERVATION, "obsTypeTerm", "sky", "UNKNOWN"),
    (OBSERVATION, "obsTypeTerm", "", "UNKNOWN"),
    (OBSERVATION, "obsTypeTerm", None, None),
    (FOLLOWUP, "runStatusTerm", "Planned", "UNKNOWN"),
    (TARGET_PROGRAM, "spicaModeTerm", "SPI", "SPI"),
    (STAR, "calFlagBits", 0, []),
    (STAR, "calFlagBits", 17, ["CHI2", "UNKNOWN"]),
    (STAR, "irFlagBits", -1, [*KINDS, "UNKNOWN"]),
    (EXPOSURE, "expStart", math.nan, None),
    (EXPOSURE, "expStart", math.inf, None),
    (EXPOSURE, "expStart", 1e300, None),
    (EXPOSURE, "expStart", 0.0, datetime(1858, 11, 17, tzinfo=UTC)),
    (EXPOSURE, "expStart", 6e6, "+018286-04-27T00:00:00Z"),
])  # fmt: skip
def test_what_a_list_has_not_is_told(table: Any, field: str, value: Any, shown: Any) -> None:
    assert reader(derived_fields(table)[field])(value) == shown


def test_baselines_of_the_portal_itself_and_broken_ones() -> None:
    (one,) = (
        projected_baselines({"U1-U2": {"length": {"start": "50.1590", "end": "NaN"}, "angle": {"start": "14.6"}}}) or ()
    )
    assert (one.length.start, one.length.end, one.angle.start, one.angle.end) == (50.159, None, 14.6, None)
    track = one.uv()
    assert track is not None
    assert track.end is None
    assert projected_baselines([1]) is projected_baselines(None) is None
    for wrong in ({"U1-U2": None}, {"U1-U2": {"length": 5}}, {"U1-U2": {"length": {"start": True}}}):
        assert [(one.length.start, one.angle.end) for one in projected_baselines(wrong) or ()] == [(None, None)]


def test_the_first_mjd_is_the_first_that_is_shown_so() -> None:
    for mjd in (60657.37847222222, 51544.0, 0.0, -1000.7, 40587.123456789, 1e7):
        shown = shown_instant(mjd)
        assert shown is not None
        (first,) = instant_compared(EXPOSURE.by_field["expMjdStart"], Op.GE, shown).values
        assert first <= mjd
        assert shown_instant(first) == shown
        assert shown_instant(math.nextafter(first, -math.inf)) != shown
    assert first_mjd(0) <= 51544


CONDITIONS: dict[str, Callable[[datetime | None, datetime, datetime], bool]] = {
    "eq": lambda time, one, _: time == one,
    "ne": lambda time, one, _: time is not None and time != one,
    "lt": lambda time, one, _: time is not None and time < one,
    "lte": lambda time, one, _: time is not None and time <= one,
    "gt": lambda time, one, _: time is not None and time > one,
    "ge": lambda time, one, _: time is not None and time >= one,
    "in": lambda time, one, other: time in (one, other),
    "between": lambda time, one, other: time is not None and one <= time <= other,
    "isNull": lambda time, *_: time is None,
}


def read(time: str | None) -> datetime | None:
    return datetime.fromisoformat(time) if time else None


@pytest.mark.parametrize("op", CONDITIONS)
async def test_conditions_on_instants_are_on_what_is_shown(operations: Operations, op: str) -> None:
    query = "query($w: GranuleFilter!) { granules(first: 1000, where: {and: [{calibLevel: {ge: 2}}, $w]}) { nodes { tMinAt } } }"
    every = [row["tMinAt"] for row in (await asked(operations, query, w={}))["granules"]["nodes"]]
    assert len(every) < 1000
    one, other = (sorted(time for time in every if time)[place] for place in (9, -9))
    operand = {"in": [one, other], "between": [one, other], "isNull": True}.get(op, one)
    found = await asked(operations, query, w={"tMinAt": {op: operand}})
    right = [
        time for time in every if CONDITIONS[op](read(time), datetime.fromisoformat(one), datetime.fromisoformat(other))
    ]
    assert Counter(row["tMinAt"] for row in found["granules"]["nodes"]) == Counter(right)


def test_an_index_serves_conditions_on_instants() -> None:
    column = EXPOSURE.by_field["expMjdStart"]
    assert instant_compared(column, Op.LE, datetime(2024, 1, 1, tzinfo=UTC)).conditions == (Compared(column, Op.LT),)
    assert instant_compared(column, Op.NOT_NULL, False) == Selected((Compared(column, Op.NOT_NULL),))


def test_derived_fields_are_in_no_table() -> None:
    for table in DECLARED.tables.values():
        assert not set(derived_fields(table)) & set(table.by_field)


async def test_runs_lead_to_what_they_list(operations: Operations) -> None:
    fields = "expIds granuleIds exposures(first: 50) { totalCount nodes { expId } } granules(first: 50) { nodes { granuleId } }"
    runs = (await asked(operations, f"{{ spicaRuns(first: 20) {{ nodes {{ {fields} }} }} }}"))["spicaRuns"]["nodes"]
    for run in runs:
        exposures = [row["expId"] for row in run["exposures"]["nodes"]]
        assert set(exposures) <= set(run["expIds"] or ())
        assert run["exposures"]["totalCount"] == len(exposures)
        assert {row["granuleId"] for row in run["granules"]["nodes"]} <= set(run["granuleIds"] or ())
    assert sum(len(run["exposures"]["nodes"]) for run in runs) == sum(len(run["expIds"] or ()) for run in runs) > 3
    assert sum(len(run["granules"]["nodes"]) for run in runs) == sum(len(run["granuleIds"] or ()) for run in runs) > 3


@pytest.mark.parametrize(("comparison", "right"), [
    ({"eq": "VALIDATED"}, lambda word: word == "VALIDATED"),
    ({"in": ["UNKNOWN", "PLANNED"]}, lambda word: word in ("UNKNOWN", "PLANNED")),
    ({"ne": "OBSERVED"}, lambda word: word != "OBSERVED"),
    ({"eq": "UNKNOWN"}, lambda word: word == "UNKNOWN"),
    ({"in": []}, lambda _: False),
    ({"isNull": False}, lambda _: True),
])  # fmt: skip
async def test_conditions_on_words(operations: Operations, comparison: Any, right: Callable[[str], bool]) -> None:
    rows = "spicaRuns(first: 1000{}) {{ nodes {{ runStatusTerm }} }}"
    query = f"query($w: RunStatusFilter) {{ every: {rows.format('')} {rows.format(', where: {runStatusTerm: $w}')} }}"
    data = await asked(operations, query, w=comparison)
    words = [row["runStatusTerm"] for row in data["every"]["nodes"]]
    assert len(set(words)) > 2
    assert [row["runStatusTerm"] for row in data["spicaRuns"]["nodes"]] == [word for word in words if right(word)]


async def test_many_objects_are_made_in_a_thread(operations: Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[bool] = []

    def made(value: Any) -> Any:
        threads.append(threading.current_thread() is threading.main_thread())
        return projected_baselines(value)

    monkeypatch.setattr("resolvers.derived_values.projected_baselines", made)
    where = "where: {expProjectedBaselines: {isNull: false}}"
    for rows, in_main in ((2, {True}), (200, {False})):
        threads.clear()
        answer = await operations.answer(
            Request(f"{{ exposures(first: {rows}, {where}) {{ nodes {{ projectedBaselines {{ name }} }} }} }}")
        )
        assert len(answer.payload["data"]["exposures"]["nodes"]) == rows == len(threads)
        assert set(threads) == in_main


@pytest.mark.parametrize("plural", ["exposures", "observationCoverages"])
async def test_uv_coverage_is_selected_and_asked_for(operations: Operations, plural: str) -> None:
    """A page of all rows, and the rows that Python chooses of them."""
    query = f"""query($where: {{type}}) {{ {plural}(first: 1000, where: $where) {{
        nodes {{ uv {{ minDistance maxDistance eccentricity telescopes }} uvDistanceMax instrTelNumber }} }} }}""".replace(
        "{type}", "ExposureFilter" if plural == "exposures" else "ObservationCoverageFilter"
    )
    every = (await asked(operations, query))[plural]["nodes"]
    assert all(
        (row["uvDistanceMax"], row["instrTelNumber"]) == (row["uv"]["maxDistance"], row["uv"]["telescopes"])
        for row in every
    )
    for conditions, meets in (
        ({"maxDistance": {"gt": 100}, "telescopes": {"ge": 4}}, lambda uv: (uv["maxDistance"] or 0) > 100 and (uv["telescopes"] or 0) >= 4),
        ({"eccentricity": {"lt": 0.9}}, lambda uv: uv["eccentricity"] is not None and uv["eccentricity"] < 0.9),
        ({"minDistance": {"isNull": True}}, lambda uv: uv["minDistance"] is None),
    ):  # fmt: skip
        chosen = [row for row in every if meets(row["uv"])]
        assert (await asked(operations, query, where={"uv": conditions}))[plural]["nodes"] == chosen
        assert 0 < len(chosen) < len(every)


async def test_a_part_of_uv_that_is_null_is_refused_by_its_path(operations: Operations) -> None:
    answer = await operations.answer(Request("{ exposures(where: {uv: {maxDistance: null}}) { totalCount } }"))
    assert "where.uv.maxDistance" in answer.payload["errors"][0]["message"]
