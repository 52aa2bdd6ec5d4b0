"""Cross-match against brute force in numpy and a plain SQL, over pages and links."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hub.rows import Connection, connect
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation
from sky.cells import apply_proper_motion

pytestmark = pytest.mark.spatial

Floats = NDArray[np.float64]
ASKED = """query($p: Positions!, $r: Float! = 3, $t: [CrossmatchTable!]! = [JSDC_STAR], $m: CrossmatchMode! = BEST,
  $e: Float! = 2000, $n: Int! = 100, $a: String) {
  crossmatch(positions: $p, radius: $r, tables: $t, mode: $m, epoch: $e, first: $n, after: $a) {
    totalCount unmatchedCount unmatched rows pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { position table key separation } }
    nodes { key table star { jsdcId name } target { targetId } granule { granuleId targetName } spicaTarget { spicadbId } }
  }
}"""


async def ask(operations: Operations, **variables: Any) -> Any:
    answer = await operations.answer(Request(ASKED, None, variables))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return answer.payload["data"]["crossmatch"]


async def refusal(operations: Operations, **variables: Any) -> str:
    answer = await operations.answer(Request(ASKED, None, variables))
    return str(answer.payload["errors"][0]["message"])


def separation(ra: Floats, dec: Floats, ra0: float, dec0: float) -> Floats:
    a, d, a0, d0 = map(np.radians, (ra, dec, ra0, dec0))
    half = np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(np.minimum(half, 1)))) * 3600)


async def near(connection: Connection, query: str, spread: float) -> list[list[float]]:
    """Places some arcsec from rows, at both poles and at right ascension 0."""
    random = np.random.default_rng(2)
    places = np.array([tuple(row) for row in await connection.fetch(query)], float)
    away = random.normal(0, spread * 1000, (2, len(places)))
    ra, dec = apply_proper_motion(places[:, 0], places[:, 1], *away, np.ones(len(places)))
    odd = [[0, 0], [360, 0], [123.4, 90], [0, -90], [359.9999999, 12]]
    return [*np.stack([ra, dec], axis=1).tolist(), *odd]


@pytest.fixture(scope="module")
async def owner(federation: Federation) -> Any:
    connection = await connect(federation.owner)
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    ("radius", "epoch"), [(1.0, 2000.0), (3.0, 2016.0), (55.0, 2000.0), (180.0, 2016.0), (30.0, 1990.5)]
)
async def test_stars_are_those_of_brute_force(
    operations: Operations, owner: Connection, radius: float, epoch: float
) -> None:
    positions = await near(owner, "SELECT raj2000, dej2000 FROM jsdc.star ORDER BY random() LIMIT 250", radius)
    stars = [np.array(column, float) for column in zip(*await owner.fetch(
        "SELECT jsdc_id, raj2000, dej2000, coalesce(pmra, 0), coalesce(pmdec, 0) FROM jsdc.star"
    ), strict=True)]  # fmt: skip
    moved = apply_proper_motion(*stars[1:], np.full(len(stars[0]), epoch - 2000))
    wanted = []
    for place, (ra, dec) in enumerate(positions):
        away = separation(*moved, ra, dec)
        found = [(place, 0, float(away[row]), int(stars[0][row])) for row in np.flatnonzero(away <= radius)]
        wanted.append(sorted(found, key=lambda match: (match[2], match[3])))
    every = await ask(operations, p=positions, r=radius, e=epoch, m="ALL")
    assert same(every["rows"], [match for found in wanted for match in found])
    best = await ask(operations, p=positions, r=radius, e=epoch)
    assert [tuple(row[:2]) for row in best["rows"]] == [(place, 0) for place, found in enumerate(wanted) if found]
    assert all(math.isclose(row[2], wanted[row[0]][0][2], abs_tol=1e-6) for row in map(list, best["rows"]))
    assert best["unmatched"] == [place for place, found in enumerate(wanted) if not found]
    assert best["unmatchedCount"] == len(best["unmatched"])


def same(ours: Any, theirs: list[tuple[int, int, float, int]]) -> bool:
    """Whether matches are equal, whatever the order of twins."""

    def key(match: Any) -> Any:
        return match[0], match[1], match[3]

    return len(ours) == len(theirs) and all(
        key(one) == key(other) and math.isclose(one[2], other[2], rel_tol=1e-7, abs_tol=1e-6)
        for one, other in zip(sorted(ours, key=key), sorted(theirs, key=key), strict=True)
    )


async def test_records_are_those_of_a_plain_query(operations: Operations, owner: Connection) -> None:
    positions = await near(
        owner, "SELECT s_ra, s_dec FROM oidb.granule WHERE s_ra IS NOT NULL ORDER BY random() LIMIT 60", 3
    )
    tables = ["SPICA_TARGET", "OBSPORTAL_TARGET", "OIDB_GRANULE"]
    found = await ask(operations, p=positions, r=10, t=tables, m="ALL", n=1000)
    wanted = []
    for code, (table, key, ra, dec) in enumerate(
        [
            ("obsportal.target", "target_id", "target_ra", "target_dec"),
            ("oidb.granule", "id", "s_ra", "s_dec"),
            ("spica.target", "spicadb_id", "ra", "dec"),
        ],
        1,
    ):
        for place, (ra0, dec0) in enumerate(positions):
            rows = await owner.fetch(
                f"SELECT * FROM (SELECT {key}, 3600 * 2 * asind(sqrt(power(sind(({dec} - $2) / 2), 2) "
                f"+ cosd({dec}) * cosd($2) * power(sind(({ra} - $1) / 2), 2))) AS away FROM {table} "
                f"WHERE abs({dec} - $2) < 0.01) s WHERE away <= 10", ra0, dec0,
            )  # fmt: skip
            wanted += [(place, code, row[1], row[0]) for row in rows]
    assert len({match[1] for match in wanted}) == 3
    assert same(found["rows"], wanted)
    for node in found["nodes"]:
        linked = {"OBSPORTAL_TARGET": "target", "OIDB_GRANULE": "granule", "SPICA_TARGET": "spicaTarget"}[node["table"]]
        assert next(iter(node[linked].values())) == node["key"]
        assert [node[other] for other in ("star", "target", "granule", "spicaTarget") if other != linked] == [None] * 3


async def test_pages_make_the_whole(operations: Operations, owner: Connection) -> None:
    positions = await near(owner, "SELECT raj2000, dej2000 FROM jsdc.star ORDER BY jsdc_id LIMIT 45", 1)
    whole = await ask(operations, p=positions, r=50, m="ALL")
    edges: list[Any] = []
    cursor = None
    while True:
        page = await ask(operations, p=positions, r=50, m="ALL", n=10, a=cursor)
        assert page["pageInfo"]["hasPreviousPage"] is bool(edges)
        edges += page["edges"]
        cursor = page["pageInfo"]["endCursor"]
        assert cursor == edges[-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert [list(edge["node"].values()) for edge in edges] == [
        [place, "JSDC_STAR", key, away] for place, _, away, key in whole["rows"]
    ]
    assert whole["totalCount"] == len(whole["rows"]) == len(edges) >= 45
    assert all(node["star"]["jsdcId"] == node["key"] for node in whole["nodes"])


async def test_links_of_a_page_are_one_statement(
    operations: Operations, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = await near(owner, "SELECT raj2000, dej2000 FROM jsdc.star ORDER BY jsdc_id LIMIT 95", 0.1)
    sent: list[str] = []
    fetch = operations.hub.fetch

    async def counted(statement: Any) -> Any:
        sent.append(statement.text)
        return await fetch(statement)

    monkeypatch.setattr(operations.hub, "fetch", counted)
    page = await ask(operations, p=positions)
    assert len(page["nodes"]) >= 95
    assert len(sent) == 2


async def test_positions_may_stand_in_the_document(operations: Operations) -> None:
    text = "{ crossmatch(positions: [[344.412692, -29.622236], [10, 20.5]], radius: 10) { unmatched nodes { star { name } } } }"
    answer = await operations.answer(Request(text))
    assert answer.payload["data"]["crossmatch"] == {"unmatched": [1], "nodes": [{"star": {"name": "HD 216956"}}]}


@pytest.mark.parametrize(
    ("positions", "hint"),
    [
        ([[1, 2], [3]], "pairs of numbers"),
        ([1, 2], "pairs of numbers"),
        ([["1", "2"]], "pairs of numbers"),
        ([[1, None]], "pairs of numbers"),
        ([[1, 2, 3]], "pairs of numbers"),
        ([[True, False]], "pairs of numbers"),
        ([], "pairs of numbers"),
        ({"ra": 1, "dec": 2}, "pairs of numbers"),
        ("1 2", "pairs of numbers"),
        ([[0, 0], [361, 0]], "Position 1 is [361, 0]"),
        ([[0, -90.1]], "Position 0 is"),
        ([[10**400, 0]], "pairs of numbers"),
        ([[0, 0]] * 100_001, "at most 100000"),
    ],
    ids=range(13),
)
async def test_wrong_positions_are_refused(operations: Operations, positions: Any, hint: str) -> None:
    assert hint in await refusal(operations, p=positions)


@pytest.mark.parametrize(
    ("told", "hint"),
    [
        ({"r": 180.1}, "radius is 180.1"),
        ({"r": -1}, "radius is -1"),
        ({"e": 1900}, "epoch is 1900"),
        ({"n": 1001}, "at most 1000"),
        ({"n": -1}, "first is -1"),
        ({"a": "here"}, "is not a cursor"),
        ({"a": "W10="}, "is not a cursor"),
    ],
    ids=str,
)
async def test_wrong_arguments_are_refused(operations: Operations, told: dict[str, Any], hint: str) -> None:
    assert hint in await refusal(operations, p=[[0, 0]], **told)


async def test_positions_are_paid_for(operations: Operations) -> None:
    one, many = [(await operations.answer(Request(ASKED, None, {"p": [[0, 0]] * count}))).cost for count in (1, 1000)]
    assert many - one == 999


async def test_no_table_no_match(operations: Operations) -> None:
    page = await ask(operations, p=[[0, 0]], t=[])
    assert (page["totalCount"], page["unmatched"], page["pageInfo"]["endCursor"]) == (0, [0], None)
