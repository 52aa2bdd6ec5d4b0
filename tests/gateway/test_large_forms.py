"""Forms, bodies and lists that are larger than is worked on are refused by what was found in them."""

import httpx
import pytest

from gateway.graphql_parameters import MOST
from gateway.request import LONGEST_FIELD, MOST_FIELDS, MOST_PARTS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
DOORS = ("/scs/jsdc.star", "/sia", "/getstar", "/search.votable", "/oidb/search", "/moc/jsdc.star", "/oai", "/tap/sync")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_form_of_too_many_fields_is_refused(client: httpx.AsyncClient, door: str, method: str) -> None:
    most = MOST_PARTS if (door, method) == ("/sia", "POST") else MOST_FIELDS  # its lists of identifiers come as forms
    fields = "&".join(["a=1"] * (most + 1))
    told = {"content": fields, "headers": FORM} if method == "POST" else {"params": fields}
    answer = await client.request(method, door, **told)  # type: ignore[arg-type]
    assert f"has {most + 1} fields where {most} are read" in answer.text


async def test_links_of_all_rows_of_a_table_are_asked_at_once(client: httpx.AsyncClient) -> None:
    fields = "&".join(f"ID=ivo://jmmc.fr/oidb?{number}" for number in range(20_000))
    answer = await client.post("/datalink/links", content=fields, headers=FORM)
    assert answer.status_code == 200
    assert 'value="OVERFLOW"' in answer.text


async def test_a_large_form_has_short_fields(client: httpx.AsyncClient) -> None:
    answer = await client.post("/datalink/links", content=f"ID={'x' * 400_000}", headers=FORM)
    assert f"400003 bytes where {LONGEST_FIELD} are read" in answer.text


MEMBERS = [f'"{number}" : 1' for number in range(MOST["members of objects"] + 1)]
VARIABLES = {
    "values": f"[{'1,' * MOST['values']}1]",
    "lists": f"[{'[],' * MOST['lists']}[]]",
    "objects": f'[{"{}," * MOST["objects"]}"{"x" * 100_000}"]',
    "members of objects": f"{{{','.join(MEMBERS)}}}",
}


@pytest.mark.parametrize("noun", MOST)
async def test_a_body_is_counted_before_it_is_decoded(client: httpx.AsyncClient, noun: str) -> None:
    body = f'{{"query": "{{ __typename }}", "variables": {{"v": {VARIABLES[noun]}}}}}'
    answer = await client.post("/graphql", content=body, headers=JSON)
    assert answer.status_code == 400
    assert f" {noun} where {MOST[noun]} are taken" in answer.text
    assert "LIMIT_EXCEEDED" in answer.text


async def test_times_are_no_members(client: httpx.AsyncClient) -> None:
    times = ",".join(['"2022-01-14T10:40:32Z"'] * 20_000)
    body = f'{{"query": "{{ __typename }}", "variables": {{"v": [{times}]}}}}'
    answer = await client.post("/graphql", content=body, headers=JSON)
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_areas_and_corners_have_a_limit(client: httpx.AsyncClient) -> None:
    areas = "&".join(["POS=CIRCLE 1 1 1"] * 51)
    assert "POS is given 51 times: at most 50" in (await client.post("/sia", content=areas, headers=FORM)).text
    corners = " ".join(f"{number % 30}.{number} {number % 20}" for number in range(501))
    assert "501 corners: at most 500" in (await client.get("/sia", params={"POS": f"POLYGON {corners}"})).text


async def test_intervals_have_a_limit_together(client: httpx.AsyncClient) -> None:
    fields = "&".join(["BAND=1e-6"] * 60 + ["TIME=55000 55001"] * 41)
    answer = await client.post("/sia", content=fields, headers=FORM)
    assert (answer.status_code, "BAND 60 times, TIME 41 times: at most 100" in answer.text) == (400, True)
    fields = "&".join(["BAND=1e-6"] * 60 + ["TIME=55000 55001"] * 40)
    assert (await client.post("/sia", content=fields, headers=FORM)).status_code == 200
