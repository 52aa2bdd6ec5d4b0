"""Compare: a list with all databases, what nothing matches stays in sight, the whole is taken away."""

import csv
import io
from pathlib import Path

import pytest
from astropy.io.votable import parse_single_table
from playwright.async_api import Page, expect
from visit import Visit

pytestmark = pytest.mark.browser
LIST = "eps Gem\n22 57 39 -29 37 20\nNobody at all\n10 80"
FIELDS = ["jsdc_star_name", "obsportal_target_rows"]


async def _compared(page: Page, text: str) -> None:
    await page.get_by_label("Names or places").fill(text)
    await page.get_by_role("button", name="Compare", exact=True).click()


async def test_names_and_places_are_matched_and_the_rest_stays(visit: Visit) -> None:
    page = await visit.go("/compare")
    await _compared(page, LIST)
    await expect(page.get_by_role("heading", name="4 rows, 2 with a match, 2 without")).to_be_visible()
    row = page.get_by_role("row", name="eps Gem")
    await expect(row.get_by_role("link", name="HD 48329")).to_have_attribute("href", "/star/HD%2048329")
    await expect(page.get_by_role("row", name="Nobody at all")).to_contain_text("Nothing is called so")
    assert await visit.violations() == []
    await visit.picture("compare-results")
    await page.get_by_label("Only those without a match").check()
    await expect(page.locator("tbody tr")).to_have_count(2)


async def test_a_comparison_is_in_the_address(visit: Visit) -> None:
    page = await visit.go("/compare?list=eps+Gem&radius=2")
    await expect(page.get_by_role("link", name="HD 48329")).to_be_visible()
    await _compared(page, "Fomalhaut")
    await expect(page.get_by_role("link", name="HD 216956")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("link", name="HD 48329")).to_be_visible()
    assert await page.get_by_label("Names or places").input_value() == "eps Gem"


async def test_a_file_is_compared_and_the_result_taken_away(visit: Visit, tmp_path: Path) -> None:
    page = await visit.go("/compare")
    file = tmp_path / "mine.csv"
    file.write_text('name,ra,dec\n"a, <b>",100.9830,25.1311\nfar,10,80\n')
    await page.get_by_label("A file instead").set_input_files(file)
    await expect(page.get_by_label("Names or places")).to_have_value(file.read_text())
    await page.get_by_role("button", name="Compare", exact=True).click()
    taken = {}
    for form in ("CSV", "VOTable"):
        async with page.expect_download() as download:
            await page.get_by_role("button", name=f"Take it as {form}").click()
        taken[form] = Path(await (await download.value).path())
    first, second = csv.DictReader(io.StringIO(taken["CSV"].read_text()))
    assert [first["entry"], *(first[name] for name in FIELDS)] == ["a, <b>", "HD 48329", "1"]
    assert [second["entry"], *(second[name] for name in FIELDS)] == ["far", "", "0"]
    table = parse_single_table(str(taken["VOTable"])).to_table()
    assert list(table["entry"]) == ["a, <b>", "far"]
    assert str(table["jsdc_star_separation"].unit) == "arcsec"


async def test_what_cannot_be_compared_is_told_in_place(visit: Visit) -> None:
    page = await visit.go("/compare")
    await _compared(page, "ra,flux\n1,2")
    await expect(page.get_by_role("alert")).to_contain_text("call them name, or ra and dec")
