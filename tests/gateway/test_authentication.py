"""Who asks is known before anything runs: at every door, in its own format, and to nobody else's harm."""

from collections.abc import AsyncIterator
from hashlib import sha256
from xml.etree import ElementTree as ET

import httpx
import orjson
import pytest
import pytest_asyncio
from people import basic, bearer, knowing
from refusal import Refusal
from starlette.applications import Starlette

from adapters.registry.security import PERSONAL
from gateway.app import create_app
from gateway.commands.provider import Provider
from gateway.login import issued, logins, passwords
from gateway.login.outgoing import unavailable
from gateway.routes import health
from hub.accounts import Accounts
from hub.rows import Hub, connect
from hub.writer import Writer
from planning.asker import NOBODY, Asker, asker
from sample.federation import Federation

OURS, NEIGHBOUR = "https://aspro.jmmc.fr", "https://other.jmmc.fr"
STAR = {"query": '{ star(name: "HD 48329") { name } }'}
CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "0.1"}
DOORS = {
    "/graphql": STAR,
    "/scs/jsdc.star": CONE,
    "/tap/sync": {"LANG": "ADQL", "QUERY": "SELECT TOP 1 Name FROM jsdc.star"},
    "/tap/capabilities": {},
    "/capabilities": {},
    "/tap/tables": {"detail": "min"},
    "/sia": {"POS": "CIRCLE 344.4127 -29.6222 0.1"},
    "/health": {},
    "/livez": {},
    "/docs/": {},
    "/nothing": {},
    "/": {},
}
CHALLENGES = [
    'ivoa_cookie standard_id="ivo://ivoa.net/sso#BasicAA", access_url="http://127.0.0.1/login"',
    'Basic realm="jmmc account"',
    'Bearer resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource"',
]


@pytest_asyncio.fixture(scope="module")
async def app_of_people(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Starlette]:
    spool = str(tmp_path_factory.mktemp("spool"))
    made = create_app(knowing(provider, federation, spool=spool, origins=OURS, admins="stranger", figures=False))
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture
async def known(app_of_people: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app_of_people)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


def challenges(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("www-authenticate")


@pytest.mark.parametrize("path", DOORS)
async def test_wrong_credentials_are_refused_at_every_door(
    known: httpx.AsyncClient, provider: Provider, path: str
) -> None:
    for wrong in (
        basic("pi-s01", "wrong"),
        bearer("none"),
        bearer("jmmc_none"),
        bearer(provider.token("pi-s01", aud="elsewhere")),
        {"Authorization": "Negotiate abc"},
        {"Authorization": "Basic ::"},
        {"Cookie": "a=b; jmmc-session=none"},
    ):
        answer = await known.get(path, params=DOORS[path], headers=wrong)
        assert answer.status_code == 401, (wrong, answer.text)
        assert challenges(answer) == CHALLENGES
        assert "x-vo-authenticated" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert Refusal(answer).messages[0]
        ended = answer.headers.get("set-cookie", "")
        assert ended.startswith("jmmc-session=; ") == ("Cookie" in wrong), "a browser forgets what has ended"


async def test_refusals_are_in_the_format_of_the_door(known: httpx.AsyncClient) -> None:
    wrong = bearer("none")
    kinds = {
        path: (await known.get(path, params=told, headers=wrong)).headers["content-type"].partition(";")[0]
        for path, told in DOORS.items()
    }
    votable, json = "application/x-votable+xml", "application/json"
    assert (kinds["/scs/jsdc.star"], kinds["/tap/sync"], kinds["/graphql"], kinds["/health"]) == (
        votable, votable, json, json,
    )  # fmt: skip
    csv = await known.get("/tap/sync", params=DOORS["/tap/sync"] | {"FORMAT": "csv"}, headers=wrong)
    assert csv.text.startswith("error,message\nUNAUTHENTICATED,")


@pytest.mark.parametrize("path", DOORS)
async def test_answers_to_nobody_are_as_without_logins(
    known: httpx.AsyncClient, client: httpx.AsyncClient, path: str
) -> None:
    headers = {"Host": "gateway", "Cookie": "theme=dark"}
    with_logins = await known.get(path, params=DOORS[path], headers=headers)
    without = await client.get(path, params=DOORS[path], headers=headers)
    assert with_logins.status_code == without.status_code
    told = {name: with_logins.headers.get(name) for name in ("cache-control", "vary", "etag", "content-type")}
    personal = ", Authorization, Cookie" if path in ("/sia", "/tap/tables") else ""
    assert told.pop("vary") == (f"{without.headers.get('vary', '')}{personal}, Origin".removeprefix(", ")), (
        "its origins are listed"
    )
    assert {name: bool(value) for name, value in told.items()} == {name: name in without.headers for name in told}
    assert told["cache-control"] == without.headers.get("cache-control")
    assert "x-vo-authenticated" not in with_logins.headers
    assert bool(challenges(with_logins)) == path.endswith("/capabilities")
    if path in ("/graphql", "/scs/jsdc.star", "/tap/tables"):
        assert with_logins.content == without.content


async def test_answers_to_somebody_are_theirs(known: httpx.AsyncClient, provider: Provider) -> None:
    for path, told in DOORS.items():
        answer = await known.get(path, params=told, headers=bearer(provider.token("pi-s01")))
        assert answer.headers["x-vo-authenticated"] == "pi-s01"
        assert "public" not in answer.headers["cache-control"]
        vary = {name.strip() for name in answer.headers["vary"].split(",")}
        assert {"Authorization", "Cookie"} <= vary
        assert bool(challenges(answer)) == path.endswith("/capabilities")


async def test_an_etag_is_one_person_s(known: httpx.AsyncClient, provider: Provider) -> None:
    people = [{}, bearer(provider.token("pi-s01")), bearer(provider.token("coi-s01"))]
    tags = [(await known.get("/graphql", params=STAR, headers=person)).headers["etag"] for person in people]
    assert len(set(tags)) == len(people)
    for person, own in zip(people, tags, strict=True):
        for tag in tags:
            again = await known.get("/graphql", params=STAR, headers=person | {"If-None-Match": tag})
            assert again.status_code == (304 if tag == own else 200)
            assert again.headers["cache-control"].startswith("private" if person else "public")


async def test_what_is_unchanged_asks_no_database(
    known: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked(*_: object) -> None:
        raise AssertionError

    for person in (bearer(provider.token("pi-s01")), await session(known, provider)):
        tag = (await known.get("/graphql", params=STAR, headers=person)).headers["etag"]
        with monkeypatch.context() as patch:
            for owner, name in ((Hub, "fetch"), (Writer, "fetch"), (Accounts, "of")):
                patch.setattr(owner, name, asked)
            again = await known.get("/graphql", params=STAR, headers=person | {"If-None-Match": tag})
        assert again.status_code == 304


async def test_the_work_is_done_for_who_asks(
    known: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Asker] = []
    monkeypatch.setattr(health, "_entries", lambda _state: iter([("asker", seen.append(asker()))]))
    for headers in (bearer(provider.token("coi-s01")), basic("Admin", provider.passwords["admin"]), {}):
        assert (await known.get("/health", headers=headers)).status_code == 200
    coi, admin, nobody = seen
    assert coi == Asker("coi-s01", frozenset({"COI S01"}), frozenset({("PI S01", "spica")}))
    assert (admin.login, admin.groups, admin.administers()) == ("admin", {"admin"}, True)
    assert nobody == NOBODY
    assert asker() is NOBODY


async def test_an_account_says_what_its_rights_go_by(known: httpx.AsyncClient, provider: Provider) -> None:
    told = (await known.get("/account", headers=bearer(provider.token("coi-s01")))).json()
    assert told == {
        "login": "coi-s01", "by": "access token", "writes": True, "aliases": ["COI S01"], "groups": [],
        "delegations": [{"pi": "PI S01", "catalog": "spica"}],
    }  # fmt: skip
    by_setting = (await known.get("/account", headers=basic("stranger", provider.passwords["stranger"]))).json()
    assert (by_setting["by"], by_setting["groups"], by_setting["aliases"]) == ("password", ["admin"], [])
    nobody = await known.get("/account")
    assert (nobody.status_code, challenges(nobody)) == (401, CHALLENGES)


SESSION = "jmmc-session"


async def session(known: httpx.AsyncClient, provider: Provider, login: str = "pi-s01") -> dict[str, str]:
    answer = await known.get("/login", headers=basic(login, provider.passwords[login]))
    assert answer.status_code == 200
    known.cookies.clear()
    return {"Cookie": f"theme=dark; {SESSION}={answer.cookies[SESSION]}"}


async def test_a_session(known: httpx.AsyncClient, provider: Provider) -> None:
    begun = await known.post("/login", headers=bearer(provider.token("admin")))
    assert begun.json()["login"] == "admin"
    cookie = begun.headers["set-cookie"]
    attributes, _, seconds = cookie.partition("; ")[2].rpartition("=")
    assert attributes == "HttpOnly; SameSite=Lax; Path=/; Max-Age"
    assert 3590 <= int(seconds) <= 3600, "as long as the token that it was begun by"
    assert begun.headers["cache-control"] == "no-store"
    secret = begun.cookies[SESSION]
    known.cookies.clear()
    by_cookie = {"Cookie": f"{SESSION}={secret}"}
    told = (await known.get("/account", headers=by_cookie)).json()
    assert (told["login"], told["by"], told["groups"]) == ("admin", "session", ["admin"])
    assert "set-cookie" not in (await known.get("/login", headers=by_cookie)).headers, "it lasts"
    ended = await known.post("/logout", headers=by_cookie)
    assert (ended.status_code, ended.headers["set-cookie"].startswith(f"{SESSION}=; ")) == (204, True)
    assert (await known.get("/account", headers=by_cookie)).status_code == 401
    assert (await known.get("/logout", headers=by_cookie)).status_code in (401, 405)
    assert (await known.get("/login")).status_code == 401


async def test_a_session_that_is_begun_by_a_password_lasts_for_half_a_day(
    known: httpx.AsyncClient, provider: Provider
) -> None:
    begun = await known.get("/login", headers=basic("admin", provider.passwords["admin"]))
    known.cookies.clear()
    assert begun.headers["set-cookie"].endswith("; Max-Age=43200")


async def test_a_session_ends_with_the_password_that_it_was_begun_by(
    known: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logins, "BELIEVED", 0.0)
    monkeypatch.setattr(issued, "BELIEVED", 0.0)
    monkeypatch.setattr(passwords, "BELIEVED", 0.0)
    own = {login: await session(known, provider, login) for login in ("spica-qcs", "stranger")}
    by_token = await known.post("/login", headers=bearer(provider.token("spica-qcs")))
    known.cookies.clear()
    for cookie in own.values():
        assert (await known.get("/account", headers=cookie)).status_code == 200
    monkeypatch.setitem(provider.passwords, "spica-qcs", "another by now")
    ended = await known.get("/account", headers=own["spica-qcs"])
    assert (ended.status_code, "has ended" in Refusal(ended).messages[0]) == (401, True)
    monkeypatch.undo()
    assert (await known.get("/account", headers=own["spica-qcs"])).status_code == 401, "it is gone"
    assert (await known.get("/account", headers=own["stranger"])).status_code == 200
    assert (await known.get("/account", headers={"Cookie": f"{SESSION}={by_token.cookies[SESSION]}"})).is_success
    known.cookies.clear()


async def test_a_session_is_as_it_was_while_nobody_verifies_passwords(
    known: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logins, "BELIEVED", 0.0)
    cookie = await session(known, provider, "admin")

    def silent(*_told: object) -> bytes:
        raise unavailable()

    monkeypatch.setattr(passwords, "fetched", silent)
    told = (await known.get("/account", headers=cookie)).json()
    assert (told["login"], told["groups"]) == ("admin", ["admin"])


async def test_over_tls_the_cookie_is_bound_to_the_host(app_of_people: Starlette, provider: Provider) -> None:
    transport = httpx.ASGITransport(app_of_people)
    for base in ("https://127.0.0.1", "http://gateway.jmmc.fr", "https://gateway.jmmc.fr"):
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            answer = await client.get("/login", headers=bearer(provider.token("pi-s01")))
            name, _, rest = answer.headers["set-cookie"].partition("=")
            assert (name, rest.endswith("; Secure")) == (f"__Host-{SESSION}", True)
            secret = rest.partition(";")[0]
            planted = await client.get("/account", headers={"Cookie": f"{SESSION}={secret}"})
            assert planted.status_code == 401, "a neighbour can set this one"
            own = await client.get("/account", headers={"Cookie": f"__Host-{SESSION}={secret}"})
            assert own.json()["login"] == "pi-s01"


async def test_a_form_logs_in_as_astroquery_sends_it(known: httpx.AsyncClient, provider: Provider) -> None:
    form = {"username": "pi-s01", "password": provider.passwords["pi-s01"]}
    begun = await known.post("/login", data=form)
    assert (begun.status_code, begun.json()["login"], SESSION in begun.cookies) == (200, "pi-s01", True)
    known.cookies.clear()
    assert (await known.post("/login", data=form | {"password": "wrong"})).status_code == 401
    assert (await known.post("/login", data=form | {"password": ""})).status_code == 401
    elsewhere = await known.post("/login", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, "set-cookie" in elsewhere.headers) == (403, False), "no page logs another in"


CROSS = {
    "cross-site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.test"},
    "a neighbour": {"Sec-Fetch-Site": "same-site", "Origin": NEIGHBOUR},
    "an older browser": {"Origin": NEIGHBOUR},
    "no origin": {"Origin": "null"},
}
OWN = {
    "our page": {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"},
    "typed in": {"Sec-Fetch-Site": "none"},
    "a listed page": {"Sec-Fetch-Site": "same-site", "Origin": OURS},
    "no browser": {},
}


@pytest.mark.parametrize("page", [*CROSS, *OWN])
async def test_what_a_browser_adds_by_itself_is_not_for_any_page(
    known: httpx.AsyncClient, provider: Provider, page: str
) -> None:
    allowed, headers = page in OWN, CROSS.get(page) or OWN.get(page) or {}
    for ambient in (await session(known, provider), basic("pi-s01", provider.passwords["pi-s01"])):
        asked = [
            await known.post("/graphql", json=STAR, headers=ambient | headers),
            await known.get("/graphql", params=STAR, headers=ambient | headers),
            await known.post("/tap/sync", data=DOORS["/tap/sync"], headers=ambient | headers),
        ]
        assert {answer.status_code for answer in asked} == {200 if allowed else 403}
        if not allowed:
            assert Refusal(asked[0]).codes == ["ORIGIN_REFUSED"]
        assert (await known.get("/tap/tables", headers=ambient | headers)).status_code == 200, "reading shows nothing"
        page_of_graphiql = await known.get("/graphql", headers=ambient | headers | {"Accept": "text/html"})
        assert page_of_graphiql.status_code == 200, "a link leads to it"
    explicit = bearer(provider.token("pi-s01"))
    assert (await known.post("/graphql", json=STAR, headers=explicit | headers)).status_code == 200
    assert (await known.post("/graphql", json=STAR, headers=headers)).status_code == 200, "nobody may"


async def test_a_page_that_is_listed_may_read_with_credentials(known: httpx.AsyncClient, provider: Provider) -> None:
    cookie = await session(known, provider)
    for origin, allowed in ((OURS, True), (NEIGHBOUR, False)):
        answer = await known.get("/account", headers=cookie | {"Origin": origin})
        assert (answer.headers.get("access-control-allow-credentials") == "true") == allowed
        assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert "Origin" in answer.headers["vary"]


async def test_api_tokens(known: httpx.AsyncClient, provider: Provider) -> None:
    me, other = bearer(provider.token("coi-s01")), bearer(provider.token("pi-s01"))
    made = await known.post("/account/tokens", data={"label": "my script", "days": "7", "scope": "read"}, headers=me)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    token = made.json()
    assert token["token"].startswith("jmmc_")
    assert (len(token["token"]), token["label"], token["scope"]) == (48, "my script", "read")
    by_token = bearer(token["token"])
    told = (await known.get("/account", headers=by_token)).json()
    assert (told["login"], told["by"], told["writes"], told["aliases"]) == ("coi-s01", "API token", False, ["COI S01"])
    listed = (await known.get("/account/tokens", headers=me)).json()
    assert [{**one, "token": token["token"]} for one in listed if one["id"] == token["id"]] == [token]
    assert token["id"] not in (await known.get("/account/tokens", headers=other)).text
    for refused in (
        await known.post("/account/tokens", data={"label": "another"}, headers=by_token),
        await known.get("/login", headers=by_token),
        await known.delete(f"/account/tokens/{token['id']}", headers=by_token),
    ):
        assert Refusal(refused).codes == ["FORBIDDEN"]
    assert (await known.delete(f"/account/tokens/{token['id']}", headers=other)).status_code == 404
    assert (await known.delete(f"/account/tokens/{token['id']}", headers=me)).status_code == 204
    assert (await known.get("/account", headers=by_token)).status_code == 401
    assert (await known.delete(f"/account/tokens/{token['id']}", headers=me)).status_code == 404
    assert (await known.get("/account/tokens")).status_code == 401


async def test_api_tokens_of_an_admin_are_so_by_the_setting_alone(known: httpx.AsyncClient, provider: Provider) -> None:
    for login, groups in (("admin", []), ("stranger", ["admin"])):
        me = bearer(provider.token(login))
        made = (await known.post("/account/tokens", data={"label": "x", "scope": "write"}, headers=me)).json()
        told = (await known.get("/account", headers=bearer(made["token"]))).json()
        assert (told["groups"], told["writes"]) == (groups, True)


WRONG = [
    {}, {"label": " "}, {"label": "x" * 101}, {"label": "x", "days": "0"}, {"label": "x", "days": "366"},
    {"label": "x", "days": "-1"}, {"label": "x", "days": "٣"}, {"label": "x", "scope": "admin"},
]  # fmt: skip


@pytest.mark.parametrize("form", WRONG, ids=str)
async def test_wrong_wishes_for_a_token_are_refused(
    known: httpx.AsyncClient, provider: Provider, form: dict[str, str]
) -> None:
    refused = await known.post("/account/tokens", data=form, headers=bearer(provider.token("pi-s01")))
    assert (refused.status_code, Refusal(refused).codes) == (400, ["BAD_INPUT"])
    assert "wanted" in refused.text


async def test_what_is_kept_of_a_token_is_its_digest(
    known: httpx.AsyncClient, provider: Provider, federation: Federation
) -> None:
    me = bearer(provider.token("pi-s01"))
    token = (await known.post("/account/tokens", data={"label": "kept"}, headers=me)).json()["token"]
    cookie = (await session(known, provider))["Cookie"].rpartition("=")[2]
    owner = await connect(federation.owner)
    try:
        rows = "\n".join(map(str, await owner.fetch("SELECT t::text FROM login.token AS t")))
        hidden = await owner.fetchval("SELECT has_table_privilege('gateway', 'login.token', 'SELECT')")
    finally:
        await owner.close()
    for secret in (token, cookie):
        assert sha256(secret.encode()).hexdigest() in rows
        assert secret not in rows
    assert not hidden, "the role that serves requests reads none"


async def test_whose_tokens_are_taken(known: httpx.AsyncClient, provider: Provider) -> None:
    told = (await known.get("/.well-known/oauth-protected-resource")).json()
    assert told == {
        "resource": "http://127.0.0.1",
        "authorization_servers": [provider.address],
        "bearer_methods_supported": ["header"],
    }


@pytest.mark.parametrize(
    "path", ["/capabilities", "/tap/capabilities", "/sia/capabilities", "/datalink/capabilities", "/oai/capabilities"]
)
async def test_capabilities_say_how_to_log_in(known: httpx.AsyncClient, client: httpx.AsyncClient, path: str) -> None:
    answer = await known.get(path)
    assert challenges(answer) == challenges(await known.head(path)) == CHALLENGES
    root = ET.fromstring(answer.content)  # noqa: S314 - ours
    personal = {
        interface
        for capability in root.iter("capability")
        for interface in capability.iter("interface")
        if capability.get("standardID", "").endswith(PERSONAL)
    }
    assert len(personal) == (3 if path in ("/capabilities", "/tap/capabilities") else 0)
    for interface in root.iter("interface"):
        methods = [method.get("standardID", "") for method in interface.findall("securityMethod")]
        anonymous = [] if interface in personal else [""]
        assert methods == [*anonymous, *(f"ivo://ivoa.net/sso#{name}" for name in ("BasicAA", "cookie", "OAuth"))]
        names = [child.tag for child in interface]
        assert names.index("securityMethod") == names.index("accessURL") + 1
    assert "securityMethod" not in (await client.get(path)).text, "where nobody can log in"


async def test_records_of_the_registry_say_so_too(known: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    params = {"verb": "ListRecords", "metadataPrefix": "ivo_vor"}
    answer = await known.get("/oai", params=params)
    interfaces = list(ET.fromstring(answer.content).iter("interface"))  # noqa: S314 - ours
    assert len(interfaces) > 20
    for interface in interfaces:
        methods = [method.get("standardID", "") for method in interface.findall("securityMethod")]
        assert methods == ["", *(f"ivo://ivoa.net/sso#{name}" for name in ("BasicAA", "cookie", "OAuth"))]
    assert "securityMethod" not in (await client.get("/oai", params=params)).text, "where nobody can log in"


async def test_where_nobody_logs_in_credentials_are_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params=STAR, headers=bearer("none") | {"Cookie": f"{SESSION}=x"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, no-cache")
    for path in ("/login", "/account", "/.well-known/oauth-protected-resource"):
        assert (await client.get(path)).status_code == 404
    assert "/login" not in (await client.get("/")).text


async def test_two_headers_are_one_too_many(known: httpx.AsyncClient, provider: Provider) -> None:
    given = bearer(provider.token("pi-s01"))["Authorization"]
    refused = await known.get("/account", headers=[("Authorization", given), ("Authorization", given)])
    assert (refused.status_code, "several" in refused.text) == (401, True)
    long = await known.get("/account", headers=bearer("x" * 9000))
    assert (long.status_code, "9007 characters" in long.text) == (401, True)
    assert orjson.loads(refused.content)["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_many_wrong_passwords_are_slowed_in_the_format_of_the_door(
    known: httpx.AsyncClient, provider: Provider
) -> None:
    for number in range(5):
        assert (await known.get("/livez", headers=basic("victim", f"wrong-{number}"))).status_code == 401
    slowed = await known.get("/scs/jsdc.star", params=CONE, headers=basic("victim", "another"))
    assert (slowed.status_code, int(slowed.headers["retry-after"]) >= 1) == (429, True)
    assert "try again in" in Refusal(slowed).messages[0]
    assert (await known.get("/livez", headers=basic("admin", provider.passwords["admin"]))).status_code == 200
    assert (await known.get("/livez")).status_code == 200
