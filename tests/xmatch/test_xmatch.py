"""Cross-match of lists: as CDS X-Match, and with what matches nothing; a naive match in numpy says the same."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import numpy as np
import pytest
from astropy import units as u
from astropy.io.votable import from_table, parse
from astropy.table import Table
from astroquery.xmatch import XMatchClass
from serving import Server, patient
from starlink import run
from waiting import within

from adapters.publishing.draft import draft_table
from adapters.votable.reader import read_votable
from gateway.__main__ import main
from gateway.app import create_app
from gateway.settings import Settings
from hub.writer import open_writers
from publishing.publish import publish, remove
from sample.federation import Federation

STAGED = "SELECT tablename FROM pg_tables WHERE schemaname = 'tap_upload'"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    made = create_app(settings)
    transport = httpx.ASGITransport(made)
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


@pytest.fixture(scope="module")
async def door(federation: Federation) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(patient(federation, hub_jobs=federation.jobs, max_upload_bytes=5_000_000)) as client:
        yield client


@pytest.fixture(scope="module")
async def stars(federation: Federation) -> np.ndarray[Any, Any]:
    connection = await asyncpg.connect(federation.owner)
    rows = await connection.fetch("SELECT jsdc_id, name, raj2000, dej2000 FROM jsdc.star ORDER BY jsdc_id")
    await connection.close()
    return np.array([tuple(row) for row in rows], [("id", "i8"), ("name", "U80"), ("ra", "f8"), ("dec", "f8")])


@pytest.fixture(scope="module")
def sources(stars: np.ndarray[Any, Any]) -> Table:
    """Places near stars, some twice, and some near none; with columns that are called as the stars' are."""
    chance = np.random.default_rng(1)
    near = stars[chance.integers(0, len(stars), 300)]
    dec = np.clip(near["dec"] + chance.normal(0, 3, 300) / 3600, -90, 90)
    ra = (near["ra"] + chance.normal(0, 3, 300) / 3600 / np.maximum(0.01, np.cos(np.radians(dec)))) % 360
    ra, dec = np.append(ra, chance.uniform(0, 360, 40)), np.append(dec, chance.uniform(-90, 90, 40))
    names = [f"source {number} <é>" for number in range(len(ra))]
    return Table({"name": names, "ra": ra, "dec": dec, "flux": np.arange(len(ra), dtype=np.float32), "Ra_list": ra})


def votable(table: Table, serialisation: str = "tabledata") -> bytes:
    buffer = io.BytesIO()
    from_table(table).to_xml(buffer, tabledata_format=serialisation)
    return buffer.getvalue()


def naive(sources: Table, stars: np.ndarray[Any, Any], radius: float, best: bool) -> list[tuple[int, int, float]]:
    """Pairs of source and star within the radius, every one compared with every other."""

    def unit(ra: Any, dec: Any) -> Any:
        ra, dec = np.radians(ra), np.radians(dec)
        return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], -1)

    here, there = unit(sources["ra"], sources["dec"]), unit(stars["ra"], stars["dec"])
    rows, found = np.nonzero(here @ there.T > np.cos(np.radians(radius / 3600 + 0.01)))  # the rest is surely beyond
    arcsec = np.degrees(2 * np.arcsin(np.linalg.norm(here[rows] - there[found], axis=1) / 2)) * 3600
    pairs = [
        (int(row), int(stars["id"][star]), away)
        for row, star, away in zip(rows, found, arcsec, strict=True)
        if away <= radius
    ]
    pairs.sort(key=lambda pair: (pair[0], pair[2], pair[1]))
    return [pair for place, pair in enumerate(pairs) if not best or place == 0 or pairs[place - 1][0] != pair[0]]


async def asked(door: httpx.AsyncClient, path: str, content: bytes, part: str, **told: Any) -> httpx.Response:
    return await door.post(
        path, data={name: str(value) for name, value in told.items()}, files={part: ("list.vot", content)}
    )


CDS = {"request": "xmatch", "cat2": "vizier:jsdc.star", "colRA1": "ra", "colDec1": "dec", "RESPONSEFORMAT": "votable"}


def result(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return parse(io.BytesIO(answer.content), verify="ignore").get_first_table()


@pytest.mark.parametrize(
    ("radius", "selection"), [(3, "best"), (10, "all"), (55, "all"), (180, "best"), (180, "all"), (0, "all")]
)
async def test_pairs_are_those_of_a_naive_match(
    door: httpx.AsyncClient, sources: Table, stars: np.ndarray[Any, Any], radius: float, selection: str
) -> None:
    answer = await asked(door, "/xmatch", votable(sources), "cat1", **CDS, distMaxArcsec=radius, selection=selection)
    found = result(answer).array
    wanted = naive(sources, stars, radius, selection == "best")
    assert [(int(row["flux"]), int(row["jsdc_id"])) for row in found] == [pair[:2] for pair in wanted]
    np.testing.assert_allclose(found["angDist"].astype(float), [pair[2] for pair in wanted], atol=1e-6)


@pytest.mark.parametrize("serialisation", ["tabledata", "binary", "binary2"])
async def test_columns_of_both_come_back(
    door: httpx.AsyncClient, sources: Table, stars: np.ndarray[Any, Any], serialisation: str
) -> None:
    told = CDS | {"cols2": "jsdc_id, Name", "cols1": "flux,name"}
    answer = await asked(door, "/xmatch/api/v1/sync", votable(sources, serialisation), "cat1", **told, distMaxArcsec=5)
    table = result(answer)
    assert [field.name for field in table.fields] == ["angDist", "flux", "name", "jsdc_id", "Name_2"]
    by_id = dict(zip(stars["id"].tolist(), stars["name"].tolist(), strict=True))
    for row in table.array:
        assert row["name"] == sources["name"][int(row["flux"])]
        assert row["Name_2"] == by_id[int(row["jsdc_id"])]
    csv = await asked(door, "/xmatch", votable(sources), "cat1", **(told | {"RESPONSEFORMAT": "csv"}), distMaxArcsec=5)
    assert csv.text.splitlines()[0] == "angDist,flux,name,jsdc_id,Name_2"
    assert len(csv.text.splitlines()) == 1 + len(table.array)


async def test_a_list_comes_back_with_what_matches_nothing(
    door: httpx.AsyncClient, sources: Table, stars: np.ndarray[Any, Any]
) -> None:
    answer = await asked(
        door, "/xmatch/list", votable(sources), "sources", table="jsdc.star", radius=20, columns="name"
    )
    table = result(answer)
    assert [field.name for field in table.fields][:3] == ["angDist", "n_matches", "matched"]
    every, best = naive(sources, stars, 20, best=False), naive(sources, stars, 20, best=True)
    counts = np.bincount([pair[0] for pair in every], minlength=len(sources))
    assert table.array["flux"].tolist() == sources["flux"].tolist()
    assert table.array["n_matches"].tolist() == counts.tolist()
    assert table.array["matched"].tolist() == (counts > 0).tolist()
    matched = [
        index for index, value in enumerate(np.ma.getmaskarray(table.array["angDist"])) if not value and counts[index]
    ]
    assert matched == [pair[0] for pair in best]
    assert 0 < len(best) < len(sources)


async def test_a_list_longer_than_a_block_is_in_order(door: httpx.AsyncClient, stars: np.ndarray[Any, Any]) -> None:
    many = stars[np.arange(25_000) % len(stars)]
    content = votable(Table({"n": np.arange(len(many)), "ra": many["ra"], "dec": many["dec"]}))
    answer = await asked(
        door, "/xmatch/list", content, "sources", table="jsdc.star", radius=1, columns="jsdc_id", responseformat="csv"
    )
    lines = [line.split(",") for line in answer.text.splitlines()[1:]]
    assert [int(line[3]) for line in lines] == list(range(len(many)))
    assert [int(line[6]) for line in lines if line[0] == "0"][:100] == many["id"][: len(lines)].tolist()[:100]
    over = await asked(door, "/xmatch/list", content, "sources", table="jsdc.star", radius=1, maxrec=10)
    assert over.text.count("<TR>") == 10
    assert 'value="OVERFLOW"' in over.text


@pytest.mark.parametrize("name", ["oidb.granule", "obsportal.target", "spica.target"])
async def test_the_other_tables(door: httpx.AsyncClient, federation: Federation, name: str) -> None:
    connection = await asyncpg.connect(federation.owner)
    (ra, dec) = {"oidb.granule": ("s_ra", "s_dec"), "obsportal.target": ("target_ra", "target_dec")}.get(
        name, ("target_ra", "target_dec")
    )
    columns = await connection.fetch(
        "SELECT column_name FROM tap_schema.columns WHERE table_name = $1 AND ucd LIKE 'pos.eq.%meta.main' ORDER BY ucd DESC",
        name,
    )
    if len(columns) == 2:
        ra, dec = (row[0].lower() for row in columns)
    rows = await connection.fetch(f"SELECT DISTINCT {ra}, {dec} FROM {name} WHERE {ra} IS NOT NULL LIMIT 20")
    await connection.close()
    listed = Table({"RAJ2000": [row[0] for row in rows], "DEJ2000": [row[1] for row in rows]})
    answer = await asked(door, "/xmatch/list", votable(listed), "sources", table=name, radius=1)
    assert all(result(answer).array["matched"])


async def test_a_published_table(
    door: httpx.AsyncClient, federation: Federation, sources: Table, stars: np.ndarray[Any, Any]
) -> None:
    document = (
        votable(sources)
        .replace(b'name="Ra_list"', b'name="Ra_list" ucd="x"')
        .replace(b'name="ra"', b'name="ra" ucd="pos.eq.ra;meta.main"')
        .replace(b'name="dec"', b'name="dec" ucd="pos.eq.dec;meta.main"')
    )

    async def whole() -> AsyncIterator[bytes]:
        yield document

    writers = await open_writers(federation.jobs, 1, 60)
    source = await read_votable(whole())
    table, _ = await publish(writers, draft_table(source.heading, "listed"), source.copy, replace=False)
    try:
        await within(lambda: _matched_with(door, table.qualified), 10)
        listed = Table({"star": stars["id"], "ra": stars["ra"], "dec": stars["dec"]})
        answer = await asked(
            door,
            "/xmatch",
            votable(listed),
            "cat1",
            **(CDS | {"cat2": "published.listed"}),
            distMaxArcsec=10,
            selection="all",
        )
        found = {(int(row["flux"]), int(row["star"])) for row in result(answer).array}
        assert found == {pair[:2] for pair in naive(sources, stars, 10, best=False)}
    finally:
        await remove(writers, "listed")
        await writers.close()


async def _matched_with(door: httpx.AsyncClient, name: str) -> bool:
    told = await door.get("/xmatch/tables", params={"action": "getVizieRTableNames"})
    return name in told.json()


async def test_a_list_may_be_csv(door: httpx.AsyncClient, sources: Table, stars: np.ndarray[Any, Any]) -> None:
    text = io.StringIO()
    sources.write(text, format="ascii.csv")
    told = CDS | {"cols2": "jsdc_id"}
    table = result(await asked(door, "/xmatch", text.getvalue().encode(), "cat1", **told, distMaxArcsec=5))
    kinds = {field.name: field.datatype for field in table.fields}
    assert (kinds["name"], kinds["ra"], kinds["flux"]) == ("unicodeChar", "double", "double")
    found = [(int(row["flux"]), int(row["jsdc_id"])) for row in table.array]
    assert found == [pair[:2] for pair in naive(sources, stars, 5, best=False)]


async def test_astroquery_as_a_client_of_cds(
    federation: Federation, sources: Table, stars: np.ndarray[Any, Any]
) -> None:
    with Server(patient(federation, hub_jobs=federation.jobs)) as url:
        client = XMatchClass()
        client.URL = f"{url}/xmatch/api/v1/sync"
        told = {
            "cat1": sources,
            "cat2": "vizier:jsdc.star",
            "max_distance": 5 * u.arcsec,
            "colRA1": "ra",
            "colDec1": "dec",
        }
        table = await asyncio.to_thread(client.query, **told, cache=False)
    found = [(int(row["flux"]), int(row["jsdc_id"])) for row in table]
    assert found == [pair[:2] for pair in naive(sources, stars, 5, best=False)]


LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><VOTABLE><RESOURCE>&lol2;</RESOURCE></VOTABLE>'
)
REFUSED = {
    "no request": ({"request": "x"}, None, 400, "REQUEST=xmatch"),
    "radius": ({"distMaxArcsec": 181}, None, 400, "from 0 to 180"),
    "table": ({"cat2": "vizier:II/246/out"}, None, 404, "no table"),
    "column": ({"colRA1": "rar"}, None, 400, "perhaps you meant ra"),
    "text": ({"colRA1": "name"}, None, 400, "a number of degrees"),
    "selection": ({"selection": "each"}, None, 400, "neither best nor all"),
    "area": ({"area": "zone"}, None, 400, "allsky, or cone"),
    "cone": ({"area": "cone", "coneRA": 1}, None, 400, "coneDec is missing"),
    "URL": ({"cat2": "https://example.org/list.vot"}, None, 400, "is a URL, which is not fetched"),
    "second columns": ({"cat2": "ra,dec\n1,2"}, None, 400, "colRA2 and colDec2 are wanted"),
    "cols2": ({"cols2": "jsdc_idd"}, None, 400, "perhaps you meant jsdc_id"),
    "format": ({"RESPONSEFORMAT": "ascii"}, None, 400, "not offered"),
    "nothing": ({}, b"ra dec\n1 2\n", 400, "neither a VOTable nor CSV"),
    "not XML": ({}, b"<VOTABLE", 400, "not XML"),
    "ragged": ({}, b"ra,dec\n1,2,3\n", 400, "Row 1 of the list has 3 cells"),
    "no number": ({}, b"ra,dec\n1,2\nx,3\n", 400, "ra is unicodeChar"),
    "laughs": ({}, LAUGHS, 400, "entities"),
    "large": ({}, b"<VOTABLE>" + b" " * 6_000_000, 413, "larger"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_refused(door: httpx.AsyncClient, sources: Table, case: str) -> None:
    told, content, status, why = REFUSED[case]
    answer = await asked(door, "/xmatch", content or votable(sources), "cat1", **(CDS | {"distMaxArcsec": 3} | told))
    assert (answer.status_code, why in answer.text) == (status, True), answer.text
    assert ("<VOTABLE" in answer.text) == (case != "format"), "ASCII is no table of ours, but text can say so"


async def test_a_right_ascension_is_the_same_a_turn_on(door: httpx.AsyncClient) -> None:
    turns = Table({"ra": [344.41269, 344.41269 - 360, 344.41269 + 360], "dec": [-29.62224] * 3})
    answer = await asked(door, "/xmatch", votable(turns), "cat1", **CDS, distMaxArcsec=30)
    assert answer.status_code == 200, answer.text
    found = parse(io.BytesIO(answer.content)).get_first_table().to_table()
    assert sorted(found["ra"]) == sorted(turns["ra"])


async def test_places_that_are_none_and_too_many(door: httpx.AsyncClient) -> None:
    wrong = votable(Table({"ra": [1.0, 10.0], "dec": [1.0, 200.0]}))
    answer = await asked(door, "/xmatch", wrong, "cat1", **CDS, distMaxArcsec=3)
    assert (answer.status_code, "Row 2 is nowhere on the sky: ra and dec are (10.0, 200.0)" in answer.text) == (
        400,
        True,
    )
    many = b"ra,dec\n" + b"0,0\n" * 100_001
    answer = await asked(door, "/xmatch", many, "cat1", **CDS, distMaxArcsec=3)
    assert (answer.status_code, "more than 100000 rows" in answer.text) == (400, True)
    nothing = await door.get("/xmatch", params=CDS | {"distMaxArcsec": 3})
    assert (nothing.status_code, "cat1 is wanted" in nothing.text) == (400, True)


async def test_nothing_is_left_behind(door: httpx.AsyncClient, federation: Federation, sources: Table) -> None:
    await asked(door, "/xmatch", votable(sources), "cat1", **CDS, distMaxArcsec=3)
    connection = await asyncpg.connect(federation.owner)
    left = await connection.fetch(STAGED)
    await connection.close()
    assert left == []


async def test_a_client_that_hangs_up_leaves_no_list_behind(
    federation: Federation, stars: np.ndarray[Any, Any]
) -> None:
    """While rows come, and lists are read for a moment longer: the task is then cancelled whatever it waits for."""
    many = Table({"ra": np.resize(stars["ra"], 3000), "dec": np.resize(stars["dec"], 3000)})
    fields = CDS | {"distMaxArcsec": "1", "selection": "all", "RESPONSEFORMAT": "csv"}
    sending = httpx.Request("POST", "http://gateway/xmatch", data=fields, files={"cat1": votable(many)})
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/xmatch",
        "raw_path": b"/xmatch", "root_path": "", "query_string": b"", "client": ("192.0.2.1", 1),
        "server": ("gateway", 80), "headers": [(name.lower(), value) for name, value in sending.headers.raw],
    }  # fmt: skip
    requests = iter([{"type": "http.request", "body": sending.read(), "more_body": False}])
    coming = asyncio.Event()
    reader = await asyncpg.connect(federation.owner)
    read: list[asyncio.Task[None]] = []

    async def receive() -> Any:
        if request := next(requests, None):
            return request
        await coming.wait()
        return {"type": "http.disconnect"}

    async def end() -> None:
        await asyncio.sleep(0.5)
        await reader.execute("ROLLBACK")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and not read:
            await reader.execute("BEGIN")
            for (name,) in await reader.fetch(STAGED):
                await reader.execute(f"LOCK TABLE tap_upload.{name} IN ACCESS SHARE MODE")
            read.append(asyncio.create_task(end()))
            coming.set()

    made = create_app(patient(federation, hub_jobs=federation.jobs))
    async with made.router.lifespan_context(made):
        await made(scope, receive, send)
        await asyncio.gather(*read)
        assert read
        assert await reader.fetch(STAGED) == []
    await reader.close()


async def test_what_there_is_to_match_with(door: httpx.AsyncClient) -> None:
    path = "/xmatch/api/v1/sync/tables"
    names = (await door.get(path, params={"action": "getVizieRTableNames", "RESPONSEFORMAT": "json"})).json()
    assert names[:4] == ["jsdc.star", "obsportal.target", "oidb.granule", "spica.target"]
    told = (await door.get(path, params={"action": "getInfo", "tabName": "jsdc.star"})).json()
    assert (told["name"], told["prettyName"]) == ("jsdc.star", "stars")
    lines = (
        await door.get(
            "/xmatch/tables", params={"action": "getColList", "tabName": "vizier:jsdc.star", "RESPONSEFORMAT": "csv"}
        )
    ).text
    assert lines.splitlines()[0] == "name,unit,ucd,datatype,description"
    assert any(line.startswith("Vmag,mag,phot.mag") for line in lines.splitlines())
    assert (await door.get(path, params={"action": "dance"})).status_code == 400


async def test_without_a_place_for_uploads_it_says_so(federation: Federation, sources: Table) -> None:
    async with opened(patient(federation)) as client:
        answer = await asked(client, "/xmatch", votable(sources), "cat1", **CDS, distMaxArcsec=3)
    assert (answer.status_code, "GATEWAY_HUB_JOBS" in answer.text) == (503, True)


@pytest.mark.stilts
@pytest.mark.parametrize("find", ["best", "all"])
async def test_stilts_as_a_client_of_cds(
    federation: Federation, sources: Table, stars: np.ndarray[Any, Any], tmp_path: Path, find: str
) -> None:
    path = tmp_path / "sources.vot"
    path.write_bytes(votable(sources))
    with Server(patient(federation, hub_jobs=federation.jobs)) as url:
        command = [
            "cdsskymatch", f"in={path}", "ifmt=votable", "cdstable=jsdc.star", "ra=ra", "dec=dec", "radius=10",
            f"find={find}", f"serviceurl={url}/xmatch/api/v1/sync", "blocksize=100", "ofmt=csv", "out=-",
        ]  # fmt: skip
        told = await asyncio.to_thread(run, *command)
    table = Table.read(told.stdout.decode(), format="ascii.csv")
    pairs = sorted(zip(table["flux"].astype(int).tolist(), table["jsdc_id"].tolist(), strict=True))
    assert pairs == sorted(pair[:2] for pair in naive(sources, stars, 10, best=find == "best"))


@pytest.fixture
def environment(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("GATEWAY_HUB", federation.hub)
    monkeypatch.setenv("GATEWAY_HUB_JOBS", federation.jobs)
    return patient(federation, hub_jobs=federation.jobs)


async def test_the_command_here_and_elsewhere(
    environment: Settings,
    sources: Table,
    stars: np.ndarray[Any, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given, near, far = (tmp_path / name for name in ("sources.vot.gz", "near.csv", "far.csv"))
    given.write_bytes(gzip.compress(votable(sources, "binary2")))
    common = [
        "xmatch",
        str(given),
        "--table",
        "jsdc.star",
        "--radius",
        "5",
        "--find",
        "all",
        "--columns",
        "jsdc_id",
        "--format",
        "csv",
    ]
    assert await asyncio.to_thread(main, [*common, "--output", str(near)]) == 0
    with Server(environment) as url:
        assert await asyncio.to_thread(main, [*common, "--url", url, "--output", str(far)]) == 0
        for form in ("csv", "tsv", "json", "votable", "parquet"):
            wrong = [*common[:-1], form, "--ra", "r", "--dec", "d", "--url", url]
            assert await asyncio.to_thread(main, wrong) == 1
            assert capsys.readouterr().err == f"{url} answers 400: The list has no column 'r'; perhaps you meant ra\n"
        assert await asyncio.to_thread(main, ["xmatch", str(tmp_path / "none.vot"), *common[2:], "--url", url]) == 1
    assert capsys.readouterr().err.startswith("[Errno 2] No such file")
    assert near.read_text() == far.read_text()
    found = Table.read(near.read_text(), format="ascii.csv")
    pairs = [(int(row["flux"]), int(row["jsdc_id"])) for row in found if row["matched"] in ("T", "True", "t", True)]
    assert pairs == [pair[:2] for pair in naive(sources, stars, 5, best=False)]
    assert len(set(found["flux"])) == len(sources)
