"""`/star`: what one GraphQL document is answered, as a page that needs no scripts."""

import html
import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from adapters.page.granules import LEVELS, LINKS, RIGHTS
from adapters.page.identification import CONFIDENCES, KINDS, METHODS
from adapters.page.star import DOCUMENT, FLAGS, is_known, star_page
from adapters.page.survey import MODES, STATES, steps
from adapters.page.svg import Axis, Plot
from adapters.page.words import FRENCH, speaker

STAR = "HD 232979"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SECTION = re.compile(r"<h2 id=[^>]+>([^<]+)</h2>(.*?)</section>", re.DOTALL)


async def answered(client: httpx.AsyncClient, name: str) -> Any:
    asked = {"query": DOCUMENT, "variables": {"name": name}}
    return (await client.post("/graphql", json=asked)).json()


async def sections(client: httpx.AsyncClient, name: str, **params: str) -> dict[str, str]:
    response = await client.get(f"/star/{name}", params=params, headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "unsafe" not in response.headers["content-security-policy"]
    return dict(SECTION.findall(response.text))


async def test_everything_about_a_star(client: httpx.AsyncClient) -> None:
    shown = await sections(client, STAR)
    found = (await answered(client, STAR))["data"]["object"]
    assert list(shown) == [
        "Star", "Visibility", "Spectral energy distribution", "uv plane", "Magnitudes", "Observations", "Data",
        f"Survey with SPICA: {STAR}", "Calibrators within 5°", "Identification",
    ]  # fmt: skip
    assert shown["Observations"].count("<tr") == 1 + found["exposures"]["totalCount"]
    assert shown["Data"].count("data-row=") == found["granules"]["totalCount"]
    assert all(html.escape(one["expId"]) in shown["Observations"] for one in found["exposures"]["nodes"])
    assert "0.580 ± 0.014 mas" in shown["Star"]
    assert "303.7 mas/yr, −475.6 mas/yr" in shown["Star"]
    assert all(one["identifier"] in html.unescape(shown["Star"]) for one in found["star"]["identifiers"]["nodes"])
    assert all(f"{found['star'][f'udd{band}']:.4f}" in shown["Star"] for band in "bvrijhklmn")
    bands = [field for field in found["star"] if field.endswith("mag") and found["star"][field]["value"] is not None]
    assert shown["Spectral energy distribution"].count("<title>") == 1 + len(bands) >= 6
    assert "2MASS" in shown["Spectral energy distribution"]
    for level in {one["calibLevel"] for one in found["granules"]["nodes"]}:
        assert LEVELS[level] in shown["Data"]
    survey = shown[f"Survey with SPICA: {STAR}"]
    assert re.findall(r"<li[^>]*>(\w+) <b>(\d+)", survey) == [
        ("planned", "0"), ("scheduled", "0"), ("observed", "0"), ("reduced", "1"), ("validated", "0"), ("rejected", "1"),
    ]  # fmt: skip
    assert shown["Identification"].count("by place, and the name says the same") == 3


async def test_machines_find_the_tables_behind_the_page(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/star/{STAR}", headers=BROWSER)).text
    links = [html.unescape(link) for link in re.findall(r'<link rel="alternate" [^>]*href="([^"]+)"', page)]
    assert [link.split("?")[0] for link in links] == [f"/star/{STAR}".replace(" ", "%20"), *["/graphql"] * 3]
    found = (await answered(client, STAR))["data"]["object"]
    counts = [len(found[part]["nodes"]) for part in ("exposures", "granules")] + [
        len(found["star"]["calibrators"]["nodes"])
    ]
    for link, count in zip(links[1:], counts, strict=True):
        table = await client.get(link)
        assert table.headers["content-type"].startswith("application/x-votable+xml")
        assert table.text.count("<TR>") == count
    [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(told)
    assert (data["@type"], data["about"]["name"]) == ("Dataset", STAR)
    assert [one["contentUrl"] for one in data["distribution"]] == links


async def test_a_question_that_is_refused_is_no_page_of_success(client: httpx.AsyncClient) -> None:
    response = await client.get("/star/" + "x" * 5000, headers=BROWSER)
    assert response.status_code >= 400
    response = await client.get("/star/HD+48329", headers=BROWSER)
    assert (response.status_code, response.headers["location"]) == (303, "/star/HD%2048329")


async def test_json_may_be_kept(client: httpx.AsyncClient) -> None:
    first = await client.get(f"/star/{STAR}", params={"format": "json"})
    again = await client.get(
        f"/star/{STAR}", params={"format": "json"}, headers={"if-none-match": first.headers["etag"]}
    )
    assert again.status_code == 304


def test_every_sentence_of_the_page_is_said_in_french() -> None:
    words = [*METHODS.values(), *KINDS.values(), *CONFIDENCES.values(), *FLAGS.values(), *STATES.values(),
             *MODES.values(), *RIGHTS.values(), *LEVELS.values(), *LINKS.values()]  # fmt: skip
    same = {"documentation", "article", "calibration", "Image"}
    assert [word for word in words if speaker(FRENCH)(word) == word and word not in same] == []


def test_a_run_has_reached_what_is_before_its_state() -> None:
    runs = [{"runStatusTerm": "OBSERVED"}, {"runStatusTerm": "PLANNED"}]
    assert [(step.runs, step.reached) for step in steps(runs, speaker("en"))] == [
        (1, True), (0, True), (1, True), (0, False), (0, False),
    ]  # fmt: skip


async def test_a_target_that_is_no_star_of_jsdc(client: httpx.AsyncClient) -> None:
    shown = await sections(client, "Gl 229 B")
    assert list(shown) == ["Data", "Identification"]
    assert shown["Data"].count("data-row=") > 3
    assert "doubtful" in shown["Identification"]


async def test_a_name_that_none_can_be_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.get("/star/%00", headers=BROWSER)
    assert response.status_code == 400
    assert "NUL character" in response.text


async def test_a_name_that_nobody_has_is_told_on_the_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/star/<b>nobody", headers=BROWSER)
    assert response.status_code == 404
    assert "&lt;b&gt;nobody" in response.text
    assert "<b>" not in response.text
    response = await client.get("/star/nobody", headers={"accept": "application/json"})
    assert response.status_code == 404
    assert "nobody" in response.json()["errors"][0]["message"]


async def test_the_form_leads_to_the_page_and_machines_get_what_it_is_made_of(client: httpx.AsyncClient) -> None:
    response = await client.get("/star", params={"name": "51 Peg/b"}, headers=BROWSER)
    assert (response.status_code, response.headers["location"]) == (303, "star/51%20Peg%2Fb")
    assert (await client.get("/star", headers=BROWSER)).status_code == 400
    wanted = (await answered(client, STAR))["data"]
    for options in ({"params": {"format": "json"}, "headers": BROWSER}, {"headers": {"accept": "application/json"}}):
        response = await client.get(f"/star/{STAR}", **options)
        assert response.json()["data"] == wanted


async def test_what_a_database_does_not_answer_is_said_and_the_rest_is_shown(client: httpx.AsyncClient) -> None:
    payload = await answered(client, STAR)
    payload["data"]["object"] |= {"granules": None, "spicaTargets": None}
    payload["errors"] = [{"message": "OiDB does not answer at the moment"}]
    page = star_page(STAR, payload, NOW)
    assert "OiDB does not answer at the moment" in page
    assert dict(SECTION.findall(page)).keys() >= {"Star", "Observations"}
    payload["data"]["object"] = None
    assert "OiDB does not answer" in (star_page(STAR, payload, NOW))
    assert not is_known({"data": {"object": None}})


@pytest.mark.parametrize(("until", "told"), [
    ("2026-12-03T12:00:00Z", "public in 3 days, on 2026-12-03"),
    ("2026-11-03T12:00:00Z", "not public"),
    (None, "not public"),
])  # fmt: skip
async def test_what_is_under_embargo_counts_its_days(client: httpx.AsyncClient, until: str | None, told: str) -> None:
    payload = await answered(client, STAR)
    [first, *_] = payload["data"]["object"]["granules"]["nodes"]
    first |= {"isPublic": False, "dataRightsUntil": until, "accessUrl": None}
    assert told in (star_page(STAR, payload, NOW))


def test_hostile_texts_stay_texts() -> None:
    hostile = '"><script>alert(1)</script>'
    measured = {"value": 1.0, "error": None, "unit": "mag", "origin": None, "confidence": None}
    star: dict[str, Any] = dict.fromkeys(
        re.findall(r"^      (\w+) \{ \.\.\.Measured", DOCUMENT, re.MULTILINE), measured
    )
    star |= dict.fromkeys(re.findall(r"^      (udd\w)$", DOCUMENT, re.MULTILINE))
    star |= {"jsdcId": 1, "name": hostile, "ra": 1.0, "dec": -1.0, "spTypeSimbad": hostile, "calFlagBits": None}
    star |= {"objTypesSimbad": hostile, "identifiers": {"nodes": [{"identifier": hostile}]}, "calibrators": None}
    star |= {"irFlagBits": None, "lddChi2": None}
    exposure = {
        "expId": hostile, "expStart": "2024-01-01T00:00:00Z", "expMjdStart": 60310.0, "obsProgram": hostile,
        "instrumentName": hostile, "instrumentMode": hostile, "instrumentEmMin": None, "instrumentEmMax": None,
        "interferometerName": hostile, "interferometerStations": hostile,
        "projectedBaselines": [{"name": hostile, "uv": {"start": {"u": 1.0, "v": 2.0}, "end": None}}],
    }  # fmt: skip
    link = {"semantics": None, "description": hostile, "accessUrl": hostile, "contentType": None, "errorMessage": None}
    identity = {"method": "NAME", "confidence": "LOW", "separation": 1.0, "separation2nd": None, "nMates": None}
    granule = {
        "granuleId": 1, "obsPublisherDid": hostile, "targetName": hostile, "calibLevel": 2, "tMinAt": None,
        "instrumentName": hostile, "instrumentMode": hostile, "qualityLevel": None, "dataRightsTerm": "SECURE",
        "isPublic": False, "dataRightsUntil": None, "accessUrl": None, "accessEstsize": None, "datapi": hostile,
        "collection": {"title": hostile}, "datalinks": {"nodes": [link]}, "identity": identity,
    }  # fmt: skip
    page = {"totalCount": 1, "pageInfo": {"hasNextPage": False}}
    found = {
        "objectId": 1, "name": hostile, "nameMatch": {"kind": "AMBIGUOUS", "others": [hostile]}, "star": star,
        "exposures": page | {"nodes": [exposure]}, "granules": page | {"nodes": [granule]},
    }  # fmt: skip
    told = star_page(hostile, json.loads(json.dumps({"data": {"object": found}})), NOW)
    assert "<script>" not in told
    assert told.count("&lt;script&gt;") > 20
    assert told.count("\\u003cscript\\u003e") >= 3


def test_ticks_are_round_numbers_that_fit() -> None:
    for low, high in ((0.0, 330.0), (2019.2, 2026.9), (-1.3, 4.2), (0.0001, 0.0007), (5.0, -5.0)):
        axis = Axis("", low, high)
        assert 3 <= len(axis.ticks) <= 9
        assert all(min(low, high) - 1e-9 <= value <= max(low, high) + 1e-9 for value in axis.ticks)
    assert Plot(Axis("", 10, 20), Axis("", 0, 1)).at(10, 0) == (84, 296)
