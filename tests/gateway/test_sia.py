"""SIA 2.0 against a naive second way: every record by GraphQL, chosen in Python."""

import io
import math
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from astropy.io.votable import parse

from adapters.sia.positions import position_conditions
from schema.catalog import DECLARED

Node = dict[str, Any]
FIELDS = """obsPublisherDid sRa sDec emMin emMax tMin tMax tExptime emResPower polStates sFov sResolution tResolution
    obsCollection facilityName instrumentName dataproductType calibLevel targetName accessFormat"""
INFINITE = math.inf


@pytest.fixture(scope="module")
async def nodes(client: httpx.AsyncClient) -> list[Node]:
    found: list[Node] = []
    after = None
    while True:
        query = f"query($after: String) {{ obscore(first: 1000, after: $after) {{ nodes {{ {FIELDS} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        page = (await client.post("/graphql", json={"query": query, "variables": {"after": after}})).json()["data"][
            "obscore"
        ]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def separation(node: Node, ra: float, dec: float) -> float:
    a, d, a0, d0 = map(math.radians, (node["sRa"], node["sDec"], ra, dec))
    return math.degrees(
        2 * math.asin(math.sqrt(math.sin((d - d0) / 2) ** 2 + math.cos(d) * math.cos(d0) * math.sin((a - a0) / 2) ** 2))
    )


def vector(ra: float, dec: float) -> Any:
    a, d = math.radians(ra), math.radians(dec)
    return np.array([math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d)])


def in_polygon(node: Node, *corners: tuple[float, float]) -> bool:
    """Of a convex polygon: on the same side of every great circle as its middle."""
    vectors = [vector(*corner) for corner in corners]
    normals = [np.cross(one, other) for one, other in zip(vectors, vectors[1:] + vectors[:1], strict=True)]
    middle, place = sum(vectors), vector(node["sRa"], node["sDec"])
    return bool(place @ middle > 0) and all((n @ middle) * (n @ place) > 0 for n in normals)


def placed(test: Callable[[Node], bool]) -> Callable[[Node], bool]:
    return lambda node: node["sRa"] is not None and node["sDec"] is not None and test(node)


def between(name: str, low: float, high: float) -> Callable[[Node], bool]:
    return lambda node: node[name] is not None and low <= node[name] <= high


def overlaps(start: str, end: str, low: float, high: float) -> Callable[[Node], bool]:
    return lambda node: None not in (node[start], node[end]) and node[end] >= low and node[start] <= high


def same(name: str, *values: Any) -> Callable[[Node], bool]:
    return lambda node: node[name] in values


TRIANGLE = ((90.0, 0.0), (140.0, 10.0), (110.0, 60.0))
ACROSS = ((340.0, -50.0), (20.0, -50.0), (25.0, 30.0), (335.0, 30.0))
ASKED: dict[str, tuple[str, Callable[[Node], bool]]] = {
    "circle": ("POS=CIRCLE 100.98 25.13 5", placed(lambda n: separation(n, 100.98, 25.13) <= 5)),
    "large circle": ("POS=CIRCLE 100 20 120", placed(lambda n: separation(n, 100, 20) <= 120)),
    "two circles": (
        "POS=CIRCLE 100.98 25.13 5&POS=circle 344.4127 -29.6222 1",
        placed(lambda n: separation(n, 100.98, 25.13) <= 5 or separation(n, 344.4127, -29.6222) <= 1),
    ),
    "range": ("POS=RANGE 60 120 -Inf 30", placed(lambda n: 60 <= n["sRa"] <= 120 and n["sDec"] <= 30)),
    "range across 0": ("POS=RANGE 300 60 -20 90", placed(lambda n: (n["sRa"] >= 300 or n["sRa"] <= 60) and n["sDec"] >= -20)),
    "narrow range across 0": ("POS=RANGE 340 10 -35 60", placed(lambda n: (n["sRa"] >= 340 or n["sRa"] <= 10) and -35 <= n["sDec"] <= 60)),
    "band around the equator": ("POS=RANGE 0 360.0 -32.0 2.0", placed(lambda n: -32 <= n["sDec"] <= 2)),
    "a pole": ("POS=RANGE 0 360.0 59.0 +Inf", placed(lambda n: n["sDec"] >= 59)),
    "whole sky": ("POS=RANGE -Inf +Inf -Inf +Inf", placed(lambda _n: True)),
    "range at a pole": ("POS=RANGE 30 100 50 90", placed(lambda n: 30 <= n["sRa"] <= 100 and n["sDec"] >= 50)),
    "triangle": ("POS=POLYGON 90 0 140 10 110 60", placed(lambda n: in_polygon(n, *TRIANGLE))),
    "the other way": ("POS=POLYGON 110 60 140 10 90 0", placed(lambda n: in_polygon(n, *TRIANGLE))),
    "across 0": ("POS=POLYGON 340 -50 20 -50 25 30 335 30", placed(lambda n: in_polygon(n, *ACROSS))),
    "around the pole": (
        "POS=POLYGON 0 40 90 40 180 40 270 40",
        placed(lambda n: in_polygon(n, (0, 40), (90, 40), (180, 40), (270, 40))),
    ),
    "a polygon or a circle": (
        "POS=POLYGON 90 0 140 10 110 60&POS=CIRCLE 344.4127 -29.6222 1",
        placed(lambda n: in_polygon(n, *TRIANGLE) or separation(n, 344.4127, -29.6222) <= 1),
    ),
    "band": ("BAND=1.5e-6 1.8e-6", overlaps("emMin", "emMax", 1.5e-6, 1.8e-6)),
    "one wavelength": ("BAND=2.2e-6", overlaps("emMin", "emMax", 2.2e-6, 2.2e-6)),
    "two bands": (
        "BAND=-Inf 7e-7&BAND=1e-5 +Inf",
        lambda n: overlaps("emMin", "emMax", -INFINITE, 7e-7)(n) or overlaps("emMin", "emMax", 1e-5, INFINITE)(n),
    ),
    "time": ("TIME=60000 60400", overlaps("tMin", "tMax", 60000, 60400)),
    "exposure": ("EXPTIME=100 700", between("tExptime", 100, 700)),
    "resolving power": ("SPECRP=100 +Inf", between("emResPower", 100, INFINITE)),
    "field of view": ("FOV=0 1", between("sFov", 0, 1)),
    "resolution": ("SPATRES=-Inf 1", between("sResolution", -INFINITE, 1)),
    "in time": ("TIMERES=-Inf +Inf", between("tResolution", -INFINITE, INFINITE)),
    "polarisation": ("POL=I", lambda n: "/I/" in (n["polStates"] or "")),
    "instruments": ("INSTRUMENT=GRAVITY&INSTRUMENT=SPICA", same("instrumentName", "GRAVITY", "SPICA")),
    "facility and level": ("FACILITY=CHARA&CALIB=2", lambda n: n["facilityName"] == "CHARA" and n["calibLevel"] == 2),
    "levels": ("CALIB=1&CALIB=3", same("calibLevel", 1, 3)),
    "collection": (
        "COLLECTION=Observation logs of the VLTI",
        same("obsCollection", "Observation logs of the VLTI"),
    ),
    "type": ("DPTYPE=visibility", same("dataproductType", "visibility")),
    "no such type": ("DPTYPE=image", same("dataproductType", "image")),
    "target": ("TARGET=eps Gem", same("targetName", "eps Gem")),
    "format": (
        "FORMAT=application/fits&format=text/html&CALIB=2",
        lambda n: n["calibLevel"] == 2 and n["accessFormat"] in ("application/fits", "text/html"),
    ),
    "identifier": ("ID=ivo://jmmc.fr/oidb?000020000095", same("obsPublisherDid", "ivo://jmmc.fr/oidb?000020000095")),
    "identifier in another case": (
        "ID=IVO://JMMC.fr/OIDB?000020000095", same("obsPublisherDid", "ivo://jmmc.fr/oidb?000020000095"),
    ),
    "several": (
        "POS=CIRCLE 100.98 25.13 60&BAND=5e-7 1e-6&TIME=60000 +Inf&INSTRUMENT=SPICA&CALIB=0",
        placed(lambda n: separation(n, 100.98, 25.13) <= 60 and n["instrumentName"] == "SPICA" and n["calibLevel"] == 0
               and overlaps("tMin", "tMax", 60000, INFINITE)(n) and overlaps("emMin", "emMax", 5e-7, 1e-6)(n)),
    ),
}  # fmt: skip


def table(response: httpx.Response) -> Any:
    return parse(io.BytesIO(response.content), verify="exception").get_first_table()


def params(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in text.split("&"))]


@pytest.mark.parametrize("case", ASKED)
async def test_what_is_found(client: httpx.AsyncClient, nodes: list[Node], case: str) -> None:
    text, chosen = ASKED[case]
    response = await client.get("/sia", params=params(text))
    assert response.status_code == 200, response.text
    found = [str(did) for did in table(response).array["obs_publisher_did"]]
    wanted = {node["obsPublisherDid"] for node in nodes if chosen(node)}
    assert len(found) == len(set(found))
    assert set(found) == wanted
    if case not in ("no such type", "polarisation", "field of view", "resolution", "in time", "around the pole"):
        assert 0 < len(wanted) < len(nodes) or case in ("type", "whole sky")


def corners_of(node: Node, size: float) -> str:
    """A square that the record is a corner of."""
    ra, dec = node["sRa"], node["sDec"]
    corners = ((ra, dec), (ra + size, dec), (ra + size, dec + size), (ra, dec + size))
    return " ".join(f"{a!r} {d!r}" for a, d in corners)


@pytest.mark.parametrize(
    "form",
    ["POLYGON {square}", "POLYGON {turned}", "POLYGON {ra} {dec} {square}", "POLYGON {edge}", "POLYGON {flat}", "POLYGON {dot}",
     "CIRCLE {ra} {dec} 0", "RANGE {ra} {ra} {dec} {dec}", "CIRCLE {far} {opposite} 180", "CIRCLE {ra} {north} 1"],
)  # fmt: skip
async def test_what_is_on_an_edge_is_in_the_area(client: httpx.AsyncClient, nodes: list[Node], form: str) -> None:
    some = [node for node in nodes if node["sRa"] is not None and node["sDec"] is not None and abs(node["sDec"]) < 80]
    for node in some[:: max(1, len(some) // 12)]:
        ra, dec, square = node["sRa"], node["sDec"], corners_of(node, 0.5)
        numbers = square.split()
        words = {
            "ra": repr(ra), "dec": repr(dec), "square": square, "far": repr((ra + 180) % 360), "opposite": repr(-dec), "north": repr(dec + 1),
            "turned": " ".join(number for at in (6, 4, 2, 0) for number in numbers[at : at + 2]),
            "edge": f"{ra!r} {dec - 0.25!r} {ra!r} {dec + 0.25!r} {ra + 0.5!r} {dec!r}",
            "flat": f"{ra!r} {dec - 0.25!r} {ra!r} {dec!r} {ra!r} {dec + 0.25!r}", "dot": f"{ra!r} {dec!r} " * 3,
        }  # fmt: skip
        response = await client.get("/sia", params={"POS": form.format(**words)})
        assert response.status_code == 200, response.text
        assert node["obsPublisherDid"] in [str(did) for did in table(response).array["obs_publisher_did"]]


WRONG = {
    "POS": ("CIRCLE 1 2", "CIRCLE 1 2 -3", "CIRCLE 400 0 1", "SQUARE 1 2 3", "POLYGON 1 2 3 4", "POLYGON 0 0 120 0 240 0",
            "RANGE 1 2 5 4", "RANGE -20 -10 -90 90", "RANGE 10 370 -90 90", "RANGE 0 9 -91 90", "RANGE 1 2 3 NaN",
            "POLYGON 1 2 Inf 3 4 5", "CIRCLE a b c", "", "CIRCLE 1 2 NaN"),
    "BAND": ("x", "1_0", "٣", "2 1", "1 2 3", "+Inf", "nan"), "TIME": ("2020-01-01",), "CALIB": ("5", "two"), "POL": ("/I/",),
    "MAXREC": ("-1", "many"), "RESPONSEFORMAT": ("gif",),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, name: str) -> None:
    for value in filter(None, WRONG[name]):
        response = await client.post("/sia", data={name: value})
        assert response.status_code == 400, value
        (info,) = [one for one in parse(io.BytesIO(response.content)).resources[0].infos if one.name == "QUERY_STATUS"]
        assert info.value == "ERROR"
        assert name in info.content
        assert value in info.content


@pytest.mark.parametrize("path", ["/sia", "/datalink/links", "/oidb/search"])
async def test_what_is_single_is_told_once(client: httpx.AsyncClient, path: str) -> None:
    twice = await client.get(path, params=[("ID", "1"), ("RESPONSEFORMAT", "votable"), ("ResponseFormat", "text/xml")])
    assert (twice.status_code, "RESPONSEFORMAT is given twice" in twice.text) == (400, True)
    same = await client.get(path, params=[("ID", "1"), ("MAXREC", "1"), ("MAXREC", "1")])
    assert same.status_code == 200


async def test_any_number_of_identifiers(client: httpx.AsyncClient) -> None:
    ids = [f"ivo://jmmc.fr/oidb?{number:012}" for number in range(20000095, 20002095)]
    response = await client.post("/sia", data={"ID": ids})
    assert str(table(response).array["obs_publisher_did"][0]) in ids


async def test_metadata(client: httpx.AsyncClient) -> None:
    response = await client.get("/sia", params={"MAXREC": 0})
    document = parse(io.BytesIO(response.content), verify="exception")
    assert len(document.get_first_table().array) == 0
    assert len(document.get_first_table().fields) >= 30
    (itself,) = [one for one in document.resources if one.utype == "adhoc:this"]
    assert {"POS", "BAND", "TIME", "FORMAT", "MAXREC"} <= {param.name for param in itself.groups[0].entries}


async def test_overflow_and_what_is_ignored(client: httpx.AsyncClient) -> None:
    response = await client.get("/sia", params={"MAXREC": 3, "INSTRUMNT": "SPICA"})
    assert len(table(response).array) == 3
    assert 'value="OVERFLOW"' in response.text
    assert "SIA has no parameter instrumnt" in response.text


async def test_capabilities(client: httpx.AsyncClient) -> None:
    text = (await client.get("/sia/capabilities")).text
    assert 'standardID="ivo://ivoa.net/std/SIA#query-2.0"' in text
    assert "http://gateway/sia<" in text
    assert "available>true<" in (await client.get("/sia/availability")).text


@pytest.mark.parametrize(("west", "east"), [(340, 20), (0, 20), (340, 360), (100, 190)])
def test_a_range_holds_places_told_a_turn_off(west: float, east: float) -> None:
    selected = position_conditions(DECLARED.tables["ivoa.obscore"], [f"RANGE {west} {east} -5 5"])
    *bounds, south, north = selected.values[-10:]
    assert (south, north) == (-5, 5)
    for ra in range(-350, 720, 10):
        inside = (ra - west) % 360 <= (east - west) % 360
        held = any(low <= ra <= high for low, high in zip(bounds[::2], bounds[1::2], strict=True))
        assert held == inside, ra
