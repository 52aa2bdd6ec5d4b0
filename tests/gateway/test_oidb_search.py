"""OiDB's search filters, as a GraphQL input and as query parameters, against every granule chosen in Python."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from astropy.io.votable import parse

Node = dict[str, Any]
FIELDS = """granuleId targetName datapi obsCollection facilityName progid proposalSubid obsId instrumentName calibLevel
    dataproductCategory sRa sDec tMin tMax emMin emMax dataRights obsReleaseDate"""


@pytest.fixture(scope="module")
async def nodes(client: httpx.AsyncClient) -> list[Node]:
    found: list[Node] = []
    after = None
    while True:
        query = (
            f"query($after: String) {{ granules(first: 1000, after: $after) "
            f"{{ nodes {{ {FIELDS} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
        answer = await client.post("/graphql", json={"query": query, "variables": {"after": after}})
        page = answer.json()["data"]["granules"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def released(node: Node) -> bool:
    date = node["obsReleaseDate"]
    moment = datetime.fromisoformat(date) if date else None
    moment = moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
    return node["dataRights"] == "public" or (moment is not None and moment < datetime.now(UTC))


def near(node: Node, ra: float, dec: float, radius: float) -> bool:
    return node["sRa"] is not None and abs(node["sRa"] - ra) < radius and abs(node["sDec"] - dec) < radius


def known(name: str, test: Callable[[Any], bool]) -> Callable[[Node], bool]:
    return lambda node: node[name] is not None and test(node[name])


ASKED: dict[str, tuple[str, str, Callable[[Node], bool]]] = {
    "target": ("target=eps Gem", '{target: "eps Gem"}', known("targetName", lambda v: v == "eps Gem")),
    "like": ("target=~Gem", '{target: "~Gem"}', known("targetName", lambda v: "Gem" in v)),
    "not like": ("target=!~HD", '{target: "!~HD"}', known("targetName", lambda v: "HD" not in v)),
    "not": ("collection=!issp_l0", '{collection: "!issp_l0"}', known("obsCollection", lambda v: v != "issp_l0")),
    "wildcard": ("obs_id=SAMPLE.SPICA%", '{obsId: "SAMPLE.SPICA%"}', known("obsId", lambda v: v.startswith("SAMPLE.SPICA"))),
    "underscore": ("obs_id=~_1", '{obsId: "~_1"}', known("obsId", lambda v: "_1" in v)),
    "prefix": ("instrument=PION", '{instrument: "PION"}', known("instrumentName", lambda v: v.startswith("PION"))),
    "no prefix": ("instrument=!GRAVITY", '{instrument: "!GRAVITY"}',
                  known("instrumentName", lambda v: not v.startswith("GRAVITY"))),
    "either": ("instrument=PIONIER&instrument=MIRC", '{instrument: ["PIONIER", "MIRC"]}',
               known("instrumentName", lambda v: v.startswith(("PIONIER", "MIRC")))),
    "levels": ("caliblevel=1,2", "{caliblevel: [1, 2]}", known("calibLevel", lambda v: v in (1, 2))),
    "neither": ("instrument=!PIONIER&instrument=!MIRC", '{instrument: ["!PIONIER", "!MIRC"]}',
                known("instrumentName", lambda v: not v.startswith(("PIONIER", "MIRC")))),
    "some, but": ("target=~HD&target=!~HD 4", '{target: ["~HD", "!~HD 4"]}',
                  known("targetName", lambda v: "HD" in v and "HD 4" not in v)),
    "or": ("target=eps Gem&or&target=Fomalhaut", '{target: ["eps Gem", "Fomalhaut"]}',
           known("targetName", lambda v: v in ("eps Gem", "Fomalhaut"))),
    "categories": ("category=SCIENCE,CALIB", '{category: ["SCIENCE", "CALIB"]}',
                   lambda n: (n["dataproductCategory"] or "SCI")[:3] in ("SCI", "CAL")),
    "category": ("category=CALIBRATOR", '{category: "CALIBRATOR"}', known("dataproductCategory", lambda v: v[:3] == "CAL")),
    "no category": ("category=SCIENCE", '{category: "SCIENCE"}', lambda n: (n["dataproductCategory"] or "SCI")[:3] == "SCI"),
    "facility": ("facility=CHARA&caliblevel=2", '{facility: "CHARA", caliblevel: 2}',
                 lambda n: n["facilityName"] == "CHARA" and n["calibLevel"] == 2),
    "a name": ("conesearch=HD 48329,J2000,2,arcmin", '{conesearch: "HD 48329,J2000,2,arcmin"}',
               lambda n: near(n, 100.98304, 25.13114, 0.033)),
    "degrees": ("conesearch=100.98304 25.13114,J2000,30,arcsec", '{conesearch: "100.98304 25.13114,J2000,30,arcsec"}',
                lambda n: near(n, 100.98304, 25.13114, 0.008)),
    "sexagesimal": ("conesearch=22:57:39.046 -29:37:20.05,J2000,0.05,deg",
                    '{conesearch: "22 57 39.046 -29 37 20.05,J2000,0.05,deg"}', lambda n: near(n, 344.4127, -29.6222, 0.05)),
    "days": ("observationdate=2024-01-01..2024-02-28", '{observationdate: "2024-01-01..2024-02-28"}',
             lambda n: None not in (n["tMin"], n["tMax"]) and n["tMax"] >= 60310 and n["tMin"] <= 60369),
    "since": ("observationdate=2025-01-01", '{observationdate: "2025-01-01"}', known("tMax", lambda v: v >= 60676)),
    "until": ("observationdate=..2010-12-31", '{observationdate: "..2010-12-31"}', known("tMin", lambda v: v <= 55562)),
    "bands": ("wavelengthband=H,K", '{wavelengthband: ["H", "K"]}',
              lambda n: None not in (n["emMin"], n["emMax"]) and n["emMin"] > 1.4475e-6 and n["emMax"] < 2.821625e-6),
    "public": ("public=yes", "{public: true}", released),
    "closed": ("public=no", "{public: false}", lambda n: not released(n)),
    "numbers": ("id=20000095&id=id:20000094", "{granuleId: [20000095, 20000094]}", lambda n: n["granuleId"] in (20000095, 20000094)),
    "survey": ("proposal_subid=1000000", '{proposalSubid: "1000000"}', known("proposalSubid", lambda v: v == "1000000")),
}  # fmt: skip


def params(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in text.split("&"))]


async def found(client: httpx.AsyncClient, told: list[tuple[str, str]]) -> list[int]:
    response = await client.get("/oidb/search", params=told)
    assert response.status_code == 200, response.text
    return [int(number) for number in parse(io.BytesIO(response.content)).get_first_table().array["id"]]


@pytest.mark.parametrize("case", ASKED)
async def test_filter(client: httpx.AsyncClient, nodes: list[Node], case: str) -> None:
    text, search, chosen = ASKED[case]
    wanted = {node["granuleId"] for node in nodes if chosen(node)}
    assert set(await found(client, [*params(text), ("all", "")])) == wanted
    answer = await client.post(
        "/graphql",
        json={"query": f"{{ granules(search: {search}, first: 1000) {{ totalCount nodes {{ granuleId }} }} }}"},
    )
    page = answer.json()["data"]["granules"]
    assert {node["granuleId"] for node in page["nodes"]} <= wanted
    assert (len(page["nodes"]), page["totalCount"]) == (min(len(wanted), 1000), len(wanted))
    assert case == "closed" or 0 < len(wanted) < len(nodes)


async def test_pages(client: httpx.AsyncClient, nodes: list[Node]) -> None:
    wanted = [node for node in nodes if node["calibLevel"] == 2]
    key: Callable[[Node], Any] = lambda node: (-(node["tMin"] or -1e9), node["granuleId"])  # noqa: E731
    ordered = [node["granuleId"] for node in sorted(wanted, key=key)]
    pages = [await found(client, [("caliblevel", "2"), ("page", str(page)), ("perpage", "7")]) for page in (1, 2, 3)]
    assert [number for page in pages for number in page] == ordered[:21]
    assert len(await found(client, [("caliblevel", "2")])) == 25
    orders = [("order", "instrument_name"), ("order", "^id"), ("perpage", "500")]
    named = sorted(sorted(nodes, key=lambda n: n["granuleId"]), key=lambda n: n["instrumentName"] or "", reverse=True)
    assert await found(client, orders) == [node["granuleId"] for node in named]
    assert await found(client, [("page", "9" * 18), ("perpage", "9" * 18)]) == []
    names = await client.get("/oidb/search", params={"order": "^target_name", "perpage": "50", "responseformat": "csv"})
    column = names.text.splitlines()[0].split(",").index("target_name")
    assert len(names.text.splitlines()) == 51
    assert names.text.splitlines()[0].split(",")[column] == "target_name"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("taget=x", "perhaps you meant target"), ("caliblevel=4", "from 0 to 3"), ("caliblevel=x", "whole number"),
        ("conesearch=HD 48329", "J2000,radius,unit"), ("conesearch=HD 48329,J2000,2,parsec", "J2000,radius,unit"),
        ("conesearch=nonsense,J2000,2,deg", "No star of JSDC"), ("observationdate=yesterday", "2022-01-01"),
        ("observationdate=..", "days are wanted"), ("wavelengthband=X", "one of U, B"), ("wavelengthband=,", "one of U, B"), ("public=maybe", "yes or no"),
        ("order=nothing", "order is 'nothing'"), ("order=nothing", "as t_min or ^t_min"), ("page=0", "page is '0'"),
        ("target=eps Gem&or&instrument=SPICA", "or between different filters"),
        ("conesearch=100.98 25.13,B1950,2,deg", "J2000,radius,unit"), ("id=calib_level:2", "id is 'calib_level:2'"), ("public=yes&public=no", "2 times"),
    ],
)  # fmt: skip
async def test_what_is_wrong(client: httpx.AsyncClient, text: str, says: str) -> None:
    response = await client.get("/oidb/search", params=params(text))
    assert response.status_code in (400, 404)
    assert says in response.text


async def test_search_with_where_and_groups(client: httpx.AsyncClient) -> None:
    query = """{ both: granules(search: {instrument: "SPICA"}, where: {calibLevel: {eq: 2}}) { totalCount }
        granulesAggregate(search: {instrument: "SPICA"}, groupBy: [CALIB_LEVEL]) { key { calibLevel } count } }"""
    data = (await client.post("/graphql", json={"query": query})).json()["data"]
    counts = {group["key"]["calibLevel"]: group["count"] for group in data["granulesAggregate"]}
    assert data["both"]["totalCount"] == counts[2] > 0
