"""ObjObsSAP at `/visibility`, and the same question in GraphQL: when VLTI or CHARA can observe a place."""

import io
import math
from typing import Any

import httpx
import numpy as np
import pytest
from astropy.io.votable import parse_single_table

from sky.orientation import orientation_table

PLACE = {"POS": "41.0306,-13.8587", "TIME": "61375/61385"}
MUST = {
    "t_start": ("time.start", "Char.TimeAxis.Coverage.Bounds.Limits.StartTime", "d"),
    "t_stop": ("time.end", "Char.TimeAxis.Coverage.Bounds.Limits.StopTime", "d"),
    "t_observability": ("time.duration", "Char.TimeAxis.Coverage.Support.Extent", "s"),
    "t_validity": ("time.validity", "Char.TimeAxis.Coverage.Time", "d"),
}
"""What every service must have, by name: UCD, utype, unit (section 4.1.1)."""
GRAPHQL = """intervals { start end seconds interferometer stations pops lowestElevation highestElevation moonSeparation limitedBy }
  orientationPredicted configurations"""


async def rows(client: httpx.AsyncClient, **params: str) -> Any:
    response = await client.get("/visibility", params=PLACE | params)
    assert response.status_code == 200, response.text
    return parse_single_table(io.BytesIO(response.content)).to_table()


def seconds(table: Any) -> float:
    return sum(float(value) for value in table["t_observability"])


async def refused(client: httpx.AsyncClient, **params: str) -> str:
    given = {name: value for name, value in (PLACE | params).items() if value}
    response = await client.get("/visibility", params=given)
    assert response.status_code == 400
    assert 'name="QUERY_STATUS" value="ERROR"' in response.text
    return response.text


async def asked(client: httpx.AsyncClient, query: str) -> Any:
    return (await client.post("/graphql", json={"query": query})).json()


async def test_columns_of_the_standard(client: httpx.AsyncClient) -> None:
    response = await client.get("/visibility", params=PLACE | {"FACILITY": "VLTI"})
    table = parse_single_table(io.BytesIO(response.content))
    assert {
        field.name: (field.ucd, field.utype, str(field.unit)) for field in table.fields if field.name in MUST
    } == MUST
    for part in (
        'xmlns:ovdm="http://www.ivoa.net/xml/ObjectObservabilityDM/ObjectObservabilityDM-v1.0.xsd"',
        '<INFO name="QUERY_STATUS" value="OK"/>',
        '<INFO name="TIME" value="61375/61385"/>',
        'name="standardID" datatype="char" arraysize="*" value="ivo://ivoa.net/std/ObjObsSAP#query-0.3"',
    ):
        assert part in response.text
    found = table.to_table()
    assert len(found) > 20
    lengths = (np.asarray(found["t_stop"]) - np.asarray(found["t_start"])) * 86400
    assert lengths == pytest.approx(np.asarray(found["t_observability"]), abs=0.2)
    assert list(found["t_start"]) == sorted(found["t_start"])
    assert {str(name) for name in found["facility"]} == {"VLTI"}
    assert set(found["t_validity"]) == {orientation_table().last}


async def test_both_interferometers_and_each_quadruplet(client: httpx.AsyncClient) -> None:
    found = {(str(row["facility"]), str(row["stations"])) for row in await rows(client, POS="60,-5")}
    assert found == {
        ("VLTI", "UT1 UT2 UT3 UT4"), ("VLTI", "A0 B5 J2 J6"), ("VLTI", "A0 G1 J2 K0"), ("VLTI", "A0 B5 D0 G1"),
        ("VLTI", "A0 B2 D0 C1"), ("CHARA", "E1 W2 W1 S2 S1 E2"),
    }  # fmt: skip


async def test_each_parameter_takes_something_away(client: httpx.AsyncClient) -> None:
    whole = await rows(client, POS="60,15", INTERFEROMETER="CHARA")
    assert {str(pops)[1] for pops in whole["pops"]} == {"5"}, "W2 can have no other"
    for params in ({"MINELEV": "60"}, {"POPS": "111111"}, {"MIN_OBS": "14000"}, {"TIME": "61378/61380.3"}):
        fewer = await rows(client, POS="60,15", INTERFEROMETER="CHARA", **params)
        assert seconds(fewer) < seconds(whole), params
    for params in ({"STATIONS": "W1 S2,S1 E2"}, {"STATIONS": "S1 E2 W1 W2"}):
        more = await rows(client, POS="60,15", INTERFEROMETER="CHARA", **params)
        assert seconds(more) > seconds(whole), params
    dark, light = [await rows(client, POS="0,-5", STATIONS="Small", NIGHT=name) for name in ("astronomical", "sun")]
    assert seconds(dark) < seconds(light)
    cut = await rows(client, POS="60,-5", TIME="61378.20/61378.30", STATIONS="UTs")
    assert (cut["t_start"].min(), cut["t_stop"].max()) == (61378.2, 61378.3)


@pytest.mark.parametrize("place", ["0,89.9999", "0,-90", "360,90", "12.5,-75"])
async def test_what_never_rises_has_no_row(client: httpx.AsyncClient, place: str) -> None:
    facility = "VLTI" if place.split(",")[1].startswith(("8", "9")) else "CHARA"
    response = await client.get("/visibility", params=PLACE | {"POS": place, "FACILITY": facility})
    assert "<TR>" not in response.text
    assert 'name="QUERY_STATUS" value="OK"' in response.text


async def test_times_that_the_moon_speaks_against_are_told_apart(client: httpx.AsyncClient) -> None:
    near = {"POS": "88,25", "TIME": "61396/61399", "STATIONS": "UTs"}
    free, every = await rows(client, **near), await rows(client, **near, SOFT="true")
    told = {str(word) for word in every["limited_by"] if word}
    assert told == {"MOON"}
    assert not any(free["limited_by"])
    assert seconds(free) < seconds(every)
    assert max(every["moon_sep_min"][every["limited_by"] == "MOON"]) < 20.1


async def test_range_of_time(client: httpx.AsyncClient) -> None:
    response = await client.get("/visibility", params=PLACE | {"TIME": "61375/71375", "MAXREC": "3"})
    assert '<INFO name="T_MAX_HARD_LIMIT" value="61775"/>' in response.text
    assert response.text.count("<TR>") == 3
    assert 'value="OVERFLOW"' in response.text
    iso = await client.get("/visibility", params=PLACE | {"TIME": "2026-12-01T00:00:00/2026-12-03"})
    assert '<INFO name="TIME" value="61375/61377"/>' in iso.text
    for time in ("/61999999", "61375/", ""):
        response = await client.get("/visibility", params={"POS": PLACE["POS"], "TIME": time, "MAXREC": "0"})
        assert response.status_code == 200, response.text
        assert "etag" not in response.headers
        assert "<TR>" not in response.text


async def test_400_days(client: httpx.AsyncClient) -> None:
    found = await rows(client, POS="200,-5", TIME="61375/61775", STATIONS="UTs")
    assert len(found) > 250
    assert found["t_start"].max() > 61700


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"POS": ""}, "POS is missing"), ({"POS": "41.03"}, "POS is '41.03'"), ({"POS": "41,-91"}, "POS is"),
        ({"TIME": "61375"}, "begin/end in MJD or ISO 8601"), ({"TIME": "61385/61375"}, "ends before it begins"),
        ({"TIME": "x/61375"}, "TIME is"), ({"TIME": "-Inf/61377"}, "begins at MJD -inf: from 44239"), ({"TIME": "1e5/1e6"}, "begins at MJD 100000: from 44239"), ({"TIME": "1/2"}, "begins at MJD 1: from"), ({"FACILITY": "NPOI"}, "'NPOI'; known are VLTI, CHARA"),
        ({"INSTRUMENT": "GRAVITI"}, "perhaps you meant GRAVITY"), ({"STATIONS": "E1,W3"}, "'W3'; known are E1, W2"),
        ({"STATIONS": "E1,W1"}, "4 to 6 different ones"), ({"FACILITY": "VLTI", "INSTRUMENT": "SPICA"}, "CHARA and of VLTI"),
        ({"POPS": "451215"}, "CHARA alone has"), ({"FACILITY": "CHARA", "POPS": "45"}, "a digit from 1 to 5"),
        ({"MINELEV": "81"}, "from 0 to 80"), ({"NIGHT": "civ"}, "perhaps you meant civil"), ({"MIN_OBS": "-1"}, "seconds"),
        ({"RESPONSEFORMAT": "fits"}, "votable, csv, tsv or json"), ({"UPLOAD": "a,b"}, "UPLOAD is not used"),
        ({"FACILITY": "VLTI", "INTERFEROMETER": "CHARA"}, "one of them"),
    ],
)  # fmt: skip
async def test_refusals(client: httpx.AsyncClient, params: dict[str, str], message: str) -> None:
    assert message in (await refused(client, **params)).replace("&apos;", "'").replace("&#x27;", "'")


async def test_formats(client: httpx.AsyncClient) -> None:
    expected = await rows(client, INSTRUMENT="gravity")
    texts = {}
    for name in ("csv", "tsv", "json"):
        response = await client.get("/visibility", params=PLACE | {"INSTRUMENT": "gravity", "RESPONSEFORMAT": name})
        texts[name] = response
    lines = texts["csv"].text.splitlines()
    assert lines[0].startswith("t_start,t_stop,t_observability")
    assert len(lines) == len(expected) + 1 == len(texts["tsv"].text.splitlines())
    assert lines[1].replace(",", "\t") == texts["tsv"].text.splitlines()[1]
    data = texts["json"].json()["data"]
    assert [row[0] for row in data] == [float(one) for one in expected["t_start"]]
    assert float(lines[1].split(",")[0]) == data[0][0]


async def test_vosi(client: httpx.AsyncClient) -> None:
    capabilities = (await client.get("/visibility/capabilities")).text
    assert 'standardID="ivo://ivoa.net/std/ObjObsSAP#query-0.3"' in capabilities
    assert '<accessURL use="base">http://gateway/visibility</accessURL>' in capabilities
    assert "available>true<" in (await client.get("/visibility/availability")).text


async def test_graphql_says_the_same(client: httpx.AsyncClient) -> None:
    query = f"""{{ visibility(ra: 41.0306, dec: -13.8587, from: "2026-12-01T00:00:00Z", to: "2026-12-11T00:00:00Z",
      interferometer: VLTI) {{ {GRAPHQL} }} }}"""
    answer = await asked(client, query)
    told, found = answer["data"]["visibility"], await rows(client, FACILITY="VLTI")
    assert told["configurations"] == ["VLTI Period 117"]
    intervals = told["intervals"]
    assert [one["stations"] for one in intervals] == [str(text).split() for text in found["stations"]]
    assert [one["seconds"] for one in intervals] == [float(value) for value in found["t_observability"]]
    assert {(one["pops"], len(one["limitedBy"])) for one in intervals} == {(None, 0)}
    assert intervals[0]["start"].startswith("2026-12-01T")


async def test_a_star_is_where_it_has_moved_to(client: httpx.AsyncClient) -> None:
    when = 'from: "2026-12-01T00:00:00Z", to: "2026-12-03T00:00:00Z", stations: ["UT1", "UT2", "UT3", "UT4"]'
    star = (await asked(client, f'{{ star(name: "HD 48329") {{ ra dec visibility({when}) {{ {GRAPHQL} }} }} }}'))[
        "data"
    ]["star"]
    place = f"ra: {star['ra']}, dec: {star['dec']}"
    still = (await asked(client, f"{{ visibility({place}, {when}) {{ {GRAPHQL} }} }}"))["data"]["visibility"]
    assert len(star["visibility"]["intervals"]) == len(still["intervals"]) > 0
    for one, other in zip(star["visibility"]["intervals"], still["intervals"], strict=True):
        assert math.isclose(one["seconds"], other["seconds"], abs_tol=20)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ('from: "2026-12-01T00:00:00Z", to: "2027-12-01T00:00:00Z"', "LIMIT_EXCEEDED"),
        ('from: "2026-12-02T00:00:00Z", to: "2026-12-01T00:00:00Z"', "BAD_INPUT"),
        ('from: "2026-12-01T00:00:00Z", to: "2026-12-02T00:00:00Z", pops: "451215"', "BAD_INPUT"),
    ],
)
async def test_graphql_refuses(client: httpx.AsyncClient, arguments: str, code: str) -> None:
    answer = await asked(client, f"{{ visibility(ra: 1, dec: 2, {arguments}) {{ configurations }} }}")
    assert answer["errors"][0]["extensions"]["code"] == code


async def test_no_list_of_stars_is_computed(client: httpx.AsyncClient) -> None:
    when = 'from: "2026-12-01T00:00:00Z", to: "2026-12-02T00:00:00Z", stations: ["Small"]'
    answer = await asked(client, f"{{ stars(first: 12) {{ nodes {{ visibility({when}) {{ configurations }} }} }} }}")
    codes = [error["extensions"]["code"] for error in answer["errors"]]
    assert codes == ["LIMIT_EXCEEDED"] * 2
    assert sum(node["visibility"] is not None for node in answer["data"]["stars"]["nodes"]) == 10
