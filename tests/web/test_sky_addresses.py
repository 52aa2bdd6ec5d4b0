"""The address of the sky answers machines with the layers that the page shows."""

import csv
import io
import re
from pathlib import Path

import httpx
import pytest
from astropy.io.votable import parse_single_table

from adapters.page.sky_view import ROWS

LAYERS = Path(__file__).parents[2] / "web" / "src" / "sky" / "layers.ts"
VIEW = {
    "centre": "83.8,-2",
    "fov": "10",
    "rows": "jsdc.star,oidb.granule",
    "all": "jsdc.star",
    "coverage": "obsportal.exposure",
}


def asked(server: str, accept: str = "*/*", **given: str) -> httpx.Response:
    return httpx.get(f"{server}/sky", params=given, headers={"Accept": accept}, timeout=30)


def test_tables_and_documents_are_those_of_the_script() -> None:
    found = re.findall(r"name: '([\w.]+)', what: .*, rows: (\w+)Document,", LAYERS.read_text())
    assert dict(found) == ROWS


def test_layers_lead_to_what_is_in_them(server: str) -> None:
    told = asked(server, "application/json", **VIEW).json()
    stars, granules, progressive, coverage = told["rows"]
    assert told["region"] == {"circle": {"ra": 83.8, "dec": -2, "radius": 5}}
    assert (stars["table"], stars["kind"], granules["table"]) == ("jsdc.star", "rows", "oidb.granule")
    rows = parse_single_table(io.BytesIO(httpx.get(stars["url"], timeout=30).content))
    assert len(rows.array) == stars["rows"] > 10
    assert (progressive["kind"], progressive["rows"]) == ("all", None)
    assert "hips_order" in httpx.get(f"{progressive['url']}/properties", timeout=60).text
    assert (coverage["kind"], coverage["rows"]) == ("coverage", None)
    assert httpx.get(coverage["url"], params={"order": "5"}, timeout=30).status_code == 200


def test_each_format_has_the_same_layers(server: str) -> None:
    rows = asked(server, format="json", **VIEW).json()["rows"]
    lines = list(csv.DictReader(io.StringIO(asked(server, "text/csv", **VIEW).text)))
    assert lines == [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    table = parse_single_table(io.BytesIO(asked(server, format="votable", **VIEW).content)).to_table()
    assert list(table["url"]) == [row["url"] for row in rows]


def test_an_address_that_says_nothing_has_what_the_page_begins_with(server: str) -> None:
    rows = asked(server, format="json").json()["rows"]
    assert [row["table"] for row in rows] == ["jsdc.star", "obsportal.target"]
    assert asked(server, format="json", rows="none").json()["rows"] == []
    assert "<h1>Sky</h1>" in asked(server, "text/html,*/*").text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"centre": "83.8"}, "right ascension and declination are wanted"),
        ({"centre": "10,91"}, "centre is '10,91'"),
        ({"fov": "0"}, "fov is '0'"),
        ({"rows": "jsdc.stars"}, "perhaps you meant jsdc.star"),
        ({"coverage": "nothing"}, "coverage has 'nothing'"),
        ({"all": "jsdc.stars"}, "perhaps you meant jsdc.star"),
    ],
)
def test_bad_input_is_told(server: str, given: dict[str, str], reason: str) -> None:
    answer = asked(server, "application/json", **given)
    assert (answer.status_code, reason in answer.json()["errors"][0]["message"]) == (400, True)
