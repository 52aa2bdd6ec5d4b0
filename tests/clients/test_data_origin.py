"""Data Origin: astropy's own reader finds in every VOTable who made it, how it was asked for, and whom to cite."""

import io
import warnings
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pyvo
from astropy.io.votable import parse
from astropy.io.votable.dataorigin import DataOrigin, extract_data_origin

STARS = "SELECT TOP 2 Name, LDD FROM jsdc.star"
PLACE = {"RA": "344.41", "DEC": "-29.62", "SR": "1", "MAXREC": "2"}
BIBCODE = "2016A&A...589A.112C"
DOORS = {
    "/scs/jsdc.star": (PLACE, "ConeSearch", "scs/jsdc.star", ["jsdc"]),
    "/tap/sync": ({"LANG": "ADQL", "QUERY": STARS}, "TAP", "tap", ["jsdc"]),
    "/sia": ({"POS": "CIRCLE 100.983 25.131 5", "MAXREC": "2"}, "SIA#query-2.0", "sia", ["ivoa"]),
    "/visibility": ({"POS": "1,2", "TIME": "61375/61376", "STATIONS": "UTs"}, "ObjObsSAP#query-0.3", "visibility", []),
    "/datalink/links": ({"ID": "ivo://jmmc.fr/jsdc?HD 48329"}, "DataLink#links-1.1", "datalink", []),
    "/graphql": (
        {"query": "{ granules(first: 2) { nodes { granuleId } } }", "RESPONSEFORMAT": "votable"},
        "",
        "",
        ["oidb"],
    ),
    "/sclwsGetStarProxy.php": ({"star": "HD 48329"}, "", "", ["jsdc"]),
}


def origin(content: bytes) -> DataOrigin:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return extract_data_origin(parse(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("path", "method"), [*((path, "GET") for path in DOORS), *((path, "POST") for path in list(DOORS)[:4])]
)
def test_every_door(server: str, path: str, method: str) -> None:
    given, protocol, service, sources = DOORS[path]
    answer = httpx.request(
        method, server + path, **({"params": given} if method == "GET" else {"data": given}), timeout=30
    )
    assert answer.status_code == 200
    told = origin(answer.content)
    asked = told.query
    assert asked.publisher == "Jean-Marie Mariotti Center (JMMC)"
    assert asked.server_software.startswith("jmmc-gateway/")
    assert asked.contact == "jmmc-user-support@jmmc.fr"
    assert asked.service_ivoid == (f"ivo://jmmc.fr/gateway/{service}" if service else None)
    if protocol:
        assert f"ivo://ivoa.net/std/{protocol}" in asked.service_protocol
    url = urlsplit(asked.request)
    assert (f"{url.scheme}://{url.netloc}", url.path) == (server, path)
    assert {name: values[0] for name, values in parse_qs(url.query).items()} == given, "asked again, it is the same"
    days = datetime.now(UTC).date() - date.fromisoformat(asked.request_date)
    assert days.days in (0, 1)
    named = [name for one in told.origin for name in one.data_ivoid or ()]
    assert named == [f"ivo://jmmc.fr/gateway/{name}" for name in sources]
    if sources == ["jsdc"]:
        (data,) = (one for one in told.origin if one.data_ivoid)
        assert (data.citation, data.article, data.resource_version) == ([BIBCODE], [BIBCODE], ["3"])
        assert data.creator[:2] == ["Bourgès, L.", "Mella, G."]
        assert data.rights[0].startswith("Please acknowledge")
        assert data.reference_url == ["https://www.jmmc.fr/jsdc"]


def test_tables_of_several_sources(server: str) -> None:
    query = "SELECT TOP 1 s.Name, g.id FROM jsdc.star AS s, oidb.granule AS g"
    content = httpx.get(f"{server}/tap/sync", params={"LANG": "ADQL", "QUERY": query}, timeout=60).content
    assert content.count(b'name="data_ivoid"') == 2
    count = {"LANG": "ADQL", "QUERY": "SELECT count(*) AS n FROM jsdc.star"}
    assert b"2016A&amp;A" in httpx.get(f"{server}/tap/sync", params=count, timeout=60).content, (
        "which names no column of it"
    )
    nothing = {"LANG": "ADQL", "QUERY": "SELECT TOP 1 table_name FROM tap_schema.tables"}
    assert b'"data_ivoid"' not in httpx.get(f"{server}/tap/sync", params=nothing, timeout=60).content


def test_a_job(server: str) -> None:
    """No request made its result, but it is of the same data."""
    job = pyvo.dal.TAPService(f"{server}/tap").submit_job(STARS)
    told = origin(httpx.get(f"{job.run().wait().result_uri}", follow_redirects=True).content)
    assert (told.query.request, told.query.publisher) == (None, "Jean-Marie Mariotti Center (JMMC)")
    assert any(one.citation == [BIBCODE] for one in told.origin)
    job.delete()


def test_long_lists_are_not_repeated(server: str) -> None:
    ids = [("ID", f"ivo://jmmc.fr/jsdc?HD {number}") for number in range(200)]
    body = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in ids)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{server}/datalink/links", content=body, headers=headers, timeout=60)
    assert origin(answer.content).query.request == f"{server}/datalink/links"
