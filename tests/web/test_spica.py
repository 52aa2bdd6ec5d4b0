"""The survey to work in: as nobody, as a principal investigator and as an administrator; two tabs; a source that is down."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import judge
import numpy as np
import pytest
import pytest_asyncio
from filled import federated, filled
from people import basic, knowing
from playwright.async_api import Browser, Page, expect
from serving import Server
from visit import Visit, visiting

from gateway.commands.provider import Provider
from hub.rows import connect
from localpg.binaries import find_binaries
from sample.federation import Federation
from sky.chara import CHARA

pytestmark = pytest.mark.browser
MINE, RUN, SHARED = "/spica/targets/36", "/spica/targets/22", "/spica/targets/8"
NIGHT = "/spica/night?date=2026-12-01&pops=451215"
POINT = re.compile(r"[ML]([\d.]+) ([\d.]+)")
TARGETS = 50
AS: TypeAlias = Callable[..., AbstractAsyncContextManager[Visit]]


@pytest.fixture(scope="module")
def written(originals: Path) -> Iterator[Federation]:
    """Databases of our own: what is written here is nobody else's."""
    with filled(find_binaries(), originals) as cluster:
        yield federated(cluster)


@pytest.fixture(scope="module")
def survey(written: Federation, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Server(knowing(provider, written, spool=str(tmp_path_factory.mktemp("spool")))) as url:
        yield url


@pytest.fixture
def read_as(browser: Browser, survey: str, provider: Provider) -> AS:
    """A reader who has logged in; "" for nobody."""

    @asynccontextmanager
    async def reading(login: str = "", **options: Any) -> AsyncIterator[Visit]:
        async with visiting(browser, survey, **options) as visit:
            if login:
                by_password = basic(login, provider.passwords[login])
                assert (await visit.page.context.request.post(f"{survey}/login", headers=by_password)).ok
            yield visit

    return reading


@pytest_asyncio.fixture
async def admin(survey: str, provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    headers = basic("admin", provider.passwords["admin"])
    async with httpx.AsyncClient(base_url=survey, headers=headers) as client:
        yield client


@pytest_asyncio.fixture
async def machine(survey: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=survey, follow_redirects=True, timeout=60) as client:
        yield client


async def asked(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def set_status(admin: httpx.AsyncClient, start: str, status: str) -> None:
    mutation = "mutation S($input: SetRunStatusInput!) { setRunStatus(input: $input) { userErrors { message } } }"
    done = await asked(admin, mutation, input={"tplStart": start, "runStatus": status})
    assert done["setRunStatus"]["userErrors"] == []


async def saved(page: Page, form: str) -> None:
    await expect(page.get_by_role("form", name=form, exact=True).get_by_text("Saved.")).to_be_visible()


async def test_nobody_reads_all_and_writes_nothing(read_as: AS) -> None:
    async with read_as() as visit:
        page = await visit.go("/spica")
        await expect(page.get_by_role("link", name="S05", exact=True)).to_be_visible()
        assert await visit.violations() == []
        await page.goto(visit.server + MINE)
        await expect(page.get_by_text("log in to change it")).to_be_visible()
        assert await page.locator("form.fields :is(input, select, textarea)").count() == 0
        visit.expected.append("401")
        refused = await page.goto(f"{visit.server}/spica/import")
        assert refused
        assert refused.status == 401
        assert not (refused.headers.get("www-authenticate") or "").startswith("Basic"), "no dialog of the browser's own"
        assert await visit.violations() == []
        into = page.locator("main").get_by_role("link", name="Log in")
        assert await into.get_attribute("href") == "/login?next=/spica/import"


async def test_a_browser_logs_in_where_it_is_and_out_again(read_as: AS, provider: Provider) -> None:
    async with read_as() as visit:
        visit.expected += ["asks a foreign host", "favicon"]
        page = await visit.go("/spica/targets?programme=S05")
        await page.locator("header").get_by_role("link", name="Log in").click()
        await page.fill("[name=username]", "pi-s05")
        await page.fill("[name=password]", provider.passwords["pi-s05"])
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url("**/spica/targets?programme=S05")
        kept = await page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]")
        assert kept == [0, 0, ""], "no script has a token"
        await page.get_by_text("PI S05", exact=True).first.click()
        await expect(page.get_by_text("Logged in as pi-s05")).to_be_visible()
        assert await visit.violations() == []
        await page.get_by_role("button", name="Log out").click()
        await expect(page.locator("header").get_by_role("link", name="Log in")).to_be_visible()
        assert page.url.endswith("/spica/targets?programme=S05")


async def test_who_may_not_is_told_so(read_as: AS) -> None:
    async with read_as("stranger") as visit:
        visit.expected.append("403")
        page = await visit.go("/spica/import")
        await expect(page.get_by_role("alert")).to_contain_text("principal investigators")
        await expect(page.get_by_text("You have logged in as stranger.")).to_be_visible()
        assert await visit.violations() == []


async def test_an_investigator_edits_in_place_and_is_told_what_is_wrong(read_as: AS) -> None:
    async with read_as("pi-s05") as visit:
        page = await visit.go(MINE)
        await page.get_by_label("Right ascension (ICRS)").fill("400")
        await page.get_by_label("V", exact=True).fill("abc")
        await page.get_by_role("button", name="Save 2 changes").click()
        fault = page.get_by_text("a number from 0 to 360 is wanted")
        await expect(fault).to_be_visible()
        await expect(page.get_by_label("Right ascension (ICRS)")).to_be_focused()
        await expect(page.get_by_text("a number is wanted")).to_be_visible()
        await page.get_by_label("V", exact=True).fill("5,25")
        field = page.get_by_label("Right ascension (ICRS)")
        assert await field.get_attribute("aria-describedby") == await fault.get_attribute("id")
        assert await visit.violations() == []
        await visit.picture("spica-target-edited")
        await field.fill("12.5")
        await page.get_by_role("button", name="Save 2 changes").click()
        await saved(page, "What it is")
        await expect(page.get_by_role("button", name="Save", exact=True).first).to_be_focused()
        row = page.get_by_role("row").filter(has_text="vmag").first
        await expect(row).to_contain_text("5.25")
        await expect(row).to_contain_text("PI S05")
        await page.get_by_label("A line more").fill("seeing was poor")
        await page.get_by_role("button", name="Add a line to the remarks").click()
        await expect(page.get_by_label("Remarks of the principal investigator")).to_have_value("seeing was poor")
        assert await page.get_by_role("textbox", name="Completion").count() == 0, "that is the quality control's"
        await page.get_by_label("At the beginning of (UTC)").fill("2026-01-01")
        await page.get_by_role("button", name="Show", exact=True).last.click()
        await page.wait_for_url("**?at=2026-01-01")
        then = page.get_by_role("region", name="As it was")
        await expect(then.get_by_role("row").filter(has_text="Right ascension (ICRS)")).to_contain_text("12.5")
        await page.go_back()
        await expect(then.get_by_role("table")).to_have_count(0)


async def test_of_two_tabs_the_second_sees_both_states_and_chooses(read_as: AS) -> None:
    async with read_as("pi-s05") as visit:
        first = await visit.go(SHARED)
        second = await visit.page.context.new_page()
        await second.goto(visit.server + SHARED)
        await first.get_by_label("Spectral type").fill("M6V")
        await first.get_by_role("button", name="Save 1 change").click()
        await saved(first, "What it is")
        await second.get_by_label("Spectral type").fill("M4V")
        await second.get_by_label("K", exact=True).fill("0.9")
        await second.get_by_role("button", name="Save 2 changes").click()
        told = second.get_by_role("alertdialog")
        await expect(told).to_contain_text("Somebody else has changed it")
        await expect(told).to_be_focused()
        await expect(told.get_by_role("button")).to_be_in_viewport()
        choices = told.get_by_role("row").filter(has_text="Spectral type").get_by_role("radio")
        assert [await choice.is_checked() for choice in await choices.all()] == [True, False]
        await expect(told.get_by_role("row").filter(has_text="Spectral type")).to_contain_text("M6V")
        visit.page = second
        assert await visit.violations() == []
        await visit.picture("spica-target-conflict")
        await choices.nth(1).check()
        await told.get_by_role("button", name="Save what I chose").click()
        await saved(second, "What it is")
        await expect(second.get_by_role("button", name="Save", exact=True).first).to_be_focused()
        await expect(second.get_by_label("Spectral type")).to_have_value("M6V")
        await expect(second.get_by_label("K", exact=True)).to_have_value("0.9")
        await first.reload()
        await expect(first.get_by_label("K", exact=True)).to_have_value("0.9")


async def test_what_got_no_answer_is_saved_once(read_as: AS, admin: httpx.AsyncClient) -> None:
    query = """{ spicaTarget(id: "2") { spt version history(where: { columnName: { eq: "spt" } }) { totalCount } } }"""
    before = (await asked(admin, query))["spicaTarget"]
    async with read_as("pi-s05") as visit:
        visit.expected.append("Failed to load resource")
        page = await visit.go("/spica/targets/2")
        await page.get_by_label("Spectral type").fill("K7V")
        lost: list[bytes] = []

        async def lose(route: Any) -> None:
            """The gateway does it, and its answer gets lost."""
            lost.append(route.request.post_data_buffer)
            await route.fetch()
            await route.abort()

        await page.route("**/graphql", lose, times=1)
        await page.get_by_role("button", name="Save 1 change").click()
        await expect(page.get_by_text("what you have typed is still here")).to_be_visible()
        await page.get_by_role("button", name="Save 1 change").click()
        await saved(page, "What it is")
        once = before["history"]["totalCount"] + 1
        wanted = {"spt": "K7V", "version": before["version"] + 1, "history": {"totalCount": once}}
        assert (await asked(admin, query))["spicaTarget"] == wanted
        assert len(lost) == 1


async def test_an_administrator_judges_runs(read_as: AS, admin: httpx.AsyncClient) -> None:
    query = """{ spicaRuns(first: 1, where: { runStatus: { eq: "reduced" } }) { nodes { tplStart target { spicadbId completionRate } } } }"""
    run = (await asked(admin, query))["spicaRuns"]["nodes"][0]
    async with read_as("admin") as visit:
        page = await visit.go(f"/spica/targets/{run['target']['spicadbId']}")
        await (
            page.get_by_role("article")
            .filter(has_text=run["tplStart"][:10])
            .get_by_role("button", name="Change")
            .click()
        )
        form = page.get_by_role("form", name="Validate it: it counts for the target")
        await form.get_by_label("Quality").select_option(label="5 · outstanding")
        assert await visit.violations() == []
        await form.get_by_role("button").click()
        await expect(page.get_by_text("quality 5: outstanding").first).to_be_visible()
    again = f'{{ spicaTarget(id: "{run["target"]["spicadbId"]}") {{ completionRate }} }}'
    assert (await asked(admin, again))["spicaTarget"]["completionRate"] > run["target"]["completionRate"]


async def test_filters_are_in_the_address_for_people_and_machines(read_as: AS, machine: httpx.AsyncClient) -> None:
    async with read_as() as visit:
        page = await visit.go("/spica/targets")
        every = await page.get_by_role("status").inner_text()
        await page.get_by_label("Programme").select_option("S04")
        await page.get_by_label("V from").fill("6")
        await page.get_by_role("button", name="Show", exact=True).last.click()
        await page.wait_for_url("**programme=S04**")
        rows = await page.locator("tbody tr").count()
        await page.go_back()
        await expect(page.get_by_role("status")).to_have_text(every)
        await page.go_forward()
        await expect(page.locator("tbody tr")).to_have_count(rows)
        assert await visit.violations() == []
        csv = await machine.get(page.url + "&format=csv")
        assert csv.headers["content-type"].startswith("text/csv")
        assert len(csv.text.splitlines()) == rows + 1
        visit.expected.append("400")
        await visit.go("/spica/targets?vmin=bright")
        await expect(page.get_by_role("alert")).to_have_text("vmin is 'bright': a number is wanted")
        assert (await machine.get("/spica/targets?vmin=bright")).status_code == 400
    near = await machine.get("/spica/targets", params={"near": "03:48:47.5 -07:00:54", "radius": "0.1"})
    assert [one["spicadbId"] for one in near.json()["data"]["spicaTargets"]["nodes"]] == [8]


async def test_altitudes_are_those_of_astropy(read_as: AS) -> None:
    judge.prepare()
    async with read_as(locale="en") as visit:
        page = await visit.go(f"{NIGHT}&observable=false&show=all")
        plot = page.locator("svg.plot")
        await expect(plot).to_be_visible()
        rows = await page.evaluate(
            """async () => (await (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ query: '{ spicaNight(date: "2026-12-01", first: 200) { nodes { spicadbId ra dec } } }' }) })).json()).data.spicaNight.nodes"""
        )
        start, end = [float(str(await plot.get_attribute(f"data-{name}"))) for name in ("start", "end")]
        frame = [float(str(await plot.locator(".frame").get_attribute(name))) for name in ("x", "y", "width", "height")]
        paths = await plot.locator("g[data-target]").evaluate_all(
            "all => all.map(one => [Number(one.dataset.target), one.querySelector('.faint').getAttribute('d')])"
        )
    places = {row["spicadbId"]: (row["ra"], row["dec"]) for row in rows}
    risen = [(number, path) for number, path in paths if path]
    assert len(risen) >= TARGETS
    chosen, instants = risen[:TARGETS], np.arange(start, end + 1, 600_000) / 86_400_000 + 40_587
    ra, dec = np.array([places[number] for number, _ in chosen]).T
    still = np.zeros(TARGETS)
    stars = judge.stars(ra, dec, still, still, 0.0)[:, None]
    right = stars.transform_to(judge.frame(CHARA, instants[None, :])).alt.deg
    for (number, path), expected in zip(chosen, right, strict=True):
        points = np.array(POINT.findall(path), float)
        place = np.rint((points[:, 0] - frame[0]) / frame[2] * (len(instants) - 1)).astype(int)
        plotted = 90 * (1 - (points[:, 1] - frame[1]) / frame[3])
        assert np.abs(plotted - expected[place]).max() < 90 * 1e-3, number
        assert (expected > 0).sum() == pytest.approx(len(points), abs=1)


async def test_a_night_is_in_the_address(read_as: AS, machine: httpx.AsyncClient) -> None:
    async with read_as(locale="en") as visit:
        page = await visit.go(NIGHT)
        shown = page.locator("tbody tr")
        await expect(shown.first).to_be_visible()
        every = await shown.count()
        await page.get_by_label("DIA").check()
        await page.wait_for_url("**modes=DIA**")
        await expect(page.get_by_text(re.compile("targets can be observed"))).not_to_have_text(
            f"{every} targets can be observed"
        )
        few = await shown.count()
        assert 0 < few < every
        table = await machine.get(str(await page.get_by_role("link", name="VOTable").get_attribute("href")))
        assert table.text.count("<TD>Science</TD>") == few
        await page.get_by_label(re.compile("^Plot ")).first.uncheck()
        await page.wait_for_url("**show=**")
        await page.go_back()
        await page.go_back()
        await expect(shown).to_have_count(every)
        assert await visit.violations() == []
        await page.get_by_label("PoPs").fill("9")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("pops is '9'")


async def test_a_table_is_tried_and_then_imported(read_as: AS) -> None:
    async with read_as("pi-s05", locale="en") as visit:
        page = await visit.go("/spica/import")
        table = "target_main_id,ra,dec,spt,vmag,spica_mode\n{}\nHD 38,1.42085,45.81207,K6V,8.3,DIA"
        await page.get_by_label("or its text").fill(table.format("Nova,100.5,95.0,A0V,3.2,DIA"))
        await page.get_by_label("Programme of all lines").select_option("S05")
        await page.get_by_label("Principal investigator of all lines").fill("PI S05")
        await page.get_by_role("button", name="See what would change").click()
        await expect(page.get_by_role("button", name="1 refused")).to_be_visible()
        await expect(page.get_by_role("button", name="Import 2 lines")).to_be_disabled()
        await expect(page.get_by_text("Programmes that are yours: S05")).to_be_visible()
        assert await visit.violations() == []
        await visit.picture("spica-import")
        await page.get_by_label("or its text").fill(table.format("Nova,100.5,35.0,A0V,3.2,DIA"))
        await page.get_by_role("button", name="See what would change").click()
        await expect(page.get_by_role("row").filter(has_text="HD 38")).to_contain_text("8.3")
        await page.get_by_role("button", name="Import 2 lines").click()
        await expect(page.get_by_text("Imported.")).to_be_visible()
        await page.get_by_role("link", name="Nova").click()
        await expect(page.get_by_role("heading", name="Nova")).to_be_visible()


async def test_a_programme_is_followed_as_it_happens(read_as: AS, admin: httpx.AsyncClient) -> None:
    async with read_as("pi-s05", locale="en") as visit:
        page = await visit.go("/spica/programs/S05?status=planned")
        await expect(page.get_by_text("Changes are shown as they are made.")).to_be_visible()
        row = page.locator("tr[data-run]").first
        start = str(await row.get_attribute("data-run"))
        await set_status(admin, start, "scheduled")
        await expect(row.locator(".status")).to_have_text("scheduled")
        await expect(page.locator(".feed li")).to_contain_text(["planned → scheduled"])
        await page.wait_for_url("**run_after=**")
        assert await visit.violations() == []
        await visit.picture("spica-program")
        here = page.url
        await page.goto("about:blank")
        await set_status(admin, start, "planned")
        await page.goto(here)
        await expect(page.locator(".feed li")).to_contain_text(["scheduled → planned"])


async def test_what_a_source_cannot_say_is_missed_and_the_rest_is_shown(
    read_as: AS, written: Federation, survey: str
) -> None:
    connection = await connect(written.sources["spica"])
    async with read_as(locale="en") as visit:
        page = await visit.go(MINE)
        await connection.execute("REVOKE SELECT ON public.spica_followup FROM gateway_reader")
        try:
            await page.reload()
            await expect(page.get_by_text(re.compile("SPICA-DB answers, but a table"))).to_be_visible()
            await expect(page.get_by_text("SPICADB-ID 36")).to_be_visible()
            await page.goto(f"{survey}/spica")
            await expect(page.get_by_text(re.compile("SPICA-DB answers, but a table"))).to_be_visible()
            await expect(page.get_by_role("link", name="S05", exact=True)).to_be_visible()
        finally:
            await connection.execute("GRANT SELECT ON public.spica_followup TO gateway_reader")
            await connection.close()


def test_tonight_is_that_of_the_observatory(survey: str) -> None:
    page = httpx.get(f"{survey}/spica/night", headers={"Accept": "text/html"}).text
    found = re.search(r"&#34;evening&#34;:&#34;([\d-]+)&#34;", page)
    assert found
    assert 0 <= (datetime.now(UTC).date() - datetime.fromisoformat(found[1]).date()).days <= 1
    elsewhere = httpx.get(f"{survey}/spica/night?date=2026-12-01")
    assert (elsewhere.status_code, elsewhere.headers["location"]) == (303, "/night?date=2026-12-01")
