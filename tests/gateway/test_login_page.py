"""`/login` in a browser where no provider takes browsers: a form, which leads on; and the corner that tells who has logged in."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from people import basic, knowing

from gateway.app import create_app
from gateway.commands.provider import Provider
from sample.federation import Federation

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}
SESSION = "jmmc-session"


@pytest_asyncio.fixture(scope="module")
async def gateway(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.ASGITransport]:
    spool = str(tmp_path_factory.mktemp("spool"))
    app = create_app(knowing(provider, federation, spool=spool, figures=False, oidc_client=""))
    async with app.router.lifespan_context(app):
        yield httpx.ASGITransport(app)


@pytest_asyncio.fixture
async def browser(gateway: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=gateway, base_url="http://127.0.0.1", headers=BROWSER) as made:
        yield made


async def test_a_form_leads_on_to_the_page(browser: httpx.AsyncClient, provider: Provider) -> None:
    page = await browser.get("/login", params={"next": "/spica/targets?mode=DIA"})
    assert (page.status_code, 'type="password"' in page.text) == (200, True)
    assert '<input type="hidden" name="next" value="/spica/targets?mode=DIA">' in page.text
    form = {"username": "pi-s05", "password": provider.passwords["pi-s05"], "next": "/spica/targets?mode=DIA"}
    entered = await browser.post("/login", data=form)
    assert (entered.status_code, entered.headers["location"]) == (303, "/spica/targets?mode=DIA")
    assert SESSION in entered.cookies
    assert "PI S05" in (await browser.get("/spica")).text
    again = await browser.get("/login")
    assert (again.status_code, again.headers["location"]) == (303, "/spica")
    left = await browser.post("/logout", data={"next": "/spica"})
    assert (left.status_code, left.headers["location"]) == (303, "/spica")
    assert '<a class="account" href="/login">' in (await browser.get("/spica")).text


async def test_a_wrong_password_is_told_in_the_form(browser: httpx.AsyncClient) -> None:
    """And not by a dialog of the browser's own, which Basic would open over it."""
    refused = await browser.post("/login", data={"username": "pi-s05", "password": "incorrect horse"})
    assert (refused.status_code, 'role="alert"' in refused.text) == (401, True)
    assert 'value="pi-s05"' in refused.text
    assert "incorrect horse" not in refused.text
    challenges = refused.headers.get_list("www-authenticate")
    assert [challenge.partition(" ")[0] for challenge in challenges] == ["ivoa_cookie"]


@pytest.mark.parametrize("page", ["//x.org/", "https://x.org", "docs"])
async def test_nobody_is_led_elsewhere(browser: httpx.AsyncClient, page: str) -> None:
    assert (await browser.get("/login", params={"next": page})).status_code == 400


async def test_a_page_of_another_origin_logs_nobody_in(browser: httpx.AsyncClient, provider: Provider) -> None:
    form = {"username": "pi-s05", "password": provider.passwords["pi-s05"]}
    elsewhere = await browser.post("/login", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, "set-cookie" in elsewhere.headers) == (403, False)


async def test_a_session_that_has_ended_is_told_on_the_page(browser: httpx.AsyncClient) -> None:
    browser.cookies.set(SESSION, "x" * 43)
    ended = await browser.get("/spica")
    assert ended.status_code == 401
    assert 'href="/login?next=/spica"' in ended.text
    assert not [one for one in ended.headers.get_list("www-authenticate") if one.startswith("Basic")]
    assert ended.headers["set-cookie"].startswith(f"{SESSION}=; "), "it is not asked again"


async def test_who_is_nobody_imports_nothing(browser: httpx.AsyncClient, provider: Provider) -> None:
    for login, status in ((None, 401), ("stranger", 403), ("pi-s05", 200), ("coi-s01", 200), ("admin", 200)):
        headers = basic(login, provider.passwords[login]) if login else {}
        assert (await browser.get("/spica/import", headers=headers)).status_code == status, login


async def test_where_nobody_logs_in_pages_say_nothing_of_it(client: httpx.AsyncClient) -> None:
    page = await client.get("/spica", headers=BROWSER)
    assert (page.status_code, "/login" in page.text) == (200, False)
    told = await client.get("/spica/import", headers=BROWSER)
    assert (told.status_code, "only reads SPICA-DB" in told.text) == (403, True)


@pytest.mark.parametrize("path", ["/spica/programs/S99", "/spica/targets/999999"])
async def test_what_is_not_there_is_a_page_too(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path, headers=BROWSER)
    assert (page.status_code, 'role="alert"' in page.text) == (404, True)
    assert (await client.get(path)).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_altitudes_are_every_so_many_minutes(client: httpx.AsyncClient) -> None:
    query = '{ spicaNight(date: "2026-12-01", first: 1) { grid(every: %d) { every } nodes { altitudes(every: %d) } } }'
    for minutes, wrong in (((0, 10), 0), ((10, 61), 61)):
        refused = (await client.post("/graphql", json={"query": query % minutes})).json()
        assert [error["message"] for error in refused["errors"]] == [
            f"every is {wrong}: from 1 to 60 minutes are wanted"
        ]
