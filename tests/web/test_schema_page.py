"""Tables and columns: all that are declared, with units, UCDs and codes; one may search."""

import httpx
import pytest
from playwright.async_api import expect
from visit import Visit

from schema.catalog import DECLARED

BROWSER = {"Accept": "text/html"}


async def test_every_column_is_there(client: httpx.AsyncClient) -> None:
    page = (await client.get("/schema", headers=BROWSER)).text
    for table in DECLARED.tables.values():
        assert f'id="{table.qualified}"' in page
        for column in table.columns:
            assert f"<code>{column.name}</code>" in page, column.name


async def test_a_search_finds_columns_by_all_its_words(client: httpx.AsyncClient) -> None:
    page = (await client.get("/schema", params={"q": "diameter mas"}, headers=BROWSER)).text
    assert "<code>LDD</code>" in page
    assert "<code>exp_id</code>" not in page
    assert "No column has all" in (await client.get("/schema", params={"q": "zzz"}, headers=BROWSER)).text


async def test_codes_are_told(client: httpx.AsyncClient) -> None:
    tables = (await client.get("/schema", headers={"Accept": "application/json"})).json()["data"]["tables"]
    columns = {f"{table['name']}.{column['name']}": column for table in tables for column in table["columns"]}
    bits = columns["jsdc.star.CalFlag"]
    assert bits["areBits"]
    assert bits["codes"][1] == {"value": "1", "name": "DOUBLE", "description": "It is double"}
    assert [code["value"] for code in columns["spica.followup.run_status"]["codes"]][:2] == ["planned", "scheduled"]
    assert columns["jsdc.star.LDD"]["codes"] == []


@pytest.mark.browser
async def test_an_address_opens_its_table(visit: Visit) -> None:
    page = await visit.go("/schema#jsdc.star")
    await expect(page.get_by_role("region", name="Columns of jsdc.star")).to_be_visible()
    await page.get_by_label("Name, description, unit or UCD").fill("seeing")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("status")).to_contain_text("columns")
    await expect(page.get_by_role("rowheader", name="exp_seeing").first).to_be_visible()
