"""What a job would do, asked before it runs: in words, in DaCHS's form, of no SQL and no name of ours."""

from collections.abc import AsyncIterator, Iterator
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from people import knowing
from serving import Server

from gateway.commands.provider import Provider
from sample.federation import Federation

PLAN = {"p": "http://docs.g-vo.org/std/TAPPlan.xsd"}


@pytest.fixture(scope="module")
def url(provider: Provider, federation: Federation) -> Iterator[str]:
    with Server(knowing(provider, federation)) as served:
        yield served


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url) as made:
        yield made


async def job(http: httpx.AsyncClient, query: str, **more: str) -> str:
    answer = await http.post("/tap/async", data={"LANG": "ADQL", "QUERY": query, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def planned(http: httpx.AsyncClient, query: str) -> tuple[str, Element]:
    """The sentence of a plan, and the plan."""
    place = await job(http, query)
    answer = await http.get(f"{place}/plan")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.headers["cache-control"] == "no-store"
    document = fromstring(answer.content)
    assert document.findtext("p:query", namespaces=PLAN) == query
    assert (await http.get(f"{place}/phase")).text == "PENDING"
    assert (await http.get(f"{place}/quote")).text == ""
    for hidden in ("SELECT", "$1", "gw.", "pg_", "public.", "t1"):
        assert hidden not in answer.text.rpartition("query>")[2]
    return document.findtext("p:operation/p:description", namespaces=PLAN) or "", document


async def test_a_plan_is_a_sentence_and_names_tables_as_adql_does(http: httpx.AsyncClient) -> None:
    words, document = await planned(http, "SELECT COUNT(*) AS n FROM jsdc.star WHERE vmag > 3")
    assert words.startswith(("JSDC, asked directly: about 1 rows", "JSDC, asked through the hub: about 1 rows"))
    assert " rows expected; little work; " in words
    assert "not known" in words
    named = [node.text or "" for node in document.iterfind(".//p:description", PLAN)]
    assert any(name.endswith(" of jsdc.star") for name in named)
    for operation in document.iterfind(".//p:operation", PLAN):
        assert int(operation.findtext("p:rows/p:value", namespaces=PLAN) or "") >= 0
        low, high = (float(operation.findtext(f"p:cost/p:{end}", namespaces=PLAN) or "") for end in ("min", "max"))
        assert 0 <= low <= high


async def test_several_are_asked_through_the_hub_and_large_work_is_called_so(http: httpx.AsyncClient) -> None:
    small, _ = await planned(
        http, "SELECT TOP 1 s.name FROM jsdc.star AS s JOIN crossid.granule AS g ON g.star_id = s.jsdc_id"
    )
    assert "asked through the hub" in small
    every = "SELECT COUNT(*) AS n FROM jsdc.star AS a, jsdc.star AS b, jsdc.star AS c, jsdc.star AS d"
    words, _ = await planned(http, every)
    assert "very much work" in words


async def test_what_is_wrong_is_told_before_the_job_runs(http: httpx.AsyncClient) -> None:
    place = await job(http, "SELECT nam FROM jsdc.star")
    answer = await http.get(f"{place}/plan")
    assert (answer.status_code, "perhaps you meant name" in answer.text) == (400, True)
    place = (await http.post("/tap/async", data={"LANG": "ADQL"})).headers["location"]
    answer = await http.get(f"{place}/plan")
    assert (answer.status_code, "QUERY is missing" in answer.text) == (400, True)
    assert (await http.get("/tap/async/none/plan")).status_code == 404
    assert (await http.get("/soda/async/none/plan")).status_code == 404


async def test_tables_that_came_along_are_planned_with(http: httpx.AsyncClient) -> None:
    table = (await http.get("/scs/jsdc.star", params={"RA": "344.4127", "DEC": "-29.6222", "SR": "20"})).content
    form = {"LANG": "ADQL", "QUERY": "SELECT m.Name FROM TAP_UPLOAD.mine AS m", "UPLOAD": "mine,param:t"}
    answer = await http.post("/tap/async", data=form, files={"t": ("mine.vot", table)})
    plan = await http.get(f"{answer.headers['location']}/plan")
    assert (plan.status_code, "the hub, asked through the hub" in plan.text) == (200, True), plan.text
