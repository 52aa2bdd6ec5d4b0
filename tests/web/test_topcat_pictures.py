"""TOPCAT's windows for docs/astronomers/topcat.md, driven as its reader would: made where WITH_PICTURES=1."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pictures import PALETTES, png, reduced
from tools import PATIENCE, TABLE_BROWSER, Topcat, topcat

from tests.waiting import until

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures" / "topcat"
LARGEST = 100_000
"""Bytes."""
PAGE = ROOT / "docs" / "astronomers" / "topcat.md"
TAP_BUTTON, PLANE_PLOT = (650, 40), (424, 40)
TAP, FOUND_NOTHING = "Table Access Protocol", "Service search error"
NO_REGISTRY = (80, 87)
"""The button OK of the message that says so, in its window."""
ADDRESS, USE_SERVICE, FIND, FIRST_TABLE, COLUMNS, QUERY, RUN = (
    (340, 666), (638, 696), (128, 122), (125, 206), (510, 124), (390, 640), (364, 738),
)  # fmt: skip
"""Places in the window of TAP, which is at (60, 60)."""
SLOW = 3
"""Seconds in which a window that begins to be drawn is whole."""
COLOURED = 60
"""Between the red, green and blue of a pixel: a window that nothing is drawn in yet is grey."""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topcat]:
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:file://{tmp_path}/.samp")
    with topcat(tmp_path) as made:
        yield made


@pytest.mark.pictures
@pytest.mark.topcat
def test_topcat_in_three_pictures(tool: Topcat, server: str) -> None:
    query = PAGE.read_text().partition("```sql\n")[2].partition("```")[0].strip()
    tool.open(*TAP_BUTTON, TAP)
    tool.click_in(FOUND_NOTHING, *NO_REGISTRY)
    tool.click_in(TAP, *ADDRESS)
    tool.type(f"{server}/tap")
    tool.click_in(TAP, *USE_SERVICE)
    time.sleep(SLOW)
    tool.click_in(TAP, *FIND)
    tool.type("jsdc.star")
    time.sleep(SLOW)
    tool.click_in(TAP, *FIRST_TABLE)
    tool.click_in(TAP, *COLUMNS)
    tool.click_in(TAP, *QUERY)
    tool.type(query)
    keep(tool, "tap", (60, 60, 720, 766))
    tool.click_in(TAP, *RUN)
    time.sleep(SLOW)
    tool.open(*TABLE_BROWSER, "Table Browser")
    keep(tool, "rows", (60, 60, 571, 391))
    tool.open(*PLANE_PLOT, "Plane Plot")
    keep(tool, "plot", (0, 0, 548, 779))


def keep(tool: Topcat, name: str, part: tuple[int, int, int, int]) -> None:
    """Write a part of the screen once it is drawn."""
    until(lambda: still(tool, part), PATIENCE)
    pixels = tool.seen(*part)
    file = next(file for colours in PALETTES if len(file := png(*reduced(pixels, colours))) <= LARGEST)
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.png").write_bytes(file)


def still(tool: Topcat, part: tuple[int, int, int, int]) -> bool:
    """Whether more than an empty window is there, and stays as it is."""
    before = tool.seen(*part)
    time.sleep(SLOW)
    return bool((np.ptp(before, axis=-1) > COLOURED).any()) and np.array_equal(before, tool.seen(*part))
