"""HATS catalogues of tables, read as LSDB reads them (`bench/hats.py` does it with LSDB itself, outside CI)."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import pytest_asyncio
from astropy import units as u
from astropy.coordinates import Latitude, Longitude
from astropy.io import fits
from astropy.io.votable import parse
from cdshealpix import lonlat_to_healpix
from starlette.applications import Starlette
from waiting import within

from adapters.columnar.parquet import CONTENT
from gateway.commands.export_hats import export_hats
from gateway.settings import Settings
from hub.hats import HatsStore
from hub.spool import Spool
from planning.asker import NOBODY, Asker, asked_by, asker
from planning.rights import HIDDEN
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.hats import CELL, hats_columns

MOST = 2000
"""Rows of a partition here, so that the sample has some."""
PARQUET = "application/vnd.apache.parquet"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def divided(app: Starlette) -> AsyncIterator[None]:
    """The collections of this module have small partitions, and nothing was read of them before."""
    kept = app.state.gateway
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.hats.MOST_ROWS", MOST)
        app.state.gateway = replace(kept, hats=HatsStore(kept.hub), spool=Spool())
        yield
        await app.state.gateway.hats.stop()
        app.state.gateway = kept


def properties_of(text: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in text.splitlines())}


async def collection(client: httpx.AsyncClient, table: str) -> dict[str, str]:
    """The properties of a collection, once its table has rested: another test may just have changed it."""

    async def known() -> httpx.Response | None:
        response = await client.get(f"/hats/{table}/collection.properties")
        return None if response.status_code == 503 else response

    response = await within(known, 20)
    assert response.status_code == 200, response.text
    return properties_of(response.text)


async def partitions(client: httpx.AsyncClient, folder: str) -> list[tuple[str, int, int]]:
    """Path, order and cell of each."""
    lines = (await client.get(f"{folder}/partition_info.csv")).text.splitlines()
    assert lines[0] == "Norder,Npix"
    listed = [tuple(map(int, line.split(","))) for line in lines[1:]]
    return [
        (f"{folder}/dataset/Norder={order}/Dir={cell // 10000 * 10000}/Npix={cell}.parquet", order, cell)
        for order, cell in listed
    ]


async def read(client: httpx.AsyncClient, path: str, **params: str) -> pa.Table:
    response = await client.get(path, params=params)
    assert response.status_code == 200, response.text
    return pq.read_table(io.BytesIO(response.content))


@pytest.mark.parametrize(
    ("table", "key"), [("jsdc.star", "jsdc_id"), ("oidb.granule", "id"), ("ivoa.obscore", "obs_publisher_did")]
)
async def test_every_row_that_has_a_place_is_in_one_partition(client: httpx.AsyncClient, table: str, key: str) -> None:
    ra, dec = (column.name for column in DECLARED.positioned[table].position or ())
    query = {"LANG": "ADQL", "QUERY": f"SELECT {key} FROM {table} WHERE {ra} IS NOT NULL AND {dec} IS NOT NULL"}
    listed = await client.get("/tap/sync", params=query | {"FORMAT": "csv", "MAXREC": "1000000"})
    folder = f"/hats/{table}/{(await collection(client, table))['hats_primary_table_url']}"
    told = properties_of((await client.get(f"{folder}/hats.properties")).text)
    keys: list[str] = []
    for path, order, cell in await partitions(client, folder):
        rows = await read(client, path, columns=f"{CELL},{ra},{dec},{key}")
        assert rows.column_names[0] == CELL
        cells = rows.column(CELL).to_numpy()
        assert (np.diff(cells) >= 0).all()
        assert (cells >> 2 * (29 - order) == cell).all()
        places = (Longitude(rows.column(ra).to_numpy() * u.deg), Latitude(rows.column(dec).to_numpy() * u.deg))
        assert (np.abs(lonlat_to_healpix(*places, 29).astype(np.int64) == cells)).mean() > 0.999  # but for borders
        assert 0 < len(rows) <= MOST
        keys += rows.column(key).to_pylist()
    assert sorted(map(str, keys)) == sorted(listed.text.split()[1:])
    assert (told["hats_nrows"], told["hats_col_ra"], told["hats_max_rows"]) == (str(len(keys)), ra, str(MOST))


async def test_what_surrounds_the_rows(client: httpx.AsyncClient) -> None:
    """Schema and VOTable, the map of rows, and both names of files that have two."""
    table = DECLARED.positioned["oidb.granule"]
    folder = f"/hats/oidb.granule/{(await collection(client, 'oidb.granule'))['hats_primary_table_url']}"
    common = pq.read_metadata(io.BytesIO((await client.get(f"{folder}/dataset/_common_metadata")).content))
    names = [column.name for column in hats_columns(table, HIDDEN)]
    assert common.schema.to_arrow_schema().names == names
    assert "access_url" not in names
    [path, *_] = [path for path, *_ in await partitions(client, folder)]
    whole = await read(client, path)
    assert whole.schema.equals(common.schema.to_arrow_schema())
    fields = parse(io.BytesIO(common.metadata[CONTENT.encode()])).get_first_table().fields
    assert [field.name for field in fields] == names
    assert {field.name: str(field.unit) for field in fields}["s_ra"] == "deg"
    counts = fits.getdata(io.BytesIO((await client.get(f"{folder}/skymap.fits")).content))["VALUE"]
    told = properties_of((await client.get(f"{folder}/properties")).text)
    assert counts.sum() == int(told["hats_nrows"])
    for alias, name in (("point_map.fits", "skymap.fits"), ("properties", "hats.properties")):
        assert (await client.get(f"{folder}/{alias}")).content == (await client.get(f"{folder}/{name}")).content
    assert "http://gateway/hats/oidb.granule" in (await client.get("/hats")).text.splitlines()


FILTERS = {
    "Vmag<7": lambda t: pc.less(t["Vmag"], 7),
    "Vmag<7;LDD>=1,Vmag>8.5": lambda t: pc.or_kleene(
        pc.less(t["Vmag"], 7), pc.and_kleene(pc.greater_equal(t["LDD"], 1), pc.greater(t["Vmag"], 8.5))
    ),
    "Namein['HD 48329', 'HD 49968', \"a, b\"]": lambda t: pc.is_in(t["Name"], pa.array(["HD 48329", "HD 49968"])),
    "Name==HD 48329": lambda t: pc.equal(t["Name"], "HD 48329"),
    "CalFlag!=0": lambda t: pc.not_equal(t["CalFlag"], 0),
    "CalFlag not in (0, 1)": lambda t: pc.invert(pc.is_in(t["CalFlag"], pa.array([0, 1, None], t["CalFlag"].type))),
}
"""Conditions, and what pyarrow makes of them."""


async def test_columns_and_filters_are_those_of_pyarrow(client: httpx.AsyncClient) -> None:
    folder = f"/hats/jsdc.star/{(await collection(client, 'jsdc.star'))['hats_primary_table_url']}"
    path, order, cell = (await partitions(client, folder))[1]
    whole = await read(client, path)
    kept = 0
    for text, condition in FILTERS.items():
        expected = whole.filter(condition(whole)).select([CELL, "Name", "Vmag"])
        assert (await read(client, path, filters=text, columns=f"Vmag,{CELL},Name")).equals(expected), text
        kept += len(expected)
    assert kept > 10
    cells = whole.column(CELL).to_pylist()
    low, high, *more = cells[10], cells[20], cells[-3], cells[-1] + 1
    text = f"{CELL}>={low},{CELL}<{high};{CELL}>={more[0]},{CELL}<{more[1]}"  # as LSDB writes a cone
    assert (await read(client, path, filters=text)).column(CELL).to_pylist() == [*cells[10:20], *cells[-3:]]
    first = cell << 2 * (29 - order)
    assert len(await read(client, path, filters=f"{CELL}<{first},{CELL}>={first - 5}")) == 0


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"columns": "Vmag,Vmga"}, "perhaps you meant Vmag"),
        ({"filters": "Vmga<5"}, "perhaps you meant Vmag"),
        ({"filters": "Vmag<bright"}, "a number is wanted"),
        ({"filters": "CalFlag==1.5"}, "a whole number is wanted"),
        ({"filters": "Name in HD 1"}, "is wanted"),
        ({"filters": "Vmag"}, "a condition as Vmag"),
        ({"filters": ";".join(["Vmag<5"] * 101)}, "at most 100"),
    ],
)
async def test_what_cannot_be_read_is_said(client: httpx.AsyncClient, params: dict[str, str], told: str) -> None:
    folder = f"/hats/jsdc.star/{(await collection(client, 'jsdc.star'))['hats_primary_table_url']}"
    [(path, *_), *_] = await partitions(client, folder)
    response = await client.get(path, params=params)
    assert (response.status_code, told in response.text) == (400, True), response.text


async def test_what_is_hidden_of_some_is_asked_for_by_nobody(client: httpx.AsyncClient) -> None:
    folder = f"/hats/oidb.granule/{(await collection(client, 'oidb.granule'))['hats_primary_table_url']}"
    [(path, *_), *_] = await partitions(client, folder)
    for params in ({"columns": "access_url"}, {"filters": "access_url==x"}):
        assert (await client.get(path, params=params)).status_code == 400


async def test_a_margin_has_rows_of_other_partitions(client: httpx.AsyncClient) -> None:
    """Those within 10 arcsec of a row of its own partition, for one; `test_partitions` looks for all."""
    told = await collection(client, "ivoa.obscore")
    rows, position = {}, ("s_ra", "s_dec")
    for part in ("hats_primary_table_url", "default_margin"):
        folder = f"/hats/ivoa.obscore/{told[part]}"
        rows[part] = {
            (order, cell): await read(client, path, columns=f"{CELL},obs_publisher_did,{','.join(position)}")
            for path, order, cell in await partitions(client, folder)
        }
        number = int(properties_of((await client.get(f"{folder}/hats.properties")).text)["hats_nrows"])
        assert sum(map(len, rows[part].values())) == number
    own, near = rows["hats_primary_table_url"], rows["default_margin"]
    every = {key: at for at, table in own.items() for key in table.column("obs_publisher_did").to_pylist()}
    for at, table in near.items():
        assert all(every[key] != at for key in table.column("obs_publisher_did").to_pylist())


async def test_the_index_leads_to_the_partition_of_a_name(client: httpx.AsyncClient) -> None:
    told = await collection(client, "jsdc.star")
    column, directory = told["all_indexes"].split()
    index = await read(client, f"/hats/jsdc.star/{directory}/dataset/index/part.0.parquet")
    names = index.column(column).to_pylist()
    assert names == sorted(names)
    at = names.index("HD 48329")
    order, group, cell = (index.column(name)[at].as_py() for name in ("Norder", "Dir", "Npix"))
    path = f"/hats/jsdc.star/{told['hats_primary_table_url']}/dataset/Norder={order}/Dir={group}/Npix={cell}.parquet"
    assert len(await read(client, path, filters="Name==HD 48329")) == 1
    metadata = pq.read_metadata(
        io.BytesIO((await client.get(f"/hats/jsdc.star/{directory}/dataset/_metadata")).content)
    )
    assert metadata.row_group(0).column(0).file_path == "index/part.0.parquet"
    assert (
        metadata.num_rows
        == len(names)
        == int(properties_of((await client.get(f"/hats/jsdc.star/{directory}/hats.properties")).text)["hats_nrows"])
    )


async def test_ranges_are_of_one_file(client: httpx.AsyncClient) -> None:
    folder = f"/hats/jsdc.star/{(await collection(client, 'jsdc.star'))['hats_primary_table_url']}"
    [(path, *_), *_] = await partitions(client, folder)
    whole = await client.get(path)
    assert whole.headers["content-type"] == PARQUET
    size, tag = len(whole.content), whole.headers["etag"]
    head = await client.head(path)
    assert (head.headers["content-length"], head.headers["etag"], head.content) == (str(size), tag, b"")

    async def part(text: str, **more: str) -> tuple[int, bytes]:
        answer = await client.get(
            path, headers={"range": text} | {name.replace("_", "-"): value for name, value in more.items()}
        )
        return answer.status_code, answer.content

    assert await part("bytes=4-9") == (206, whole.content[4:10])
    assert await part(f"bytes={size - 8}-") == (206, whole.content[-8:])
    assert await part("bytes=-8", if_range=tag) == (206, whole.content[-8:])
    assert await part("bytes=-8", if_range='"another"') == (200, whole.content)
    assert (await part(f"bytes={size}-"))[0] == 416
    assert (await part("bytes=0-9", if_match='"another"'))[0] == 412
    assert await part("bytes=0-9", if_match=tag) == (206, whole.content[:10])
    assert (await client.get(path, headers={"if-none-match": tag})).status_code == 304
    assert await part("pages=1-2") == (200, whole.content)


async def test_the_same_rows_have_the_same_bytes_whoever_asks(client: httpx.AsyncClient, app: Starlette) -> None:
    """So that what is dropped from the spool, or is made by another gateway, is no other file."""
    folder = f"/hats/spica.target/{(await collection(client, 'spica.target'))['hats_primary_table_url']}"
    [(path, *_), *_] = await partitions(client, folder)
    first = (await client.get(path)).content
    app.state.gateway = replace(app.state.gateway, spool=Spool(), hats=HatsStore(app.state.gateway.hub))
    with asked_by(Asker("somebody", groups=frozenset({"admin"}))):
        again = await asyncio.gather(*(client.get(path, headers={"host": "elsewhere"}) for _ in range(3)))
    assert {answer.content for answer in again} == {first}


async def test_a_change_ends_the_addresses_of_before(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.table_store.REST", 0.0)
    before = await collection(client, "jsdc.badcal")
    folder = f"/hats/jsdc.badcal/{before['hats_primary_table_url']}"
    [(path, *_), *_] = await partitions(client, folder)
    assert (await client.get(path, headers={"range": "bytes=0-9"})).status_code == 206
    with monkeypatch.context() as patch:
        patch.setattr(HatsStore, "version", lambda *_: ("another",))
        gone = await client.get(path, headers={"range": "bytes=10-19"})
        assert (gone.status_code, "other rows by now" in gone.text) == (404, True)
        assert (await collection(client, "jsdc.badcal"))["hats_primary_table_url"] != before["hats_primary_table_url"]


async def test_an_export_has_the_same_files(
    client: httpx.AsyncClient, federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, folder = Settings(hub=federation.hub), tmp_path / "spica.target"
    assert await asyncio.to_thread(export_hats, settings, folder, "spica.target") == 0
    assert "rows of spica.target in" in capsys.readouterr().out
    told = await collection(client, "spica.target")
    for part, name in (("catalog", "hats_primary_table_url"), ("margin_10arcs", "default_margin")):
        served, written = f"/hats/spica.target/{told[name]}", folder / part
        paths = [path.removeprefix(f"{served}/") for path, *_ in await partitions(client, served)]
        assert paths or part != "catalog"
        for path in (*paths, "partition_info.csv", "dataset/_common_metadata"):
            assert (written / path).read_bytes() == (await client.get(f"{served}/{path}")).content, path
        if paths:
            metadata = pq.read_metadata(written / "dataset/_metadata")
            found = {metadata.row_group(number).column(0).file_path for number in range(metadata.num_row_groups)}
            assert {f"dataset/{path}" for path in found} == set(paths)
    assert properties_of((folder / "collection.properties").read_text())["hats_primary_table_url"] == "catalog"
    assert await asyncio.to_thread(export_hats, settings, folder, "spica.target") == 1, "it is there"
    assert await asyncio.to_thread(export_hats, settings, tmp_path / "none", "spica.nothing") == 1


async def test_what_changes_while_it_is_read_is_not_given(
    client: httpx.AsyncClient, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.table_store.REST", 0.0)
    told = await collection(client, "jsdc.badcal")
    folder = f"/hats/jsdc.badcal/{told['hats_primary_table_url']}"
    [(path, *_), *_] = await partitions(client, folder)
    spool: Any = app.state.gateway.spool
    given = spool.of

    async def changing(_spool: Spool, *arguments: Any) -> Any:
        made = await given(*arguments)
        monkeypatch.setattr(HatsStore, "version", lambda *_: ("yet another",))
        return made

    monkeypatch.setattr(Spool, "of", changing)
    assert (await client.get(path, params={"columns": CELL})).status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("jsdc.nothing/collection.properties", "no HATS catalogue of"),
        ("jsdc.star/hats.properties", "collection.properties"),
        ("jsdc.star/catalog-00/partition_info.csv", "other rows by now"),
        ("jsdc.star/{}/dataset/Norder=29/Dir=0/Npix=1.parquet", "no partition 1 of order 29"),
        ("jsdc.star/{}/dataset/Norder=3/Dir=10000/Npix=1.parquet", "has no file"),
        ("jsdc.star/{}/dataset/_metadata", "has no file"),
    ],
)
async def test_what_is_not_there_is_said(client: httpx.AsyncClient, path: str, told: str) -> None:
    directory = (await collection(client, "jsdc.star"))["hats_primary_table_url"]
    response = await client.get(f"/hats/{path.format(directory)}")
    assert (response.status_code, told in response.text) == (404, True), response.text


async def test_it_is_made_for_everybody_whoever_asks() -> None:
    seen = []

    async def blocks() -> AsyncIterator[bytes]:
        seen.append(asker())
        yield b"rows"

    with asked_by(Asker("somebody")):
        await Spool().of("key", blocks)  # type: ignore[arg-type]
    assert seen == [NOBODY]
