"""A refusal is in the format that its client reads, at every door; and every door of parameters takes a form in parts."""

import csv
import io
from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from adapters.votable.formats import VOTABLE

ADQL = {"LANG": "ADQL", "QUERY": "SELECT nothing FROM jsdc.star"}
WRONG: dict[str, dict[str, str]] = {
    "/tap/sync": ADQL,
    "/scs/jsdc.star": {"RA": "x", "DEC": "1", "SR": "1"},
    "/sia": {"POS": "SQUARE 1 2 3"},
    "/datalink/links": {"ID": "x", "RESPONSEFORMAT": "csv"},
    "/getstar": {"star": "nobody at all"},
    "/oidb/search": {"conesearch": "x"},
    "/moc/jsdc.star": {"dim": "depth"},
    "/xmatch": {"RADIUS": "1"},
    "/xmatch/tables": {"action": "nothing"},
}
"""Requests of each door that cannot be answered."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
"""What java.net.HttpURLConnection sends by itself, and so STILTS, TOPCAT, Aladin and ASPRO2."""
PLAIN = [door for door in WRONG if "RESPONSEFORMAT" not in WRONG[door]]


def message(answer: httpx.Response) -> str:
    """What a refusal says, read as its media type has it."""
    kind = answer.headers["content-type"].partition(";")[0]
    match kind:
        case "application/json":
            return str(answer.json()["errors"][0]["message"])
        case "text/csv" | "text/tab-separated-values":
            names, values = csv.reader(io.StringIO(answer.text), delimiter="," if kind == "text/csv" else "\t")
            assert names == ["error", "message"]
            assert values[0].isupper()
            return values[1]
        case "text/plain":
            return answer.text
        case "text/html":
            return answer.text.partition("<p>")[2].partition("</p>")[0]
    assert kind in {VOTABLE, "text/xml"}
    (info,) = fromstring(answer.content).findall(".//{*}INFO[@name='QUERY_STATUS']")
    assert info.get("value") == "ERROR"
    return info.text or ""


@pytest.mark.parametrize("door", PLAIN)
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, VOTABLE),
        ("*/*", VOTABLE),
        (JAVA, VOTABLE),
        (VOTABLE, VOTABLE),
        (f"{VOTABLE};serialization=BINARY2", VOTABLE),
        ("application/fits", VOTABLE),
        ("application/vnd.apache.parquet", VOTABLE),
        ("text/xml", "text/xml"),
        ("text/csv", "text/csv"),
        ("text/csv;header=present, */*;q=0.1", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        (BROWSER, "text/html"),
        ("image/png", VOTABLE),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_as_accept_says(client: httpx.AsyncClient, door: str, accept: str | None, kind: str, method: str) -> None:
    headers = {"accept": accept} if accept else {}
    sent: Any = {"params": WRONG[door]} if method == "GET" else {"data": WRONG[door]}
    answer = await client.request(method, door, headers=headers, **sent)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert len(message(answer)) > 10
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("door", PLAIN)
@pytest.mark.parametrize("method", ["GET", "POST", "parts"])
@pytest.mark.parametrize("name", ["RESPONSEFORMAT", "FORMAT", "responseFormat"])
async def test_a_named_format_decides(client: httpx.AsyncClient, door: str, method: str, name: str) -> None:
    for form, kind in (("tsv", "text/tab-separated-values"), ("json", "application/json")):
        told = WRONG[door] | {name: form}
        sent: Any = {"GET": {"params": told}, "POST": {"data": told}}.get(method, {"files": parts(told)})
        verb = "POST" if method == "parts" else method
        answer = await client.request(verb, door, headers={"accept": "text/csv"}, **sent)
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert message(answer)


async def test_the_message_is_whole_in_each(client: httpx.AsyncClient) -> None:
    told = {"LANG": "ADQL", "QUERY": 'SELECT "<a, b>" FROM jsdc.star'}
    said = {
        message(await client.get("/tap/sync", params=told, headers={"accept": accept})).strip().replace("&lt;", "<")
        .replace("&gt;", ">").replace("&#x27;", "'").replace("&quot;", '"')
        for accept in ("*/*", "text/csv", "text/tab-separated-values", "application/json", "text/plain", BROWSER)
    }  # fmt: skip
    assert len(said) == 1
    assert "<a, b>" in said.pop()


async def test_links_are_votables_but_their_refusals_may_be_csv(client: httpx.AsyncClient) -> None:
    answer = await client.get("/datalink/links", params=WRONG["/datalink/links"])
    assert answer.headers["content-type"].startswith("text/csv")
    assert message(answer).startswith("UsageFault: Links are not written as csv")


async def test_before_a_door_is_reached_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/scs/nothing/at/all", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, "text/csv")
    assert "There is nothing at" in message(answer)


async def test_the_obs_portals_search_has_one_format(client: httpx.AsyncClient) -> None:
    answer = await client.get("/search.votable?ra=x&dec=1", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, VOTABLE)
    assert "RA is 'x'" in message(answer) or "ra is 'x'" in message(answer)


async def test_graphql_refuses_a_table_as_a_table(client: httpx.AsyncClient) -> None:
    for told, status in (({"query": "{ stars { nodes { nothing } } }"}, 400), ({}, 400)):
        for sent in ({"params": told | {"RESPONSEFORMAT": "csv"}}, {"params": told, "headers": {"accept": "text/csv"}}):
            answer = await client.get("/graphql", **sent)  # type: ignore[arg-type]
            assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, "text/csv")
            assert message(answer)


# Forms in parts


def parts(told: dict[str, str]) -> dict[str, tuple[None, bytes]]:
    """A form in parts, none of which is a file."""
    return {name: (None, value.encode()) for name, value in told.items()}


CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "1", "RESPONSEFORMAT": "csv"}
RIGHT: dict[str, dict[str, str]] = {
    "/tap/sync": {"LANG": "ADQL", "QUERY": "SELECT TOP 2 Name FROM jsdc.star", "FORMAT": "csv"},
    "/scs/jsdc.star": CONE,
    "/search.votable": {"ra": "344.4127", "dec": "-29.6222"},
    "/sia": {"POS": "CIRCLE 344.4127 -29.6222 1", "RESPONSEFORMAT": "csv"},
    "/getstar": {"star": "Fomalhaut", "format": "tsv"},
    "/oidb/search": {"caliblevel": "2", "perpage": "2"},
    "/oai": {"verb": "ListMetadataFormats"},
    "/datalink/links": {"ID": "ivo://jmmc.fr/oidb?000020000091"},
    "/datalink/obsportal.exposure/links": {"ID": "nothing"},
    "/moc/jsdc.star": {"RESPONSEFORMAT": "json"},
    "/xmatch/tables": {"action": "getVizieRTableNames"},
}


@pytest.mark.parametrize("door", RIGHT)
async def test_a_form_in_parts_is_a_form(client: httpx.AsyncClient, door: str) -> None:
    plain = await client.post(door, data=RIGHT[door])
    parted = await client.post(door, files=parts(RIGHT[door]))
    assert (parted.status_code, parted.headers["content-type"]) == (200, plain.headers["content-type"]), parted.text
    if door not in ("/oai", "/getstar"):  # which say when they were made
        assert parted.content == plain.content


@pytest.mark.parametrize("door", RIGHT)
async def test_forms_in_parts_are_bounded(client: httpx.AsyncClient, door: str) -> None:
    big = {"files": {"RA": (None, b"1" * 9_000_000)}}
    assert (await client.post(door, **big)).status_code in (400, 413)  # type: ignore[arg-type]
    broken = await client.post(door, content=b"--x\r\n", headers={"content-type": "multipart/form-data; boundary=y"})
    assert broken.status_code == 400
    other = await client.post(door, content=b"{}", headers={"content-type": "application/json"})
    assert (other.status_code, "multipart/form-data" in message(other)) == (415, True)


async def test_many_fields_in_parts(client: httpx.AsyncClient) -> None:
    """A client that sends each ID of a table as a part of its own."""
    ids = [f"ivo://jmmc.fr/oidb?{number}" for number in range(500)]
    answer = await client.post("/datalink/links", files=[("ID", (None, name.encode())) for name in ids])
    assert answer.status_code == 200
    assert answer.content == (await client.post("/datalink/links", data={"ID": ids})).content
