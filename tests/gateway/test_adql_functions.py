"""What ADQL's functions are to who asks TAP: names that are looked up, maps as values, samples that nobody keeps."""

import csv
from io import BytesIO, StringIO

import httpx
import pytest
from astropy.io.votable import parse_single_table


async def rows(client: httpx.AsyncClient, query: str) -> list[list[str]]:
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "FORMAT": "csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.reader(StringIO(answer.text)))[1:]


@pytest.mark.parametrize("function", ["ivo_simbadpoint", "GAVO_SIMBADPOINT"])
@pytest.mark.parametrize("name", ["HD 48329", "* eps Gem", "hd48329"])
async def test_a_name_is_the_place_of_its_star(client: httpx.AsyncClient, function: str, name: str) -> None:
    body = {"query": '{ star(name: "HD 48329") { name ra dec } }'}
    star = (await client.post("/graphql", json=body)).json()["data"]["star"]
    [[ra, dec]] = await rows(
        client, f"SELECT TOP 1 COORD1({function}('{name}')), COORD2({function}('{name}')) FROM jsdc.star"
    )
    assert (float(ra), float(dec)) == (star["ra"], star["dec"])
    near = (
        f"SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), CIRCLE({function}('{name}'), 0.001))"
    )
    assert await rows(client, near) == [[star["name"]]]


async def test_a_name_that_nobody_has_is_an_error_at_its_place(client: httpx.AsyncClient) -> None:
    query = "SELECT TOP 1 ivo_simbadpoint('O''Nobody <9>') FROM jsdc.star"
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query})
    assert answer.status_code == 400
    assert "line 1, column 14: IVO_SIMBADPOINT takes a name of JSDC" in answer.text
    many = " + ".join(f"COORD1(ivo_simbadpoint('HD {number}'))" for number in range(21))
    answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": f"SELECT {many} FROM jsdc.star"})
    assert (answer.status_code, "20 stars at most" in answer.text) == (400, True)


async def test_a_map_goes_out_as_ascii_that_says_so(client: httpx.AsyncClient) -> None:
    query = "SELECT TOP 1 MOC(3, CIRCLE(10, 20, 1)) AS m, ivo_geom_transform('ICRS', 'GALACTIC', POINT(120, -23)) AS g FROM jsdc.star"
    for form in ("votable/td", "votable/b2"):
        answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "FORMAT": form})
        table = parse_single_table(BytesIO(answer.content))
        field, place = table.fields
        assert (field.datatype, field.arraysize, field.xtype, place.xtype) == ("char", "*", "moc", "point")
        assert table.array["m"][0] == "3/310-311"
        assert list(table.array["g"][0]) == pytest.approx([241.121831182, 3.62785788087], abs=1e-5)


async def test_a_sample_is_kept_by_nobody(client: httpx.AsyncClient) -> None:
    for query, kept in (
        ("SELECT TOP 3 name FROM jsdc.star", True),
        ("SELECT TOP 3 name FROM jsdc.star TABLESAMPLE(50)", False),
    ):
        answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query})
        assert ("etag" in answer.headers) == kept
