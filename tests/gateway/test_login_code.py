"""A browser logs in at the provider: authorization code with PKCE, for the browser that began it and nobody else."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import pytest_asyncio
from people import knowing

from gateway.app import create_app
from gateway.commands.provider import CLIENT, Provider
from gateway.login.code_flow import begin, begun
from planning.errors import BadInput, Unauthenticated
from sample.federation import Federation

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "none"}
BACK = {"Sec-Fetch-Site": "cross-site"}
"""What a browser says of an address that the provider sends it to."""


@pytest_asyncio.fixture(scope="module")
async def gateway(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.ASGITransport]:
    spool = str(tmp_path_factory.mktemp("spool"))
    app = create_app(knowing(provider, federation, spool=spool, figures=False))
    async with app.router.lifespan_context(app):
        yield httpx.ASGITransport(app)


@pytest_asyncio.fixture
async def browser(gateway: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=gateway, base_url="http://127.0.0.1") as made:
        yield made


async def begun_at(browser: httpx.AsyncClient, **params: str) -> httpx.URL:
    answer = await browser.get("/login/provider", params=params, headers=BROWSER)
    assert answer.status_code == 303, answer.text
    return httpx.URL(answer.headers["location"])


async def answered(provider: Provider, place: httpx.URL, login: str, password: str = "") -> dict[str, str]:
    """What the provider sends a browser back with, once somebody has typed their password there."""
    async with httpx.AsyncClient() as client:
        assert "<form" in (await client.get(place)).text
        typed = {"username": login, "password": password or provider.passwords[login]}
        answer = await client.post(place, data=typed)
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://127.0.0.1/login/callback"
    return dict(parse_qsl(back.query))


async def ended(browser: httpx.AsyncClient, answer: Mapping[str, str]) -> httpx.Response:
    return await browser.get("/login/callback", params=dict(answer), headers=BACK)


async def test_a_browser_logs_in_and_has_a_session(browser: httpx.AsyncClient, provider: Provider) -> None:
    place = await begun_at(browser, next="/docs/")
    asked = dict(place.params)
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
    assert "openid" in asked["scope"].split()
    answer = await ended(browser, await answered(provider, place, "pi-s01"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs/")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    session, login = answer.headers.get_list("set-cookie")
    assert session.startswith("jmmc-session=")
    assert "HttpOnly; SameSite=Lax; Path=/" in session
    assert login.startswith("jmmc-login=;")
    assert "Max-Age=0" in login
    account = (await browser.get("/account")).json()
    assert (account["login"], account["by"], account["aliases"]) == ("pi-s01", "session", ["PI S01"])


async def test_groups_are_those_that_the_provider_tells(browser: httpx.AsyncClient, provider: Provider) -> None:
    place = await begun_at(browser)
    answer = await ended(browser, await answered(provider, place, "spica-qcs"))
    assert answer.headers["location"] == "/account"
    assert (await browser.get("/account")).json()["groups"] == ["spica"]


async def test_login_leads_browsers_there_and_programs_not(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/login", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/provider?next=%2Fspica")
    assert (await browser.get("/login")).status_code == 401, "as AuthVO has it, with challenges"


async def test_another_browser_is_not_logged_in_by_an_answer(
    browser: httpx.AsyncClient, gateway: httpx.ASGITransport, provider: Provider
) -> None:
    """Nor a victim as who attacks them, nor who attacks as their victim."""
    answer = await answered(provider, await begun_at(browser), "pi-s01")
    async with httpx.AsyncClient(transport=gateway, base_url="http://127.0.0.1") as other:
        nothing = await ended(other, answer)
        assert (nothing.status_code, "set-cookie" in nothing.headers) == (401, False)
        await begun_at(other)
        mine = await ended(other, answer)
        assert (mine.status_code, "set-cookie" in mine.headers) == (401, False)
        assert "no answer to the login that this browser began" in mine.text
    assert (await ended(browser, answer)).status_code == 303


async def test_an_answer_counts_once(browser: httpx.AsyncClient, provider: Provider) -> None:
    answer = await answered(provider, await begun_at(browser), "pi-s01")
    held = dict(browser.cookies)
    assert (await ended(browser, answer)).status_code == 303
    browser.cookies.clear()
    browser.cookies.update({"jmmc-login": held["jmmc-login"]})
    again = await ended(browser, answer)
    assert again.status_code == 401
    assert "does not take the code" in again.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"state": "other"}, "no answer to the login"), ({"state": ""}, "no answer to the login"),
        ({"iss": "https://other.example.org"}, "Another provider"), ({"code": "x" * 3000}, "logged nobody in"),
        ({"code": "", "error": "access_denied"}, "(access_denied)"), ({"code": "stolen"}, "does not take the code"),
    ],
)  # fmt: skip
async def test_other_answers_log_nobody_in(
    browser: httpx.AsyncClient, provider: Provider, wrong: dict[str, str], said: str
) -> None:
    answer = await answered(provider, await begun_at(browser), "pi-s01")
    refused = await ended(browser, answer | wrong)
    assert refused.status_code == 401
    assert said in refused.text
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    "wrong", [{"nonce": "other"}, {"nonce": None}, {"aud": "other"}, {"iss": "x"}, {"azp": "other"}, {"exp": 1}]
)
async def test_an_id_token_is_of_this_login_and_client(
    browser: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object]
) -> None:
    answer = await answered(provider, await begun_at(browser), "pi-s01")
    signed = Provider.token
    monkeypatch.setattr(
        Provider, "token", lambda self, login, header=None, **claims: signed(self, login, header, **(claims | wrong))
    )
    refused = await ended(browser, answer)
    assert refused.status_code == 401
    assert "ID token is not one to log in with" in refused.text


async def test_a_page_of_another_origin_begins_no_login(browser: httpx.AsyncClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://x.org"}):
        answer = await browser.get("/login/provider", headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("page", ["//x.org/", "https://x.org", "/\\x.org", "docs", "", "/a b", f"/{'x' * 600}"])
async def test_nobody_is_led_elsewhere(browser: httpx.AsyncClient, page: str) -> None:
    answer = await browser.get("/login/provider", params={"next": page}, headers=BROWSER)
    assert answer.status_code == 400
    assert "a page of this gateway is wanted" in answer.text
    with pytest.raises(BadInput):
        begin(page)


@pytest.mark.parametrize("cookie", ["", "a.b.c", "a.b.c.d.e", "a.b.c.\u00e9", "a.b.c.Ly94Lm9yZw"])
def test_a_cookie_that_is_none_begins_nothing(cookie: str) -> None:
    """The last one says `//x.org`."""
    with pytest.raises(Unauthenticated):
        begun(cookie)
    login = begin("/docs/?a=1")
    assert begun(login.text) == login
