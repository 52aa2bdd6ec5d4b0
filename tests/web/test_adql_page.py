"""The page of ADQL: completion, errors under their place, rows, plots, jobs, uploads."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import Page, expect
from visit import Visit

pytestmark = pytest.mark.browser
BRIGHT = "SELECT TOP 40 Name, Vmag, LDD FROM jsdc.star WHERE LDD > 1 ORDER BY Vmag"
ENDLESS = "SELECT COUNT(*) FROM jsdc.star AS a, jsdc.star AS b, jsdc.star AS c WHERE a.Vmag + b.Vmag + c.Vmag > 1000"
OWN = """\
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
<FIELD name="label" datatype="char" arraysize="*"/><DATA><TABLEDATA><TR><TD>first</TD></TR><TR><TD>second</TD></TR></TABLEDATA></DATA>
</TABLE></RESOURCE></VOTABLE>"""


async def typed(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="ADQL query").click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(text)


async def test_columns_are_proposed_with_units(visit: Visit) -> None:
    page = await visit.go(f"/adql?query={quote('SELECT  FROM jsdc.star')}")
    async with page.expect_response(lambda answer: "documentId" in answer.url):
        await page.get_by_role("textbox", name="ADQL query").click()
    await page.keyboard.press("Control+Home")
    for _ in range(len("SELECT ")):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.type("LD", delay=20)
    proposed = page.get_by_role("option", name=re.compile("^LDD ?mas$"))
    await expect(proposed).to_be_visible()
    await expect(page.get_by_text("Limb-darkened diameter")).to_be_visible()
    await proposed.click()
    await expect(page.get_by_role("textbox", name="ADQL query")).to_contain_text("SELECT LDD FROM")


async def test_an_error_is_underlined_where_it_is(visit: Visit) -> None:
    visit.expected.append("400 (Bad Request)")
    page = await visit.go("/adql")
    await typed(page, "SELECT TOP 3 Name,\n  Vmagg FROM jsdc.star")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert")).to_have_text(
        "line 2, column 3: there is no column Vmagg; perhaps you meant vmag"
    )
    await expect(page.locator(".cm-lintRange-error")).to_have_text("Vmagg")


async def test_rows_are_shown_plotted_and_taken_away(visit: Visit, client: httpx.AsyncClient) -> None:
    page = await visit.go("/adql")
    await typed(page, BRIGHT)
    await page.get_by_role("button", name="Run", exact=True).click()
    rows = page.get_by_role("region", name="Rows of the result")
    await expect(rows.get_by_role("row").nth(1)).to_contain_text("HD 48915")
    await expect(page.get_by_text("40 rows")).to_be_visible()
    await page.get_by_role("button", name="Plot").click()
    await expect(page.get_by_role("img", name="LDD [mas] against Vmag [mag]")).to_be_visible()
    await page.locator(".u-over").wait_for()
    assert "view=plot&x=Vmag&y=LDD" in page.url
    await page.reload()
    await page.locator(".u-over").wait_for()
    address = await page.get_by_role("link", name="CSV").get_attribute("href") or ""
    assert len((await client.get(address)).text.splitlines()) == 41


async def test_only_rows_in_sight_are_in_the_page(visit: Visit) -> None:
    page = await visit.go(
        f"/adql?query={quote('SELECT TOP 2000 jsdc_id, Name FROM jsdc.star ORDER BY jsdc_id')}&view=table"
    )
    rows = page.get_by_role("region", name="Rows of the result")
    await expect(page.get_by_text("2,000 rows")).to_be_visible()
    assert await rows.get_by_role("row").count() < 60
    await rows.evaluate("region => { region.scrollTop = region.scrollHeight }")
    await expect(rows.locator('tr[aria-rowindex="2001"]')).to_be_visible()


async def test_a_job_is_made_followed_and_found_again(visit: Visit) -> None:
    page = await visit.go("/adql")
    await typed(page, BRIGHT)
    await page.get_by_role("button", name="Run as a job").click()
    job = page.get_by_role("listitem").filter(has_text=BRIGHT)
    await expect(job).to_contain_text("COMPLETED")
    await job.get_by_role("button", name=BRIGHT).click()
    await expect(page.get_by_text("40 rows")).to_be_visible()
    assert "job=" in page.url
    await page.reload()
    await expect(page.get_by_text("40 rows")).to_be_visible()
    await expect(page.get_by_role("textbox", name="ADQL query")).to_contain_text("Vmag")
    await job.get_by_role("button", name="Delete").click()
    await expect(job).to_have_count(0)


async def test_a_job_is_aborted(visit: Visit) -> None:
    page = await visit.go("/adql")
    await typed(page, ENDLESS)
    await page.get_by_role("button", name="Run as a job").click()
    job = page.get_by_role("listitem").filter(has_text="SELECT COUNT")
    await job.get_by_role("button", name="Abort").click()
    await expect(job).to_contain_text("ABORTED")


async def test_a_table_of_ones_own_is_asked(visit: Visit, tmp_path: Path) -> None:
    own = tmp_path / "my list.vot"
    own.write_text(OWN)
    page = await visit.go("/adql")
    await page.get_by_label("Your own table").set_input_files(own)
    await expect(page.get_by_text("TAP_UPLOAD.my_list")).to_be_visible()
    await typed(page, "SELECT label FROM TAP_UPLOAD.my_list ORDER BY label DESC")
    await page.get_by_role("button", name="Run", exact=True).click()
    await expect(page.get_by_role("row").nth(1)).to_have_text("second")


async def test_it_works_without_scripts(visit: Visit) -> None:
    context = await visit.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = await context.new_page()
    await page.goto(f"{visit.server}/adql?query={quote(BRIGHT)}")
    await page.get_by_label("Format").select_option("json")
    await page.get_by_role("button", name="Run").click()
    content = json.loads(await page.locator("body").inner_text())
    assert len(content["data"]) == 40
    await context.close()


async def test_the_same_address_answers_machines(client: httpx.AsyncClient) -> None:
    asked = {"query": BRIGHT, "maxrec": "5"}
    table = await client.get("/adql", params=asked, follow_redirects=True)
    assert table.text.count("<TR>") == 5
    lines = await client.get("/adql", params={**asked, "format": "csv"}, follow_redirects=True)
    assert lines.text.splitlines()[0] == "Name,Vmag,LDD"
