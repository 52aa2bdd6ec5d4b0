"""Paths that clients of the real systems have in their code lead to the doors that answer as those did."""

from urllib.parse import quote

import httpx
import pytest
from astropy.coordinates import SkyCoord
from defusedxml.ElementTree import fromstring

from gateway.door import Doors, Endpoint
from gateway.doors import DOORS

SPICA = "SPICA.SCIDET:20220114:104042_target_1"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
EVERY_STAR = "DSACATTAB=badcal.valid_stars&RA=0.0&DEC=0.0&SR=360.0"
"""As SearchCal's sclcatFilterCatalog.sh asks."""


def aliases() -> list[tuple[str, str]]:
    """Aliases with the paths that they stand for."""
    endpoints = (endpoint for door in DOORS for endpoint in door.endpoints if isinstance(endpoint, Endpoint))
    return [(alias, endpoint.path) for endpoint in endpoints for alias in endpoint.aliases]


def test_they_are_declared_with_their_doors() -> None:
    doors = Doors(DOORS)
    assert len(aliases()) >= 3
    for alias, path in aliases():
        assert doors.at(alias) is doors.at(path)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("alias", [alias for alias, path in aliases() if path == "/getstar"])
async def test_getstar_as_aspro2_asks(client: httpx.AsyncClient, alias: str, method: str) -> None:
    told = {"star": "Sirius", "scenario": "true"}
    answer = await client.request(method, alias, **({"data": told} if method == "POST" else {"params": told}))  # type: ignore[arg-type]
    plain = await client.request(method, "/getstar", params=told)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml")
    if method != "HEAD":
        assert answer.text.count("<TR>") == plain.text.count("<TR>") == 1
        assert "http://www.ivoa.net/xml/VOTable/v1.1" in answer.text
    absent = await client.get(alias, params={"star": "nobody"})
    assert (absent.status_code, "nobody" in absent.text) == (404, True)


async def test_badcal_as_searchcal_asks(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/badcal-dsa/SubmitCone?{EVERY_STAR}")
    assert answer.status_code == 200
    root = fromstring(answer.content)
    names = [field.get("name") for field in root.findall(".//{*}FIELD")]
    assert {"ra", "dec"} <= set(names), "it is matched by these, in degrees"
    counted = (await client.post("/graphql", json={"query": "{ badCalibrators { totalCount } }"})).json()
    assert len(list(root.findall(".//{*}TR"))) == counted["data"]["badCalibrators"]["totalCount"] > 0
    same = await client.get("/scs/jsdc.badcal?RA=0&DEC=0&SR=180")
    assert answer.text.count("<TR>") == same.text.count("<TR>")
    without = await client.post("/badcal-dsa/SubmitCone", data={"RA": "0", "DEC": "0", "SR": "180"})
    assert without.text.count("<TR>") == same.text.count("<TR>")
    lines = await client.get(f"/badcal-dsa/SubmitCone?{EVERY_STAR}&Format=Comma-Separated")
    assert lines.headers["content-type"].startswith("text/csv")
    assert len(lines.text.splitlines()) == answer.text.count("<TR>") + 5
    other = await client.get("/badcal-dsa/SubmitCone?DSACATTAB=badcal.all&RA=0&DEC=0&SR=1")
    assert (other.status_code, "badcal.valid_stars is all there is" in other.text) == (404, True)


@pytest.mark.parametrize(("form", "delimiter"), [("Comma-Separated", ","), ("Tab-Separated", "\t")])
async def test_badcal_in_lines_as_searchcal_converts_them(client: httpx.AsyncClient, form: str, delimiter: str) -> None:
    cone = {"DSACATTAB": "badcal.valid_stars", "RA": "0", "DEC": "0", "SR": "180", "Format": form}
    answer = await client.get("/badcal-dsa/SubmitCone", params=cone)
    lines = answer.text.splitlines()[5:]  # tail +6
    assert lines
    for line in lines:
        key, ra, dec, ra_sexa, dec_sexa, name = line.split(delimiter)
        place = SkyCoord(ra_sexa, dec_sexa, unit=("hourangle", "deg"))
        assert int(key) > 0
        assert name
        assert place.separation(SkyCoord(float(ra), float(dec), unit="deg")).arcsec < 1e-3
    few = await client.get("/badcal-dsa/SubmitCone", params=cone | {"MAXREC": "3"})
    assert len(few.text.splitlines()) == 5 + 3
    none = await client.get("/badcal-dsa/SubmitCone", params=cone | {"SR": "0"})
    assert none.text.splitlines() == answer.text.splitlines()[:5]
    wrong = await client.get("/badcal-dsa/SubmitCone", params=cone | {"RA": "x"})
    assert wrong.status_code == 400


async def test_the_page_of_an_exposure(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/detail/exposure/{quote(SPICA)}", headers={"accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for text in (SPICA, "hd79929", "SPICA_DEV_TESTS", '<th scope="row">interferometer_name</th><td>CHARA </td>'):
        assert text in answer.text
    for link in ("/star/HD%2079929", "/browse/obsportal.exposure?obsProgram=SPICA_DEV_TESTS"):
        assert f'href="{link}"' in answer.text
        assert (await client.get(link, headers={"accept": BROWSER})).status_code == 200
    links = await client.get(answer.text.partition("/datalink/")[2].partition('"')[0].join(("/datalink/", "")))
    assert (links.status_code, "<TR>" in links.text, "NotFoundFault" in links.text) == (200, True, False)


@pytest.mark.parametrize("name", ["nothing", "<script>", "a'b"])
async def test_the_page_of_none(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/detail/exposure/{name}", headers={"accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<script>" not in answer.text
    table = await client.get(f"/detail/exposure/{name}")
    assert fromstring(table.content).find(".//{*}INFO[@name='QUERY_STATUS']").get("value") == "ERROR"
