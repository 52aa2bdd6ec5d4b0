"""Tables are attachments with a name, at every door and for jobs; what is to be read is shown; RESPONSEFORMAT at /graphql."""

from typing import Any

import httpx
import pytest
from defusedxml.ElementTree import fromstring

from adapters.votable.formats import FORMATS, JSON, Format

CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "1"}
QUERY = {"LANG": "ADQL", "QUERY": "SELECT TOP 2 Name, LDD FROM jsdc.star ORDER BY Name"}
STARS = "{ stars(first: 3, orderBy: [{ jsdcId: ASC }]) { nodes { jsdcId name ra } } }"
TABLES: dict[str, tuple[dict[str, str], str]] = {
    "/tap/sync": (QUERY, "result"),
    "/scs/jsdc.star": (CONE, "jsdc.star"),
    "/sia": ({"POS": "CIRCLE 344.4127 -29.6222 1"}, "sia"),
    "/oidb/search": ({"caliblevel": "2"}, "oidb.granule"),
    "/graphql": ({"query": STARS}, "jsdc.star"),
}
OTHERS = {
    "/search.votable?ra=344.4127&dec=-29.6222": "attachment; obsportal.exposure.vot",
    "/getstar?star=Fomalhaut": "attachment; getstar.vot",
    "/getstar?star=Fomalhaut&format=tsv": "attachment; getstar.tsv",
    "/getstar?star=Fomalhaut&format=votable1.4": "attachment; getstar.vot",
    "/moc/jsdc.star": "attachment; jsdc.star.moc.fits",
    "/moc/jsdc.star?RESPONSEFORMAT=json": "inline; jsdc.star.moc.json",
    "/moc/jsdc.star?RESPONSEFORMAT=ascii": "inline; jsdc.star.moc.txt",
    "/datalink/links?ID=x": "attachment; links.vot",
}
SHOWN = (
    "/",
    "/health",
    "/tap/capabilities",
    "/tap/tables",
    "/tap/examples",
    "/graphql?query={__typename}",
    "/tap/async",
)


def named(answer: httpx.Response) -> str:
    kind, _, name = answer.headers["content-disposition"].partition('; filename="')
    return f"{kind}; {name.removesuffix(chr(34))}"


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize("door", TABLES)
async def test_a_table_is_saved(client: httpx.AsyncClient, door: str, form: Format) -> None:
    params, stem = TABLES[door]
    kind = "inline" if form is JSON else "attachment"
    for name in ("RESPONSEFORMAT", "format") if door in {"/tap/sync", "/graphql"} else ("responseformat",):
        told = params | {name: form.media_type}
        for method in ("GET", "HEAD"):
            answer = await client.request(method, door, params=told)
            assert answer.status_code == 200, answer.text
            if door == "/graphql" and form is JSON:
                assert "content-disposition" not in answer.headers
            else:
                assert answer.headers["content-type"] == form.media_type
                assert named(answer) == f"{kind}; {stem}{form.suffix}"


@pytest.mark.parametrize("path", OTHERS)
async def test_links_maps_and_stars_are_saved_too(client: httpx.AsyncClient, path: str) -> None:
    assert named(await client.get(path)) == OTHERS[path]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
async def test_the_result_of_a_job_is_named_as_that_of_sync(client: httpx.AsyncClient, form: Format) -> None:
    told = QUERY | {"RESPONSEFORMAT": form.media_type, "PHASE": "RUN"}
    job = (await client.post("/tap/async", data=told)).headers["location"]
    for phase in ("QUEUED", "EXECUTING"):
        await client.get(job, params={"WAIT": "20", "PHASE": phase})
    kept, waited = await client.get(f"{job}/results/result"), await client.get("/tap/sync", params=told)
    assert (kept.status_code, named(kept)) == (200, named(waited))


@pytest.mark.parametrize("path", SHOWN)
async def test_what_is_to_be_read_is_shown(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert not answer.headers.get("content-disposition", "").startswith("attachment")


# RESPONSEFORMAT at /graphql


@pytest.mark.parametrize("name", ["RESPONSEFORMAT", "FORMAT", "responseFormat"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_graphql_answers_in_the_format_that_is_named(client: httpx.AsyncClient, method: str, name: str) -> None:
    sent: dict[str, Any] = {"params": {name: "csv"}, "headers": {"accept": "application/json"}}
    if method == "GET":
        sent["params"]["query"] = STARS
    else:
        sent["json"] = {"query": STARS}
    answer = await client.request(method, "/graphql", **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv;header=present")
    assert answer.text.splitlines()[0] == "jsdc_id,Name,RAJ2000"
    nodes = (await client.post("/graphql", json={"query": STARS})).json()["data"]["stars"]["nodes"]
    assert [line.split(",")[1] for line in answer.text.splitlines()[1:]] == [node["name"] for node in nodes]


@pytest.mark.parametrize("form", ["json", "application/json", "JSON"])
async def test_json_is_graphqls_own(client: httpx.AsyncClient, form: str) -> None:
    answer = await client.get(
        "/graphql", params={"query": STARS, "RESPONSEFORMAT": form}, headers={"accept": "text/csv"}
    )
    assert len(answer.json()["data"]["stars"]["nodes"]) == 3


async def test_what_is_no_table_and_no_format(client: httpx.AsyncClient) -> None:
    single = {"query": '{ star(name: "HD 48329") { name } }', "RESPONSEFORMAT": "votable"}
    refused = await client.get("/graphql", params=single)
    assert refused.status_code == 400
    assert fromstring(refused.content).find(".//{*}INFO[@name='QUERY_STATUS']").get("value") == "ERROR"
    for method in ("GET", "POST"):
        unknown = await client.request(method, "/graphql", params=single | {"RESPONSEFORMAT": "xlsx"})
        assert (unknown.status_code, "RESPONSEFORMAT=xlsx is not offered" in unknown.text) == (400, True)
        assert unknown.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_each_format_has_a_tag_of_its_own(client: httpx.AsyncClient) -> None:
    tags = {}
    for form in ("csv", "votable", "json", "tsv"):
        answer = await client.get("/graphql", params={"query": STARS, "RESPONSEFORMAT": form})
        tags[form] = answer.headers["etag"]
        again = await client.get(
            "/graphql", params={"query": STARS, "RESPONSEFORMAT": form}, headers={"if-none-match": tags[form]}
        )
        assert again.status_code == 304
    assert len(set(tags.values())) == 4
