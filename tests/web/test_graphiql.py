"""GraphiQL: examples in tabs, links that others open, the explorer, subscriptions; all under a strict policy."""

import json
import re
from urllib.parse import urlencode

import httpx
import pytest
from graphql import build_schema, parse, validate
from playwright.async_api import Page, expect
from visit import ROOT, Visit

pytestmark = pytest.mark.browser
RUN = ".graphiql-execute-button"
ANSWER = ".result-window"


async def run(page: Page) -> None:
    """Execute once the editor, which is read late, is there."""
    await page.locator(".graphiql-query-editor .CodeMirror").wait_for()
    await page.locator(RUN).click()


async def test_an_example_is_run_and_is_in_the_address(visit: Visit) -> None:
    page = await visit.go("/graphql")
    await run(page)
    await expect(page.locator(ANSWER)).to_contain_text('"spTypeSimbad"')
    await page.get_by_role("button", name="Instruments", exact=True).click()
    await page.wait_for_url("**/graphiql?query=**Instruments**")
    await page.wait_for_timeout(300)  # after which GraphiQL has read which operations the tab has
    await run(page)
    await expect(page.locator(ANSWER)).to_contain_text('"instrumentName": "SPICA"')


async def test_a_link_opens_what_it_was_made_of(visit: Visit) -> None:
    asked = {"query": "query One($n: String!) { star(name: $n) { name } }", "variables": json.dumps({"n": "Fomalhaut"})}
    page = await visit.go(f"/graphiql?{urlencode(asked)}")
    await run(page)
    await expect(page.locator(ANSWER)).to_contain_text('"HD 216956"')


async def test_the_explorer_shows_the_fields(visit: Visit) -> None:
    asked = urlencode({"query": '{ star(name: "Vega") { name } }'})
    page = await visit.go(f"/graphiql?{asked}")
    await page.get_by_label("Show GraphiQL Explorer").click()
    await expect(page.locator(".docExplorerWrap")).to_contain_text("calibrators")
    assert await visit.violations() == []


async def test_a_subscription_is_heard_until_it_is_stopped(visit: Visit) -> None:
    query = 'subscription { sourceVersionChanged(sources: ["oidb"]) { source } }'
    page = await visit.go(f"/graphiql?{urlencode({'query': query})}")
    async with page.expect_request(
        lambda request: "subscription" in request.url and "/graphql?" in request.url
    ) as heard:
        await run(page)
    assert (await heard.value).headers["accept"] == "text/event-stream"
    await page.get_by_label("Stop query").click()
    await expect(page.get_by_label("Execute query")).to_be_visible()


async def test_graphql_itself_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "{ __typename }"}, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_every_example_is_answered(client: httpx.AsyncClient) -> None:
    written = (ROOT / "web" / "src" / "graphiql" / "examples.ts").read_text()
    examples = re.findall(r"query: `(.+?)`,\n(?: +variables: '(.+?)',)?", written, re.DOTALL)
    assert len(examples) == written.count("query: `") > 1
    for query, variables in examples:
        if "\nsubscription" in query:
            assert validate(build_schema((ROOT / "schema" / "schema.graphql").read_text()), parse(query)) == []
            continue
        asked = {"query": query, "variables": json.loads(variables or "{}")}
        answer = (await client.post("/graphql", json=asked)).json()
        assert "errors" not in answer, query
        assert all(answer["data"].values()), query
        if "calibrators" in query:
            rows = answer["data"]["star"]["calibrators"]["nodes"]
            assert rows[0]["separation"] > 0
