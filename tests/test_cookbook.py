"""The recipes of docs/astronomers/cookbook.md: each is asked, and its first rows are those that the page shows."""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import httpx
import pytest
from notebook import ASTRONOMERS, run
from pages import blocks_of

COOKBOOK, TOPCAT = ASTRONOMERS / "cookbook.md", ASTRONOMERS / "topcat.md"
RECIPE = re.compile(r"^```sql\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
RECIPES = len(RECIPE.findall(COOKBOOK.read_text()))
SHOWN = 4


@pytest.fixture(scope="module")
def mine(server: str) -> bytes:
    """The table that the page sends along, as VOTable."""
    written = BytesIO()
    run(COOKBOOK, server)["mine"].write(written, format="votable")
    return written.getvalue()


@pytest.fixture(scope="module")
def asking(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as made:
        yield made


@pytest.mark.parametrize("number", range(RECIPES))
def test_a_recipe_has_the_rows_that_are_shown(
    number: int, asking: httpx.Client, mine: bytes, update_golden: bool
) -> None:
    page = COOKBOOK.read_text()
    recipe = list(RECIPE.finditer(page))[number]
    query, shown = recipe.groups()
    form: dict[str, Any] = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": query}
    sent = {"t": ("mine.vot", mine)} if "TAP_UPLOAD" in query else None
    answer = asking.post("/tap/sync", data=form | ({"UPLOAD": "mine,param:t"} if sent else {}), files=sent)
    assert answer.status_code == 200, answer.text
    first = first_rows(answer.text)
    if update_golden:
        whole = f"```sql\n{query}```\n\n```text\n{first}```\n"
        COOKBOOK.write_text(page[: recipe.start()] + whole + page[recipe.end() :])
    else:
        assert shown == first


def test_the_query_of_topcat_has_what_its_pictures_show(asking: httpx.Client) -> None:
    [query] = [block.text for block in blocks_of(TOPCAT) if block.language == "sql"]
    answer = asking.post("/tap/sync", data={"LANG": "ADQL", "FORMAT": "csv", "QUERY": query})
    head, *rows = csv.reader(StringIO(answer.text))
    assert head[:3] == ["v_k", "log_size", "Name"]
    assert len(rows) == 366


def test_there_are_recipes() -> None:
    assert RECIPES > 20


def first_rows(text: str) -> str:
    """The head and the first rows of a CSV in columns, and how many rows there are: at least one."""
    head, *rows = csv.reader(StringIO(text))
    assert rows, text
    table = [head, *rows[:SHOWN]]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return "\n".join([*lines, *([f"… {len(rows)} rows"] if len(rows) > SHOWN else [])]) + "\n"
