"""Coverage maps, read back by mocpy through astropy: every position is inside, a far place is not."""

import io
import tempfile
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.io.votable import parse
from astropy.time import Time
from mocpy import MOC, STMOC, TimeMOC
from waiting import within

from hub.coverage import Coverages, times
from hub.rows import Hub, connect
from sample.federation import Federation
from schema.catalog import DECLARED
from sky.timescale import utc_to_tcb

KINDS: dict[str, Any] = {"space": MOC, "time": TimeMOC, "spacetime": STMOC}


async def got(client: httpx.AsyncClient, table: str, held: str = "", **told: str) -> httpx.Response:
    """A map, waited for while it is made."""

    async def made() -> httpx.Response | None:
        response = await client.get(f"/moc/{table}", params=told, headers={"if-none-match": held} if held else {})
        return response if response.status_code != 503 else None

    return await within(made, 30)


def read(kind: str, document: bytes) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.fits"
        path.write_bytes(document)
        return KINDS[kind].load(path, format="fits")


async def positions(client: httpx.AsyncClient, table: str) -> tuple[Any, Any, Any]:
    """Right ascension, declination, and the times if there are: through another door, read by astropy."""
    every = {"RA": "0", "DEC": "0", "SR": "180", "VERB": "3" if times(DECLARED.positioned[table]) else "1"}
    response = await client.get(f"/scs/{table}", params=every | {"RESPONSEFORMAT": "votable/b2"})
    array = parse(io.BytesIO(response.content)).get_first_table().array
    ra, dec = (column.name for column in DECLARED.positioned[table].position or ())
    start, end = [column.name for column in times(DECLARED.positioned[table])] or (None, None)
    moments = (array[start].filled(np.nan), array[end].filled(np.nan)) if start else None
    return array[ra].filled(np.nan), array[dec].filled(np.nan), moments


@pytest.mark.parametrize("table", DECLARED.positioned)
async def test_every_position_is_inside_and_a_far_place_is_not(client: httpx.AsyncClient, table: str) -> None:
    response = await got(client, table)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/fits"), response.text
    found = read("space", response.content)
    ra, dec, _ = await positions(client, table)
    here = np.isfinite(ra) & np.isfinite(dec)
    assert here.sum() > 10
    assert found.contains_lonlat(ra[here] * u.deg, dec[here] * u.deg).all()
    assert found.max_order == 10
    tried = np.random.default_rng(3)
    far_ra, far_dec = tried.uniform(0, 360, 500), np.degrees(np.arcsin(tried.uniform(-1, 1, 500)))
    a, d, a0, d0 = (np.radians(values) for values in (ra[here][:, None], dec[here][:, None], far_ra, far_dec))
    away = np.degrees(np.arccos(np.clip(np.sin(d) * np.sin(d0) + np.cos(d) * np.cos(d0) * np.cos(a - a0), -1, 1))).min(
        0
    )
    far = away > 0.15  # beyond the diagonal of any cell of 3.4 arcmin
    assert far.sum() > 20
    assert not found.contains_lonlat(far_ra[far] * u.deg, far_dec[far] * u.deg).any()


@pytest.mark.parametrize("table", [name for name, table in DECLARED.positioned.items() if times(table)])
async def test_times_are_inside_with_their_places(client: httpx.AsyncClient, table: str) -> None:
    time, both = [read(kind, (await got(client, table, dim=kind)).content) for kind in ("time", "spacetime")]
    ra, dec, moments = await positions(client, table)
    assert moments
    here = np.isfinite(ra) & (moments[0] > 41317) & (moments[1] < 88069)
    middle = Time((moments[0][here] + np.fmax(*moments)[here]) / 2, format="mjd", scale="utc")
    assert time.contains(middle).all()
    assert both.contains(middle, ra[here] * u.deg, dec[here] * u.deg).all()
    assert not time.contains(Time([45000.0, 50000.0], format="mjd", scale="utc")).any()
    assert not both.contains(middle, ((ra[here] + 180) % 360) * u.deg, -dec[here] * u.deg).any()


def test_utc_is_told_as_astropy_tells_tcb() -> None:
    mjd = np.concatenate([np.random.default_rng(1).uniform(41317, 61000, 2000), [57752.999, 57754.001, 53736.0]])
    told = Time(mjd, format="mjd", scale="utc").tcb
    wanted = (told.jd1 * 86400e6).astype(np.int64) + np.rint(told.jd2 * 86400e6).astype(np.int64)
    assert np.abs(utc_to_tcb(mjd) - wanted).max() < 5000  # microseconds


async def test_orders_and_formats(client: httpx.AsyncClient) -> None:
    fine = read("space", (await got(client, "jsdc.star")).content)
    coarse = await got(client, "jsdc.star", order="4")
    assert read("space", coarse.content) == fine.degrade_to_order(4)
    as_json = await got(client, "jsdc.star", order="4", format="json")
    assert MOC.from_json(as_json.json()) == fine.degrade_to_order(4)
    text = await got(client, "jsdc.star", order="4", responseformat="text/plain")
    assert text.headers["content-type"].startswith("text/plain")
    assert MOC.from_string(text.text) == fine.degrade_to_order(4)
    accepted = await client.get("/moc/jsdc.star", headers={"accept": "application/json"})
    assert accepted.headers["content-type"] == "application/json"
    header = fits.getheader(io.BytesIO(coarse.content), 1)
    assert (header["MOCVERS"], header["MOCDIM"], header["MOCORD_S"]) == ("2.0", "SPACE", 4)
    assert (header["ORDERING"], header["MOCORDER"], header["COORDSYS"], header["TTYPE1"]) == ("NUNIQ", 4, "C", "UNIQ")
    both = fits.getheader(
        io.BytesIO((await got(client, "ivoa.obscore", dim="spacetime", order="6", timeorder="20")).content), 1
    )
    assert (both["MOCDIM"], both["MOCORD_S"], both["MOCORD_T"]) == ("TIME.SPACE", 6, 20)
    assert (both["ORDERING"], both["TIMESYS"]) == ("RANGE", "TCB")
    time = fits.getheader(io.BytesIO((await got(client, "ivoa.obscore", dim="time")).content), 1)
    assert (time["MOCDIM"], time["MOCORD_T"], time["ORDERING"], time["TIMESYS"]) == ("TIME", 31, "RANGE", "TCB")


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("jsdc.nothing", 404, "no coverage"),
        ("jsdc.star?dim=colour", 400, "dim is"),
        ("jsdc.star?dim=time", 400, "have no time"),
        ("jsdc.star?order=11", 400, "ORDER"),
        ("ivoa.obscore?dim=time&order=32", 400, "ORDER"),
        ("ivoa.obscore?dim=spacetime&timeorder=32", 400, "TIMEORDER"),
        ("jsdc.star?format=png", 400, "format"),
    ],
)
async def test_refusals(client: httpx.AsyncClient, path: str, status: int, told: str) -> None:
    response = await client.get(f"/moc/{path}")
    assert response.status_code == status
    assert told in response.text


async def test_a_map_is_new_when_its_source_is_and_no_request_asks_a_database(
    client: httpx.AsyncClient, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tagged() -> httpx.Response | None:
        response = await got(client, "spica.target", order="9")
        return response if "etag" in response.headers else None

    first = await within(tagged, 20)
    place = [200.0] * u.deg, [-88.0] * u.deg
    assert not read("space", first.content).contains_lonlat(*place).any()
    with monkeypatch.context() as patch:
        patch.setattr(Hub, "fetch", None)
        assert (await got(client, "spica.target", first.headers["etag"], order="9")).status_code == 304
    monkeypatch.setattr("hub.coverage.PERIOD", 0.05)
    old = (await written(federation, "SELECT ra, dec, spicadb_id FROM public.spica WHERE ra IS NOT NULL LIMIT 1"))[0]
    await written(federation, "UPDATE public.spica SET ra = 200.0, dec = -88.0 WHERE spicadb_id = $1", old[2])
    try:

        async def moved() -> bool:
            now = await got(client, "spica.target", first.headers["etag"], order="9")
            return bool(now.status_code == 200 and read("space", now.content).contains_lonlat(*place).any())

        await within(moved, 15)
    finally:
        await written(federation, "UPDATE public.spica SET ra = $1, dec = $2 WHERE spicadb_id = $3", *old)


async def written(federation: Federation, text: str, *values: Any) -> Any:
    """Run a statement at SPICA-DB on a connection that ends with it: an idle one tells of its writing ten seconds later."""
    owner = await connect(federation.sources["spica"])
    try:
        return await owner.fetch(text, *values)
    finally:
        await owner.close()


async def test_without_its_keeper_it_says_so(hub: Hub) -> None:
    assert await Coverages(hub).of(DECLARED.positioned["jsdc.star"]) is None
