"""The address of a comparison answers machines with what the page shows, of the same list."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from astropy.io.votable import parse_single_table

from adapters.page.comparison import unmatched
from adapters.page.comparison_list import LONGEST, Entry, entries
from planning.errors import BadInput

CASES: Any = json.loads(Path(__file__).with_name("compare_cases.json").read_text())
LIST = "eps Gem\n22 57 39 -29 37 20\nNobody at all\n10 80"


@pytest.mark.parametrize(("text", "listed"), CASES["lists"])
def test_a_list_is_what_the_script_reads(text: str, listed: list[list[Any]]) -> None:
    read = entries(text)
    assert [[one.label, one.place and list(one.place)] for one in read] == [row[:2] for row in listed]
    for one, (_, _, *problem) in zip(read, listed, strict=True):
        assert bool(one.problem) == bool(problem)
        assert "".join(problem) in one.problem


@pytest.mark.parametrize(("text", "reason"), CASES["refused"])
def test_what_is_no_list_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        entries(text)


def test_a_name_of_several_stars_says_so() -> None:
    found = {"star": {"ra": 1, "dec": 2}, "nameMatch": {"others": ["HD 2", "HD 3"]}}
    row = unmatched(Entry("x", None), {"data": {"object": found}})
    assert (row.place, row.problem) == ((1, 2), "The likeliest: HD 2, HD 3 are called so too")


def asked(server: str, accept: str = "*/*", **given: str) -> httpx.Response:
    return httpx.get(f"{server}/compare", params=given, headers={"Accept": accept}, timeout=30)


def test_each_format_has_the_same_rows(server: str) -> None:
    told = asked(server, list=LIST, format="json").json()
    first, second, third, fourth = told["rows"]
    assert (first["entry"], first["jsdc_star_name"], first["jsdc_star_rows"]) == ("eps Gem", "HD 48329", 1)
    assert second["jsdc_star_name"] == "HD 216956"
    assert 0 < second["jsdc_star_separation"] < 5
    assert (third["problem"], third["ra"], third["jsdc_star_rows"]) == ("Nothing is called so", None, 0)
    assert (fourth["ra"], fourth["dec"], fourth["jsdc_star_name"]) == (10, 80, None)
    assert ("errors" in told, told["radius"]) == (False, 5)
    lines = list(csv.DictReader(io.StringIO(asked(server, "text/csv", list=LIST).text)))
    assert lines == [{name: "" if value is None else str(value) for name, value in row.items()} for row in told["rows"]]
    answer = asked(server, "application/x-votable+xml", list=LIST)
    assert answer.headers["content-type"].startswith("application/x-votable+xml")
    table = parse_single_table(io.BytesIO(answer.content)).to_table()
    assert list(table["entry"]) == LIST.split("\n")
    assert str(table["spica_target_separation"].unit) == "arcsec"
    newer = asked(server, list=LIST, format="votable;version=1.5")
    assert newer.headers["content-type"] == "application/x-votable+xml;version=1.5"
    assert (
        newer.text.replace("1.5", "1.4").splitlines()[:2] == answer.text.splitlines()[:2] != newer.text.splitlines()[:2]
    )


def test_browsers_have_the_page(server: str) -> None:
    assert "<h1>Compare a list" in asked(server, "text/html,*/*", list=LIST).text


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({}, 400, "list is missing"),
        ({"list": "eps Gem", "radius": "181"}, 400, "radius is '181'"),
        ({"list": "eps Gem", "radius": "near"}, 400, "radius is 'near'"),
        ({"list": "x" * (LONGEST + 1)}, 400, "send longer ones to /xmatch/list"),
        ({"list": "ra,flux\n1,2"}, 400, "call them name, or ra and dec"),
    ],
)
def test_bad_input_is_told_in_the_format_that_is_read(
    server: str, given: dict[str, str], status: int, reason: str
) -> None:
    answer = asked(server, "application/json", **given)
    assert (answer.status_code, reason in answer.json()["errors"][0]["message"]) == (status, True)
    answer = asked(server, format="votable", **given)
    assert (answer.status_code, b'value="ERROR"' in answer.content) == (status, True)


def test_a_format_that_is_not_offered_is_refused(server: str) -> None:
    answer = asked(server, list="eps Gem", format="fits")
    assert (answer.status_code, "written as json, votable, csv or tsv" in answer.text) == (400, True)
