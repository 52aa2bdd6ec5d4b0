"""Every combination of tables and lists: a naive match in numpy says the same."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import numpy as np
import pyarrow.ipc
import pyarrow.parquet
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.io.votable import from_table, parse
from astropy.table import Table
from astroquery.xmatch import XMatchClass
from serving import Server, patient

from gateway.app import create_app
from sample.federation import Federation
from schema import aliases
from schema.catalog import DECLARED

pytestmark = pytest.mark.spatial

Places = np.ndarray[Any, Any]
Pair = tuple[Any, Any, float]
TABLES = tuple(DECLARED.positioned)
VIZIER = "vizier:II/346/jsdc_v2"
COLUMNS = {"colRA1": "ra", "colDec1": "dec", "colRA2": "ra", "colDec2": "dec"}


@pytest.fixture(scope="module")
async def places(federation: Federation) -> dict[str, Places]:
    """Key and position of all rows of each table that have one."""
    connection = await asyncpg.connect(federation.owner)
    found = {}
    for name, table in DECLARED.positioned.items():
        assert table.position
        ra, dec = (column.sql for column in table.position)
        rows = await connection.fetch(
            f'SELECT {table.key.sql}, "{ra}", "{dec}" FROM {name} WHERE "{ra}" IS NOT NULL AND "{dec}" IS NOT NULL'
        )
        found[name] = np.array([tuple(row) for row in rows], [("key", "O"), ("ra", "f8"), ("dec", "f8")])
    await connection.close()
    return found


@pytest.fixture(scope="module")
async def door(federation: Federation) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(patient(federation, hub_jobs=federation.jobs))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://g") as client:
        yield client


def near(places: Places, number: int, seed: int) -> Places:
    """Sources within some arcseconds of some of the places; their keys are their indexes."""
    chance = np.random.default_rng(seed)
    chosen = places[chance.integers(0, len(places), number)]
    dec = np.clip(chosen["dec"] + chance.normal(0, 3, number) / 3600, -90, 90)
    ra = (chosen["ra"] + chance.normal(0, 3, number) / 3600 / np.maximum(0.01, np.cos(np.radians(dec)))) % 360
    return np.array(list(zip(range(number), ra, dec, strict=True)), places.dtype)


def listed(places: Places) -> bytes:
    table = Table({"n": places["key"].astype(int), "ra": places["ra"], "dec": places["dec"]})
    buffer = io.BytesIO()
    from_table(table).to_xml(buffer)
    return buffer.getvalue()


def unit(places: Places) -> Any:
    ra, dec = np.radians(places["ra"]), np.radians(places["dec"])
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], -1)


def naive(first: Places, second: Places, radius: float, *, best: bool = False) -> list[Pair]:
    """Keys and distance of every pair within the radius (arcsec), every one compared with every other; sorted."""
    one, other, pairs = unit(first), unit(second), []
    for start in range(0, len(one), 500):
        rows, columns = np.nonzero(one[start : start + 500] @ other.T > np.cos(np.radians(radius / 3600 + 0.01)))
        chords = np.linalg.norm(one[start + rows] - other[columns], axis=1)
        away = np.degrees(2 * np.arcsin(chords / 2)) * 3600
        keys = zip(first["key"][start + rows], second["key"][columns], away, strict=True)
        pairs += [pair for pair in keys if pair[2] <= radius]
    pairs.sort(key=lambda pair: (pair[0], pair[2], pair[1]))
    return [pair for at, pair in enumerate(pairs) if not best or at == 0 or pairs[at - 1][0] != pair[0]]


async def answered(door: httpx.AsyncClient, files: dict[str, bytes], **params: Any) -> httpx.Response:
    data = (
        {"request": "xmatch", "RESPONSEFORMAT": "votable"}
        | COLUMNS
        | {name: str(text) for name, text in params.items()}
    )
    parts = {name: (f"{name}.csv", content) for name, content in files.items()}
    answer = await door.post("/xmatch/api/v1/sync", data=data, files=parts, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer


def pairs_of(answer: httpx.Response) -> list[Pair]:
    """Keys and distances of an answer with three columns."""
    table = parse(io.BytesIO(answer.content), verify="ignore").get_first_table()
    separation, *keys = (table.array[field.ID or field.name].tolist() for field in table.fields)
    return [(*pair, away) for *pair, away in zip(*keys, separation, strict=True)]  # type: ignore[misc]


def assert_same(found: list[Pair], right: list[Pair], *, ordered: bool = True) -> None:
    place = (lambda pair: pair) if ordered else (lambda pair: (str(pair[0]), str(pair[1])))
    found, right = (found, right) if ordered else (sorted(found, key=place), sorted(right, key=place))
    assert [pair[:2] for pair in found] == [pair[:2] for pair in right]
    np.testing.assert_allclose([pair[2] for pair in found], [pair[2] for pair in right], atol=1e-6)


def key(name: str) -> str:
    return DECLARED.positioned[name].key.name


@pytest.mark.parametrize("selection", ["best", "all"])
@pytest.mark.parametrize("name", TABLES)
async def test_a_list_beside_each_table(
    door: httpx.AsyncClient, places: dict[str, Places], name: str, selection: str
) -> None:
    ours = places[name]
    sources = near(ours, 200, 1) if len(ours) else near(places["jsdc.star"], 20, 1)
    params = {"distMaxArcsec": 6, "selection": selection, "cols1": "n", "cols2": key(name)}
    forwards = await answered(door, {"cat1": listed(sources)}, cat2=name, **params)
    assert_same(pairs_of(forwards), naive(sources, ours, 6, best=selection == "best"), ordered=selection == "all")
    swapped = params | {"cols1": key(name), "cols2": "n"}
    backwards = await answered(door, {"cat2": listed(sources)}, cat1=f"vizier:{name}", **swapped)
    right = naive(ours, sources, 6, best=selection == "best")
    assert_same(pairs_of(backwards), right, ordered=False)
    assert right or not len(ours)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("spica.target", "jsdc.star"), ("jsdc.star", "spica.target"), ("obsportal.exposure", "jsdc.star"),
        ("jsdc.star", "ivoa.obscore"), ("oidb.granule", "obsportal.exposure"), ("jsdc.star", "jsdc.star"),
        ("jsdc.badcal", "jsdc.star"),
    ],
)  # fmt: skip
async def test_two_tables_of_ours(door: httpx.AsyncClient, places: dict[str, Places], first: str, second: str) -> None:
    keys = {"cols1": key(first), "cols2": key(second)}
    answer = await answered(door, {}, cat1=first, cat2=f"vizier:{second}", distMaxArcsec=4, selection="all", **keys)
    right = naive(places[first], places[second], 4)
    assert len(right) > 1
    assert_same(pairs_of(answer), right, ordered=False)


@pytest.mark.parametrize("radius", [0, 5, 170])
async def test_two_lists(door: httpx.AsyncClient, places: dict[str, Places], radius: float) -> None:
    one = near(places["jsdc.star"], 300, 2)
    other = np.concatenate([near(one, 250, 3), one[:20]])
    other["key"] = range(len(other))
    both = {"cat1": listed(one), "cat2": listed(other)}
    for selection in ("all", "best"):
        answer = await answered(door, both, distMaxArcsec=radius, selection=selection, cols1="n", cols2="n")
        right = naive(one, other, radius, best=selection == "best")
        assert len(right) >= 20
        assert_same(pairs_of(answer), right, ordered=False)


async def test_only_sources_of_an_area(door: httpx.AsyncClient, places: dict[str, Places]) -> None:
    stars = places["jsdc.star"]
    centre = np.array([(0, 83.0, -1.0)], stars.dtype)
    cone = {"area": "cone", "coneRA": 83.0, "coneDec": -1.0, "coneRadiusDeg": 12.5, "selection": "all"}
    within = stars[np.degrees(np.arccos(unit(stars) @ unit(centre)[0])) <= 12.5]
    sources = near(within, 100, 4)
    sources = sources[np.degrees(np.arccos(unit(sources) @ unit(centre)[0])) <= 12.5]
    everywhere = np.concatenate([sources, near(stars, 200, 5)])
    everywhere["key"] = range(len(everywhere))
    beside = everywhere[np.degrees(np.arccos(unit(everywhere) @ unit(centre)[0])) <= 12.5]
    columns = {"cols1": "n", "cols2": "jsdc_id"}
    answer = await answered(door, {"cat1": listed(everywhere)}, cat2=VIZIER, distMaxArcsec=9, **cone, **columns)
    assert_same(pairs_of(answer), naive(beside, within, 9))
    keys = {"cols1": "jsdc_id", "cols2": "jsdc_id"}
    answer = await answered(door, {}, cat1="jsdc.star", cat2="jsdc.star", distMaxArcsec=1, **cone, **keys)
    assert_same(pairs_of(answer), naive(within, within, 1), ordered=False)


def rows_read(form: str, content: bytes) -> int:
    match form:
        case "csv" | "tsv":
            return len(content.splitlines()) - 1
        case "json":
            return len(httpx.Response(200, content=content).json()["data"])
        case "fits":
            return len(fits.open(io.BytesIO(content))[1].data)
        case "parquet":
            return int(pyarrow.parquet.read_table(io.BytesIO(content)).num_rows)
        case "arrow":
            return int(pyarrow.ipc.open_stream(content).read_all().num_rows)
        case _:
            return len(parse(io.BytesIO(content), verify="ignore").get_first_table().array)


@pytest.mark.parametrize(
    "form", ["csv", "tsv", "json", "votable", "votable/td", "votable/b2", "fits", "parquet", "arrow"]
)
async def test_all_formats(door: httpx.AsyncClient, places: dict[str, Places], form: str) -> None:
    sources = near(places["jsdc.star"], 50, 6)
    params = {"RESPONSEFORMAT": form, "distMaxArcsec": 9, "selection": "all"}
    answer = await answered(door, {"cat2": listed(sources)}, cat1="jsdc.star", **params)
    assert rows_read(form, answer.content) == len(naive(places["jsdc.star"], sources, 9))


async def test_jsdc_under_its_name_at_vizier(door: httpx.AsyncClient, places: dict[str, Places]) -> None:
    sources = near(places["jsdc.star"], 5, 7)
    answer = await answered(
        door, {"cat1": listed(sources)}, cat2=VIZIER.upper().replace("VIZIER", "vizier"), distMaxArcsec=20
    )
    names = {field.name for field in parse(io.BytesIO(answer.content), verify="ignore").get_first_table().fields}
    assert {"Name", "LDD", "LDDCHI", "CalFlag", "UDDK", "SpType"} < names
    assert not {"LDD_chi2", "SpType_SIMBAD", "jsdc_id"} & names
    info = await door.get("/xmatch/tables", params={"action": "getInfo", "tabName": "II/346/jsdc_v2"})
    assert info.json()["name"] == "jsdc.star"


@pytest.mark.parametrize("prefix", ["", "vizier:", "VizieR:"])
@pytest.mark.parametrize("alias", aliases.POSITIONED)
async def test_every_alias_is_matched_with_under_its_columns(
    door: httpx.AsyncClient, places: dict[str, Places], alias: str, prefix: str
) -> None:
    table = aliases.POSITIONED[alias].base
    near_it = places[table.qualified]
    sources = near_it[np.flatnonzero((near_it["ra"] >= 0) & (near_it["ra"] < 360))[:5]].copy()
    sources["key"] = range(5)
    upload = {"cat1": listed(sources)}
    answer = await answered(door, upload, cat2=f"{prefix}{alias}", distMaxArcsec=1, RESPONSEFORMAT="json")
    names = [column["name"] for column in answer.json()["metadata"]]
    listing = await door.get("/xmatch/tables", params={"action": "getColList", "tabName": f"{prefix}{alias}"})
    columns = [column["name"] for column in listing.json()]
    assert [name.removesuffix("_2") for name in names[-len(columns) :]] == columns, "names of the list come first"
    assert set(columns) <= {column.name for column in aliases.POSITIONED[alias].values}
    under_its_name = await answered(door, upload, cat2=table.qualified, distMaxArcsec=1, RESPONSEFORMAT="json")
    assert len(under_its_name.json()["data"]) == len(answer.json()["data"]) >= 5
    one = await answered(door, upload, cat2=alias, distMaxArcsec=1, RESPONSEFORMAT="csv", cols2=columns[0])
    assert one.text.splitlines()[0].endswith(f",{columns[0]}")
    assert alias in (await door.get("/xmatch/tables?action=getVizieRTableNames")).json()


async def test_two_tables_of_moving_stars_are_of_one_epoch(door: httpx.AsyncClient) -> None:
    params = {"request": "xmatch", "cat1": "jsdc.star", "cat2": "jsdc.star", "distMaxArcsec": "1", "epoch": "2016"}
    answer = await door.get("/xmatch", params=params)
    assert (answer.status_code, "matched at J2000" in answer.text) == (400, True)


async def test_a_table_of_ours_is_asked_without_a_form(door: httpx.AsyncClient) -> None:
    params = {
        "request": "xmatch",
        "cat1": "spica.target",
        "cat2": "jsdc.star",
        "distMaxArcsec": "3",
        "RESPONSEFORMAT": "csv",
    }
    assert (await door.get("/xmatch", params=params)).text.startswith("angDist,spicadb_id")


@pytest.mark.parametrize("swapped", [False, True])
async def test_astroquery_matches_vizier_with_a_table(
    federation: Federation, places: dict[str, Places], swapped: bool
) -> None:
    sources = near(places["jsdc.star"], 60, 8)
    mine = Table({"n": sources["key"].astype(int), "ra": sources["ra"], "dec": sources["dec"]})
    with Server(patient(federation, hub_jobs=federation.jobs)) as url:
        client = XMatchClass()
        client.URL = f"{url}/xmatch/api/v1/sync"
        sides = {"cat1": mine, "cat2": VIZIER, "colRA1": "ra", "colDec1": "dec"}
        if swapped:
            sides = {"cat1": VIZIER, "cat2": mine, "colRA2": "ra", "colDec2": "dec"}
        table = await asyncio.to_thread(client.query, **sides, max_distance=8 * u.arcsec, cache=False)
        assert client.is_table_available("II/346/jsdc_v2")
    found = sorted(zip(table["n"].tolist(), table["recno"].tolist(), table["angDist"].tolist(), strict=True))
    assert_same(found, sorted(naive(sources, places["jsdc.star"], 8)))
