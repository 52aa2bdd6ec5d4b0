"""The addresses of Browse: what they are read as, and what machines are answered; the documents that it asks."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.page.browse import FILES
from adapters.page.browse_conditions import where_of
from adapters.page.built_files import documents
from adapters.page.places import cone_of
from adapters.votable.formats import KNOWN
from hub.limits import DocumentLimits
from planning.errors import BadInput
from resolvers.document import read_document
from resolvers.operation import Operations

ROOT = Path(__file__).parents[2]
CASES: Any = json.loads(Path(__file__).with_name("browse_cases.json").read_text())
COLUMNS = CASES["columns"]
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(("name", "text", "where"), CASES["conditions"])
def test_a_condition_is_what_the_script_reads(name: str, text: str, where: dict[str, Any]) -> None:
    assert where_of(COLUMNS[name], text) == where


@pytest.mark.parametrize(("name", "text"), CASES["unreadable"])
def test_what_cannot_be_read_is_said(name: str, text: str) -> None:
    with pytest.raises(BadInput):
        where_of(COLUMNS[name], text)


@pytest.mark.parametrize(("text", "cone"), CASES["cones"])
def test_a_place_is_what_the_script_reads(text: str, cone: dict[str, Any]) -> None:
    assert cone_of(text, 0.5) == cone


def test_documents_that_are_shipped_are_valid(operations: Operations) -> None:
    assert len(documents()) > 60
    for name, text in documents().items():
        assert read_document(text, operations.schema, DocumentLimits()).errors == (), name


@pytest.mark.parametrize(
    ("format_", "kind"), [("votable", "xml"), ("csv", "csv"), ("fits", "fits"), ("parquet", "parquet")]
)
async def test_machines_get_the_rows(client: httpx.AsyncClient, format_: str, kind: str) -> None:
    response = await client.get("/browse/jsdc.star", params={"vmag": "..2", "order": "vmag", "format": format_})
    assert response.status_code == 200
    assert kind in response.headers["content-type"]
    assert "HD 48915" in response.content.decode("latin-1")


async def test_accept_decides_where_no_format_is_named(client: httpx.AsyncClient) -> None:
    asked = "/browse/jsdc.star?vmag=..0&columns=name&order=vmag"
    assert (await client.get(asked, headers={"accept": "text/csv"})).text.splitlines()[:2] == ["Name", "HD 48915"]
    told = (await client.get(asked, headers={"accept": "application/json"})).json()["data"]["rows"]
    assert told["nodes"][0] == {"name": "HD 48915"}
    assert told["totalCount"] == len(told["nodes"])
    assert "<table" in (await client.get(asked, headers=BROWSER)).text


async def test_every_table_has_a_page(client: httpx.AsyncClient) -> None:
    page = (await client.get("/browse", headers=BROWSER)).text
    described = (await client.post("/graphql", json={"query": "{ tables { name } }"})).json()["data"]["tables"]
    for table in described:
        assert f'href="/browse/{table["name"]}"' in page
        response = await client.get(f"/browse/{table['name']}", headers=BROWSER)
        assert response.status_code == 200, table
        assert 'class="missing"' not in response.text, table


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/browse/jsdc.nothing", 404, "There is no table"),
        ("/browse/jsdc.star?vmagg=3", 400, "vmagg is no column of jsdc.star"),
        ("/browse/jsdc.star?vmag=bright", 400, "cannot be read"),
        ("/browse/jsdc.star?order=brightness", 400, "has no such column"),
        ("/browse/jsdc.star?box=a,b", 400, "is no number"),
    ],
)
async def test_what_cannot_be_shown_is_said_on_the_page(
    client: httpx.AsyncClient, path: str, status: int, said: str
) -> None:
    response = await client.get(path, headers=BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in response.text
    assert (await client.get(path, headers={"accept": "text/csv"})).status_code == status


async def test_empty_fields_of_the_form_are_left_out(client: httpx.AsyncClient) -> None:
    response = await client.get("/browse/jsdc.star?vmag=..2&name=&place=", headers=BROWSER)
    assert response.status_code == 303
    assert response.headers["location"].endswith("/browse/jsdc.star?vmag=..2")


def test_what_is_taken_away_is_offered() -> None:
    """One list for the page without scripts and for these (`web/src/parts/files.ts`)."""
    assert {KNOWN[name].format.name.lower() for name in FILES} == {"tabledata", "csv", "fits", "parquet"}
    assert "files.json" in (ROOT / "web" / "src" / "parts" / "files.ts").read_text()
    others = [
        file.name
        for file in (ROOT / "web" / "src").rglob("*.ts*")
        if re.search("parquet", file.read_text(), re.IGNORECASE)
    ]
    assert others == []
