"""`/soda`: parts of files of OiDB's granules, through DataLink and pyvo, for who may have them."""

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
import synthetic_oifits as synthetic
from asked_as import AskedAs
from astropy import units
from astropy.io import fits
from astropy.io.votable import parse
from defusedxml.ElementTree import fromstring
from pyvo.dal.adhoc import DatalinkResults, SodaQuery
from serving import Server, patient
from starlette.applications import Starlette

from adapters.soda.collection import Collection
from gateway.app import create_app
from gateway.settings import SettingError, settings
from hub.examination import examine_service
from hub.rows import connect
from planning.asker import Asker
from sample.federation import Federation

ADDRESS = "https://oifits.invalid/files"
FIRST = 7_000_000_000
OPEN, SECRET, MISSING, ELSEWHERE, PAGE, SECOND, OUTSIDE, LATER, ALIAS, LINKED, SHARED, SCRIPT = range(FIRST, FIRST + 12)
PEOPLE = {
    "the investigator": Asker("ann@x.org", frozenset({"DOE"})),
    "a stranger": Asker("eve@x.org", frozenset({"EVE"})),
}
GRANULES = {
    OPEN: ("public", f"{ADDRESS}/2020/complete%20one.fits"), SECRET: ("secure", f"{ADDRESS}/secret.fits"),
    MISSING: ("public", f"{ADDRESS}/missing.fits"), ELSEWHERE: ("public", "https://x.invalid/a.fits"), PAGE: ("public", f"{ADDRESS}/page.fits"),
    SECOND: ("public", f"{ADDRESS}/second.fits"), OUTSIDE: ("public", f"{ADDRESS}/outside.fits"),
    LATER: ("public", f"{ADDRESS}/later.fits"), ALIAS: ("public", f"{ADDRESS}/.//%73ecret.fits?x#a"),
    LINKED: ("public", f"{ADDRESS}/linked.fits"), SHARED: ("public", f"{ADDRESS}//second.fits"), SCRIPT: ("public", "javascript:alert(1)"),
}  # fmt: skip
ADD = """INSERT INTO public.oidb (id, calib_level, target_name, instrument_name, data_rights, datapi, access_url, access_format,
        dataproduct_type, nb_channels, s_ra, s_dec, t_min, t_max, obs_collection, obs_release_date)
    VALUES ($1, 2, 'alf Cen', 'TESTER', $2, 'Doe', $3, 'application/fits', 'visibility', 4, 219.9, -60.83, 59000, 59001, 'soda', NULL)"""


def did(number: int) -> str:
    return f"ivo://jmmc.fr/oidb?{number:012}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("collection")
    (root / "2020").mkdir()
    synthetic.complete(root / "2020" / "complete one.fits")
    for name in ("secret", "second"):
        synthetic.complete(root / f"{name}.fits", corrname=name.upper())
    with fits.open(synthetic.complete(root / "later.fits"), mode="update") as hdus:
        for hdu in hdus:
            if "MJD" in getattr(hdu, "columns", fits.ColDefs([])).names:
                hdu.data["MJD"] += 100
    (root / "linked.fits").symlink_to("secret.fits")
    (root / "page.fits").write_bytes(b"<html>" * 1000)
    (root / "outside.fits").symlink_to(synthetic.complete(tmp_path_factory.mktemp("else") / "a.fits"))
    return root


@pytest_asyncio.fixture(scope="module", autouse=True)
async def granules(federation: Federation) -> AsyncIterator[None]:
    connection = await connect(federation.sources["oidb"])
    await connection.executemany(ADD, [(number, *told) for number, told in GRANULES.items()])
    yield
    await connection.execute("DELETE FROM public.oidb WHERE id = ANY($1)", list(GRANULES))
    await connection.close()


@pytest.fixture(scope="module")
async def opened(
    federation: Federation, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Starlette]:
    spool = str(tmp_path_factory.mktemp("spool"))
    made = create_app(
        patient(federation, oifits_url=ADDRESS, oifits=str(folder), hub_jobs=federation.jobs, spool=spool)
    )
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture(scope="module")
async def asking(opened: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(AskedAs(opened, PEOPLE)), base_url="http://gateway"
    ) as made:
        yield made


@pytest.fixture(scope="module")
def serving(federation: Federation, folder: Path) -> Iterator[str]:
    with Server(patient(federation, oifits_url=f"{ADDRESS}/", oifits=str(folder))) as url:
        yield url


async def asked(client: httpx.AsyncClient, *ids: int, person: str = "", **parameters: str) -> httpx.Response:
    pairs = [*(("ID", did(number)) for number in ids), *parameters.items()]
    return await client.get("/soda/sync", params=pairs, headers={"X-Asker": person} if person else {})


def message(response: httpx.Response) -> str:
    table = parse(io.BytesIO(response.content), verify="exception")
    return next(info.value + (info.content or "") for info in table.resources[0].infos if info.name == "QUERY_STATUS")


async def test_a_part_of_a_file(asking: httpx.AsyncClient) -> None:
    response = await asked(asking, OPEN, TARGET="alf_cen", BAND="2.09e-6 2.21e-6", INSNAME="WIDE")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/fits"
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.headers["cache-control"] == "private, no-store"
    with fits.open(io.BytesIO(response.content), checksum=True) as hdus:
        assert [row["TARGET"] for row in hdus["OI_TARGET"].data] == ["alf Cen"]
        assert hdus["OI_VIS2"].data["VIS2DATA"].shape == (6, 2)
        assert hdus[0].header["JMMC CUT SOURCE1"] == did(OPEN)


async def test_a_file_without_conditions_is_the_file(asking: httpx.AsyncClient, folder: Path) -> None:
    assert (await asked(asking, OPEN)).content == (folder / "2020" / "complete one.fits").read_bytes()


async def test_several_files_are_one(asking: httpx.AsyncClient) -> None:
    response = await asked(asking, OPEN, SECOND, INSNAME="WIDE", BASELINE="A0-B2-C1")
    with fits.open(io.BytesIO(response.content)) as hdus:
        assert sorted(hdu.header["CORRNAME"] for hdu in hdus if hdu.name == "OI_CORR") == ["OWN", "SECOND"]
        assert sum(hdu.name == "OI_WAVELENGTH" for hdu in hdus) == 1


async def test_files_that_have_nothing_of_it_cost_the_others_nothing(asking: httpx.AsyncClient) -> None:
    alone = await asked(asking, OPEN, TIME="59000 59001")
    for ids in ((LATER, OPEN), (OPEN, LATER)):
        response = await asked(asking, *ids, TIME="59000 59001")
        assert (response.status_code, response.content) == (200, alone.content)
    assert (await asked(asking, OPEN, LATER, TIME="58000 58001")).status_code == 204


async def test_a_form_is_read_as_well(asking: httpx.AsyncClient) -> None:
    sent = {"id": did(OPEN), "time": "59000.105 59000.2", "baseline": "30 +Inf", "pos": "CIRCLE 86.8 -51 1"}
    response = await asking.post("/soda/sync", data=sent)
    with fits.open(io.BytesIO(response.content)) as hdus:
        assert [row["TARGET"] for row in hdus["OI_TARGET"].data] == ["bet Pic"]


async def test_head_tells_the_size(asking: httpx.AsyncClient) -> None:
    whole = await asked(asking, OPEN)
    head = await asking.head("/soda/sync", params={"ID": did(OPEN)})
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


async def test_nothing_is_204(asking: httpx.AsyncClient) -> None:
    """SODA 1.0: a cutout that meets no data has no body."""
    for parameters in (
        {"TARGET": "Vega"},
        {"BAND": "1 2"},
        {"CIRCLE": "0 0 1"},
        {"INSNAME": "MIDI"},
        {"BASELINE": "5000 6000"},
    ):
        response = await asked(asking, OPEN, **parameters)
        assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    ("ids", "parameters", "status", "said"),
    [
        ((), {"TARGET": "Vega"}, 400, "ID is missing"), ((OPEN,), {"BAND": "2e-6 1e-6"}, 400, "BAND is '2e-6 1e-6'"),
        ((OPEN,), {"BAND": "red"}, 400, "BAND is 'red'"), ((OPEN,), {"TIME": "NaN 5"}, 400, "TIME is"), ((OPEN,), {"BASELINE": "A0"}, 400, "two stations"),
        ((OPEN,), {"BASELINE": "9 3"}, 400, "two stations"), ((OPEN,), {"BASELINE": "-5 -1"}, 400, "two stations"), ((OPEN,), {"BASELINE": "A0-a0"}, 400, "two stations"), ((OPEN,), {"CIRCLE": "1 2"}, 400, "CIRCLE is '1 2'"), ((OPEN,), {"BAND": "-2 -1"}, 400, "metres"),
        ((OPEN,), {"POLYGON": "1 2 3 4 5 6"}, 400, "POLYGON does not cut"), ((OPEN,), {"POS": "RANGE 1 2 3 4"}, 400, "POS is"),
        ((OPEN,), {"RESPONSEFORMAT": "votable"}, 400, "application/fits is all"), ((FIRST + 99,), {}, 404, "no granule"), ((MISSING,), {}, 404, "not in the collection"),
        ((OUTSIDE,), {}, 404, "not in the collection"), ((ELSEWHERE,), {}, 404, "elsewhere"), ((PAGE,), {"TARGET": "a"}, 400, "no FITS file"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said(
    asking: httpx.AsyncClient, ids: tuple[int, ...], parameters: dict[str, str], status: int, said: str
) -> None:
    response = await asked(asking, *ids, **parameters)
    assert response.status_code == status, response.text
    assert message(response).startswith("ERRORUsageFault: ")
    assert said in message(response)


async def test_other_records_have_no_files(asking: httpx.AsyncClient) -> None:
    response = await asking.get("/soda/sync", params={"ID": "ivo://jmmc.fr/jsdc?HD%2048329"})
    assert response.status_code == 404
    assert "no granule" in message(response)


@pytest.mark.parametrize(("person", "status"), [("", 401), ("a stranger", 403), ("the investigator", 200)])
async def test_embargo_is_on_every_byte(asking: httpx.AsyncClient, person: str, status: int) -> None:
    for path, ids in (("/soda/sync", [SECRET]), ("/soda/sync", [OPEN, SECRET]), ("/soda/preview", [SECRET])):
        response = await asking.get(path, params=[("ID", did(number)) for number in ids], headers={"X-Asker": person})
        assert response.status_code == status, (path, ids)
        assert status == 200 or "under embargo" in response.text
        assert status == 200 or b"OI_VIS" not in response.content
    links = await asking.get("/datalink/links", params={"ID": did(SECRET)}, headers={"X-Asker": person})
    assert (b"#cutout" in links.content) == (b"#preview" in links.content) == (status == 200)


@pytest.mark.parametrize("number", [ALIAS, LINKED])
async def test_a_file_is_as_closed_as_the_most_closed_granule_in_it(asking: httpx.AsyncClient, number: int) -> None:
    """Whichever of its addresses a granule that is open has, or link of the folder."""
    for person, status in (("", 401), ("a stranger", 403), ("the investigator", 200)):
        for path in ("/soda/sync", "/soda/preview"):
            answer = await asking.get(path, params={"ID": did(number)}, headers={"X-Asker": person})
            assert answer.status_code == status, (person, path)
        links = await asking.get("/datalink/links", params={"ID": did(number)}, headers={"X-Asker": person})
        assert (b"#cutout" in links.content) == (status == 200)
    assert (await asked(asking, SHARED, SECOND)).status_code == 200, "one file, which is open"


async def test_nobody_is_led_to_what_is_no_address(asking: httpx.AsyncClient) -> None:
    answer = await asking.get("/get-data.html", params={"id": SCRIPT})
    assert (answer.status_code, "leads nowhere: an address of http" in answer.text) == (404, True)


async def test_pictures(asking: httpx.AsyncClient) -> None:
    response = await asking.get("/soda/preview", params={"ID": did(OPEN)})
    assert response.headers["content-type"].startswith("image/svg+xml")
    root = fromstring(response.text)
    texts = {element.text for element in root.iter() if element.tag.endswith(("title", "text"))}
    assert {"u (m)", "Squared visibility", "Closure phase (°)", "Flux", "WIDE", "FINE"} <= texts
    refused = await asking.get("/soda/preview", params={"ID": did(OPEN), "TARGET": "x"})
    assert refused.status_code == 400


async def job(client: httpx.AsyncClient, person: str, *pairs: tuple[str, str]) -> str:
    """The address of a job that has ended."""
    sent = "&".join(f"{name}={quote(value)}" for name, value in (*pairs, ("PHASE", "RUN")))
    headers = {"X-Asker": person, "Content-Type": "application/x-www-form-urlencoded"}
    response = await client.post("/soda/async", content=sent, headers=headers)
    assert response.status_code == 303, response.text
    address = response.headers["location"]
    assert address.startswith("http://gateway/soda/async/")
    for _ in range(60):
        phase = (await client.get(f"{address}/phase", headers=headers)).text
        if phase in ("COMPLETED", "ERROR"):
            break
        await client.get(address, params={"WAIT": "2"}, headers=headers)
    return address


async def test_jobs_cut_as_well(asking: httpx.AsyncClient) -> None:
    address = await job(
        asking,
        "",
        ("ID", did(OPEN)),
        ("ID", did(SECOND)),
        ("TARGET", "alf Cen"),
        ("BAND", "2.09e-6 2.11e-6"),
        ("BAND", "2.19e-6 2.21e-6"),
    )
    response = await asking.get(f"{address}/results/result")
    assert response.status_code == 200, (await asking.get(f"{address}/error")).text
    assert response.headers["content-type"] == "application/fits"
    with fits.open(io.BytesIO(response.content), checksum=True) as hdus:
        assert [row["TARGET"] for row in hdus["OI_TARGET"].data] == ["alf Cen"]
        assert {hdu.header["CORRNAME"] for hdu in hdus if hdu.name == "OI_CORR"} == {"OWN", "SECOND"}
    identifier = address.rpartition("/")[2]
    assert identifier in (await asking.get("/soda/async")).text
    for method, path in (("GET", ""), ("GET", "/results/result"), ("GET", "/plan"), ("POST", "/phase"), ("DELETE", "")):
        answer = await asking.request(method, f"/tap/async/{identifier}{path}", data={"PHASE": "RUN"})
        assert (answer.status_code, "no such job" in answer.text) == (404, True), path
    assert identifier not in (await asking.get("/tap/async")).text


async def test_doctor_says_where_jobs_would_have_no_files(asking: httpx.AsyncClient, federation: Federation) -> None:
    address = (await asking.post("/soda/async", data={"ID": did(OPEN)})).headers["location"]
    for served in (True, False):
        (finding,) = [one async for one in examine_service(federation.jobs, "SODA", "give it", served=served)]
        assert (finding.well, "jobs of SODA" in finding.what) == (served, True)
    assert (await asking.delete(address)).status_code == 303
    assert not [one async for one in examine_service(federation.jobs, "ANOTHER", "give it", served=False)]


async def test_a_job_of_tap_is_none_of_soda(asking: httpx.AsyncClient) -> None:
    """Whatever it says of its service."""
    made = await asking.post("/tap/async", data={"QUERY": "SELECT 1", "LANG": "ADQL", "SERVICE": "SODA"})
    identifier = made.headers["location"].rpartition("/")[2]
    assert (await asking.post(f"/soda/async/{identifier}/phase", data={"PHASE": "RUN"})).status_code == 404
    assert (await asking.get(f"/tap/async/{identifier}/phase")).text == "PENDING"
    assert (await asking.delete(f"/tap/async/{identifier}")).status_code == 303


@pytest.mark.parametrize(
    ("person", "phase"), [("", "ERROR"), ("a stranger", "ERROR"), ("the investigator", "COMPLETED")]
)
async def test_jobs_keep_the_embargo(asking: httpx.AsyncClient, person: str, phase: str) -> None:
    address = await job(asking, person, ("ID", did(SECRET)), ("TARGET", "bet Pic"))
    assert (await asking.get(f"{address}/phase", headers={"X-Asker": person})).text == phase
    if phase == "ERROR":
        assert "under embargo" in (await asking.get(f"{address}/error", headers={"X-Asker": person})).text


async def test_jobs_say_what_is_wrong(asking: httpx.AsyncClient) -> None:
    for parameters, said in (
        ((("TARGET", "x"),), "ID is missing"),
        ((("ID", did(OPEN)), ("TARGET", "Vega")), "there are alf Cen, bet Pic"),
    ):
        address = await job(asking, "", *parameters)
        assert said in (await asking.get(f"{address}/error")).text


async def test_without_a_collection_there_is_no_door(client: httpx.AsyncClient) -> None:
    assert (await client.get("/soda/sync", params={"ID": did(OPEN)})).status_code == 404
    assert b"#cutout" not in (await client.get("/datalink/links", params={"ID": did(OPEN)})).content


async def test_vosi_says_what_it_is(asking: httpx.AsyncClient) -> None:
    document = (await asking.get("/soda/capabilities")).text
    assert "SODA#sync-1.0" in document
    assert "SODA#async-1.0" in document
    assert (await asking.get("/soda/availability")).status_code == 200


async def test_registries_and_the_front_page_hear_of_it(asking: httpx.AsyncClient) -> None:
    records = await asking.get("/oai", params={"verb": "ListRecords", "metadataPrefix": "ivo_vor"})
    assert "SODA#sync-1.0" in records.text
    assert "SODA#sync-1.0" in (await asking.get("/capabilities")).text
    assert "/soda/sync" in (await asking.get("/")).text


def test_pyvo_cuts(serving: str) -> None:
    """From the links of a record, by the client of SODA that pyvo has."""
    links = DatalinkResults.from_result_url(f"{serving}/datalink/links?ID={did(OPEN)}")
    (row,) = [row for row in links if row["semantics"] == "#cutout"]
    service = links.get_adhocservice_by_ivoid("ivo://ivoa.net/std/SODA#sync-1.0")
    assert row["service_def"] == service.ID
    query = SodaQuery.from_resource(
        row, service, band=(2.09, 2.21) * units.um, circle=(219.9, -60.83, 0.1) * units.deg, INSNAME="WIDE"
    )
    with fits.open(io.BytesIO(query.execute_stream().read())) as hdus:
        assert [star["TARGET"] for star in hdus["OI_TARGET"].data] == ["alf Cen"]
        assert len(hdus["OI_WAVELENGTH"].data) == 2
    processed = row.processed(band=(2.09, 2.21) * units.um)
    with fits.open(io.BytesIO(processed.read())) as hdus:
        assert {len(hdu.data) for hdu in hdus if hdu.name == "OI_WAVELENGTH"} == {2, 5}  # of WIDE and FINE


@pytest.mark.parametrize(
    "url",
    [
        f"{ADDRESS}/../a.fits",
        f"{ADDRESS}/%2e%2e/a.fits",
        f"{ADDRESS}/a%00.fits",
        "https://oifits.invalid/filesystem/a",
        "",
        None,
    ],
)
def test_paths_do_not_lead_out(url: str | None) -> None:
    assert Collection(f"{ADDRESS}/").path_of(url) is None


@pytest.mark.parametrize(
    ("told", "said"),
    [({"OIFITS_URL": "ftp://x"}, "OIFITS_URL is 'ftp://x'"), ({"OIFITS": "/"}, "OIFITS_URL is missing"), ({"OIFITS_URL": "https://x", "OIFITS": "/nowhere"}, "a folder")],
)  # fmt: skip
def test_settings(told: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        settings(
            {"GATEWAY_HUB": "postgresql://x@localhost/hub"} | {f"GATEWAY_{name}": value for name, value in told.items()}
        )
