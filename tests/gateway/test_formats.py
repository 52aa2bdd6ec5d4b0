"""Every door that serves tables offers every format, under the media type that was asked for."""

import io
from collections.abc import Callable, Mapping

import httpx
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io.votable import parse
from astropy.table import Table

from adapters.votable.formats import ARROW, BINARY2, FITS, JSON, KNOWN, PARQUET, TABLEDATA, TSV, Format

CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "5", "MAXREC": "7"}
QUERY = "{ stars(cone: {ra: 344.4127, dec: -29.6222, radius: 5}, first: 7) { nodes { name } } }"
NAMES: Mapping[Format, Callable[[bytes], list[str]]] = {
    TABLEDATA: lambda text: [str(name) for name in parse(io.BytesIO(text)).get_first_table().array["Name"]],
    JSON: lambda text: [
        row[[told["name"] for told in orjson.loads(text)["metadata"]].index("Name")]
        for row in orjson.loads(text)["data"]
    ],
    FITS: lambda text: list(Table.read(io.BytesIO(text), hdu=1)["Name"]),
    PARQUET: lambda text: pq.read_table(io.BytesIO(text))["Name"].to_pylist(),
    ARROW: lambda text: pa.ipc.open_stream(text).read_all()["Name"].to_pylist(),
}
NAMES = {**NAMES, BINARY2: NAMES[TABLEDATA]}


@pytest.mark.parametrize("asked", KNOWN)
async def test_a_cone_in_every_format(client: httpx.AsyncClient, asked: str) -> None:
    response = await client.get("/scs/jsdc.star", params=CONE | {"RESPONSEFORMAT": asked})
    assert (response.status_code, response.headers["content-type"]) == (200, KNOWN[asked].media_type)
    if asked.startswith("text/") and "xml" not in asked:
        assert response.text.count("\n") == 8
    elif KNOWN[asked].format in NAMES:
        plain = await client.get("/scs/jsdc.star", params=CONE)
        assert sorted(NAMES[KNOWN[asked].format](response.content)) == sorted(NAMES[TABLEDATA](plain.content))


@pytest.mark.parametrize("form", [FITS, PARQUET, ARROW], ids=lambda form: form.name)
async def test_graphql_in_columns(client: httpx.AsyncClient, form: Format) -> None:
    response = await client.post("/graphql", json={"query": QUERY}, headers={"accept": form.media_type})
    assert (response.status_code, response.headers["content-type"]) == (200, form.media_type)
    assert len(set(NAMES[form](response.content))) == 7


async def test_json_is_the_table_at_a_vo_door_and_graphqls_own_at_graphql(client: httpx.AsyncClient) -> None:
    accept = {"accept": "application/json"}
    table = await client.get("/scs/jsdc.star", params=CONE, headers=accept)
    assert table.headers["content-type"] == "application/json"
    assert len(table.json()["data"]) == 7
    assert (
        len((await client.post("/graphql", json={"query": QUERY}, headers=accept)).json()["data"]["stars"]["nodes"])
        == 7
    )


@pytest.mark.parametrize("name", ["FORMAT", "format", "Format"])
@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/scs/jsdc.star", CONE),
        ("/graphql", {"query": QUERY}),
        ("/oidb/search", {"perpage": "3"}),
        ("/tap/sync", {"LANG": "ADQL", "QUERY": "SELECT TOP 3 Name FROM jsdc.star"}),
        ("/xmatch/tables", {"action": "getColList", "tabName": "jsdc.star"}),
        ("/xmatch", {"request": "xmatch", "cat1": "jsdc.badcal", "cat2": "spica.target", "distMaxArcsec": "1"}),
    ],
)
async def test_format_names_one_as_responseformat_does(
    client: httpx.AsyncClient, name: str, path: str, params: dict[str, str]
) -> None:
    named = await client.get(path, params=params | {name: "tsv"})
    assert (named.status_code, named.headers["content-type"].partition(";")[0]) == (
        200,
        TSV.media_type.partition(";")[0],
    )
    both = await client.get(path, params=params | {name: "nonsense", "RESPONSEFORMAT": "tsv"})
    assert both.text == named.text
    assert (await client.get(path, params=params | {name: "nonsense"})).status_code == 400


async def test_format_of_sia_is_that_of_files(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sia", params={"FORMAT": "application/fits", "MAXREC": "3"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, TABLEDATA.media_type)
