"""HiPS of tables, walked as Aladin walks them: every row once, in its cell, the first ones above; maps that add up."""

import io
import zlib
from collections.abc import AsyncIterator

import httpx
import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import Latitude, Longitude
from astropy.io import fits
from astropy.io.votable import parse
from astropy.wcs import WCS
from cdshealpix import lonlat_to_healpix
from numpy.typing import NDArray
from test_moc import positions, read
from waiting import within

from hub.dependencies import UNKNOWN, collecting
from hub.hips import HipsStore
from hub.hips_tiles import Tiles, read_tiles
from hub.rows import Hub
from planning.asker import NOBODY, Asker, asked_by, asker
from planning.errors import SourceUnavailable
from planning.rights import HIDDEN
from schema.catalog import DECLARED
from schema.hips import progression
from schema.table import Table

SKY = 4 * 180**2 / np.pi
"""Square degrees."""
Row = dict[str, str]


def properties_of(text: str) -> dict[str, str]:
    return dict(tuple(part.strip() for part in line.split("=", 1)) for line in text.splitlines() if line)  # type: ignore[misc]


def rows_of(document: bytes) -> tuple[int, int, list[Row]]:
    comment, names, *lines = document.decode().split("\n")
    shown, total = comment.removeprefix("# Completeness = ").split(" / ")
    assert lines.pop() == ""
    cells = [line.split("\t") for line in lines]
    return int(shown), int(total), [dict(zip(names.split("\t"), values, strict=True)) for values in cells]


async def tiles_of(client: httpx.AsyncClient, table: str) -> AsyncIterator[tuple[int, int, int, int, list[Row]]]:
    """Order, cell, completeness and rows of each tile, from the top down, but no further than a tile that is complete."""
    wanted = [(1, cell) for cell in range(48)]
    for order, cell in wanted:
        response = await client.get(f"/hips/{table}/Norder{order}/Dir{cell // 10000 * 10000}/Npix{cell}.tsv")
        assert response.status_code in (200, 404), response.text
        if response.status_code == 404:
            continue
        shown, total, rows = rows_of(response.content)
        yield order, cell, shown, total, rows
        if shown < total:
            wanted += [(order + 1, 4 * cell + child) for child in range(4)]


def cells(order: int, rows: list[Row], position: tuple[str, str]) -> NDArray[np.int64]:
    ra, dec = (np.array([float(row[name]) for row in rows]) for name in position)
    found: NDArray[np.int64] = lonlat_to_healpix(Longitude(ra * u.deg), Latitude(dec * u.deg), order).astype(np.int64)
    return found


def names_of_position(table: str) -> tuple[str, str]:
    ra, dec = DECLARED.positioned[table].position or ()
    return ra.name, dec.name


@pytest.mark.parametrize(
    ("table", "key", "rank", "sign"),
    [("jsdc.star", "jsdc_id", "Vmag", 1), ("oidb.granule", "id", "t_min", -1), ("jsdc.badcal", "badcal_id", "", 0)],
)
async def test_every_row_is_in_one_tile_the_first_ones_above(
    client: httpx.AsyncClient, table: str, key: str, rank: str, sign: int
) -> None:
    position = names_of_position(table)
    query = {"LANG": "ADQL", "QUERY": f"SELECT {key} FROM {table} WHERE {position[0]} IS NOT NULL", "FORMAT": "csv"}
    listed = (await client.get("/tap/sync", params=query | {"MAXREC": "1000000"})).text.split()[1:]
    tiles = [tile async for tile in tiles_of(client, table)]
    rows = [row for *_, held in tiles for row in held]
    assert sorted(row[key] for row in rows) == sorted(listed)
    orders = np.repeat([order for order, *_ in tiles], [len(held) for *_, held in tiles])
    last: dict[tuple[int, int], float] = {}
    placed = {order: cells(order, rows, position) for order in set(orders.tolist())}
    begin = 0
    for order, cell, shown, total, held in tiles:
        inside = placed[order] == cell
        assert inside[begin : begin + len(held)].all()
        begin += len(held)
        assert (shown, total) == (int((inside & (orders <= order)).sum()), int(inside.sum()))
        ranks = [sign * float(row[rank]) if rank and row[rank] else np.inf for row in held]
        assert ranks == sorted(ranks)
        assert last.get((order - 1, cell // 4), -np.inf) <= ranks[0]
        last[order, cell] = ranks[-1]
    told = properties_of((await client.get(f"/hips/{table}/properties")).text)
    assert (told["hips_cat_nrows"], told["hips_order"]) == (str(len(rows)), str(orders.max()))
    assert (told["hips_order_min"], told["hips_nb_tiles"]) == ("1", str(len(tiles)))
    for order in (1, 2):  # what Aladin reads of these
        shown, total, held = rows_of((await client.get(f"/hips/{table}/Norder{order}/Allsky.tsv")).content)
        assert held == [row for row, of in zip(rows, orders, strict=True) if of == order]
        assert total == sum(all_ for at, _, _, all_, _ in tiles if at == order)


async def test_what_surrounds_the_tiles(client: httpx.AsyncClient) -> None:
    """The files that Aladin reads first; it asks for `Metadata.xml`, and the standard has `metadata.xml`."""
    _, _, [row, *_] = rows_of((await client.get("/hips/jsdc.star/Norder1/Allsky.tsv")).content)
    for name in ("metadata.xml", "Metadata.xml"):
        fields = parse(io.BytesIO((await client.get(f"/hips/jsdc.star/{name}")).content)).get_first_table().fields
        assert [field.name for field in fields] == list(row)
        assert [field.ucd for field in fields[:2]] == ["pos.eq.ra;meta.main", "pos.eq.dec;meta.main"]
    assert "access_url" not in rows_of((await client.get("/hips/oidb.granule/Norder1/Allsky.tsv")).content)[2][0]
    moc = (await client.get("/hips/jsdc.star/Moc.fits")).content
    covered = await within(lambda: coverage_of(client), 30)
    assert read("space", moc) == read("space", covered)


async def coverage_of(client: httpx.AsyncClient) -> bytes | None:
    response = await client.get("/moc/jsdc.star")
    return response.content if response.status_code == 200 else None


async def test_the_list_says_what_each_of_them_says(client: httpx.AsyncClient) -> None:
    listed = [properties_of(record) for record in (await client.get("/hipslist")).text.split("\n\n")]
    assert len(listed) == 2 * len(DECLARED.positioned)
    for table, density in (("spica.target", ""), ("spica.target", "/density")):
        [record] = [one for one in listed if one["creator_did"] == f"ivo://jmmc.fr/hips/{table}{density}"]
        told = properties_of((await client.get(httpx.URL(record["hips_service_url"] + "/properties").path)).text)
        assert record.items() <= told.items()
        assert {"hips_release_date", "hips_status", "hips_tile_format", "dataproduct_type"} <= record.keys()


async def test_a_map_has_each_row_in_its_pixel(client: httpx.AsyncClient) -> None:
    """By the WCS that the standard has for tile 7 of order 0 (HiPS 1.5, section 4.3.3), with astropy."""
    header = fits.Header({"CTYPE1": "RA---HPX", "CTYPE2": "DEC--HPX", "CRPIX1": -255.5, "CRPIX2": -255.5, "CRVAL1": 0,
                          "CRVAL2": 0, "CD1_1": -45 / 512, "CD1_2": -45 / 512, "CD2_1": 45 / 512, "CD2_2": -45 / 512,
                          "PV2_1": 4, "PV2_2": 3})  # fmt: skip
    ra, dec, _ = await positions(client, "jsdc.star")
    here = lonlat_to_healpix(Longitude(ra * u.deg), Latitude(dec * u.deg), 0) == 7
    x, y = WCS(header).wcs_world2pix(ra[here], dec[here], 0)
    expected, _, _ = np.histogram2d(y, x, bins=512, range=[[-0.5, 511.5]] * 2)
    assert expected.sum() == here.sum() > 100
    counts = await counted(client, 0, 7)
    assert (counts == expected).mean() > 0.9999  # but for rows on a border, in floating point
    small = fits.getdata(io.BytesIO((await client.get(f"{MAP}/Norder3/Allsky.fits")).content))
    assert small.shape == (29 * 64, 27 * 64)
    assert small.sum(dtype=float) * SKY / (12 * 512**2) == pytest.approx(len(ra))
    png = await client.get(f"{MAP}/Norder0/Dir0/Npix7.png")
    lines = zlib.decompressobj().decompress(png.content.partition(b"IDAT")[2])
    colours = np.frombuffer(lines, np.uint8).reshape(512, 513)[:, 1:]
    assert ((colours[::-1] > 0) == (counts > 0)).all()


MAP = "/hips/jsdc.star/density"


async def counted(client: httpx.AsyncClient, order: int, cell: int) -> NDArray[np.float64]:
    """Rows in each pixel of a tile."""
    data = fits.getdata(io.BytesIO((await client.get(f"{MAP}/Norder{order}/Dir0/Npix{cell}.fits")).content))
    found: NDArray[np.float64] = np.round(data.astype(float) * SKY / ((12 << 2 * order) * 512**2))
    return found


async def test_a_map_is_as_full_at_each_order(client: httpx.AsyncClient) -> None:
    counts = await counted(client, 0, 7)
    assert sum([(await counted(client, 1, 28 + child)).sum() for child in range(4)]) == counts.sum()
    _, total, _ = rows_of((await client.get("/hips/jsdc.star/Norder1/Dir0/Npix28.tsv")).content)
    assert (await counted(client, 1, 28)).sum() == total


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("jsdc.nothing/properties", "no HiPS of"),
        ("jsdc.star/nothing", "has no file"),
        ("jsdc.star/Norder3/Dir10000/Npix1.tsv", "has no file"),
        ("jsdc.star/Norder1/Dir0/Npix48.tsv", "has no file"),
        ("jsdc.star/Norder3/Allsky.tsv", "has no file"),
        ("jsdc.star/Norder3/Dir0/Npix1.png", "has no file"),
        ("jsdc.star/density/Norder4/Dir0/Npix1.png", "has no file"),
        ("jsdc.star/density/metadata.xml", "has no file"),
        ("jsdc.badcal/Norder9/Dir0/Npix1.tsv", "No row of jsdc.badcal"),
        ("jsdc.badcal/density/Norder3/Dir0/Npix1.fits", "No row of jsdc.badcal"),
    ],
)
async def test_what_is_not_there_is_said(client: httpx.AsyncClient, path: str, told: str) -> None:
    response = await client.get(f"/hips/{path}")
    assert (response.status_code, told in response.text) == (404, True)


async def test_while_its_source_is_down_the_last_one_is_sent(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    table, store = DECLARED.positioned["jsdc.badcal"], HipsStore(hub)

    async def failing(*_: object) -> Tiles:
        message = "jsdc"
        raise SourceUnavailable(message)

    with monkeypatch.context() as patch:
        patch.setattr("hub.hips.read_tiles", failing)
        with pytest.raises(SourceUnavailable):
            await store.of(table)
    first = await store.of(table)
    with monkeypatch.context() as patch:
        patch.setattr("hub.hips.read_tiles", failing)
        patch.setattr(HipsStore, "version", lambda *_: ("another",))
        with collecting() as made_of:
            assert await store.of(table) is first
        assert made_of.names == {UNKNOWN}
    await store.stop()


async def test_what_changes_is_read_anew(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    table, store = DECLARED.positioned["jsdc.badcal"], HipsStore(hub)
    monkeypatch.setattr("hub.table_store.REST", 0.0)
    first = await store.of(table)

    async def confirmed() -> bool:
        with collecting() as made_of:
            assert await store.of(table) is first
        return made_of.names == {"jsdc"}

    await within(confirmed, 10)
    with monkeypatch.context() as patch:
        patch.setattr(HipsStore, "version", lambda *_: ("another",))

        async def another() -> bool:
            return await store.of(table) is not first

        await within(another, 10)
    await store.stop()


async def test_it_is_made_for_everybody_whoever_asks(hub: Hub) -> None:
    """The rows of who asks first are not those of all: what is hidden of some is in no tile."""
    assert not HIDDEN & {
        column for table in DECLARED.positioned.values() for column in progression(table, HIDDEN).columns
    }
    assert {column for table in DECLARED.positioned.values() for column in progression(table).columns} & HIDDEN
    store, table = HipsStore(hub), DECLARED.positioned["spica.target"]
    seen = []

    async def reading(_hub: Hub, _table: Table) -> Tiles:
        seen.append(asker())
        return await read_tiles(_hub, _table)

    with pytest.MonkeyPatch.context() as patch, asked_by(Asker("somebody")):
        patch.setattr("hub.hips.read_tiles", reading)
        await store.of(table)
    assert seen == [NOBODY]
    await store.stop()
