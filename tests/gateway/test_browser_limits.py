"""What browsers are told: every answer is what it says it is, and every page loads what its policy allows and nothing else."""

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from gateway.page_policy import NOTHING
from gateway.routes import docs

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SPICA = "SPICA.SCIDET:20220114:104042_target_1"
PAGES = (
    "/graphql",
    "/graphiql",
    "/adql",
    "/statistics",
    "/schema",
    "/doubts",
    "/health",
    f"/detail/exposure/{SPICA}",
    "/tap/sync?QUERY=none&LANG=ADQL",
)
ANSWERS = (
    ("/", 200), ("/livez", 200), ("/graphql?query={__typename}", 200), ("/tap/capabilities", 200), ("/nowhere", 404),
    ("/tap/nowhere", 404), ("/scs/jsdc.star?RA=x", 400), ("/static/icon.svg", 200), ("/static/nowhere", 404),
)  # fmt: skip
KINDS = {"script": "script-src", "style": "style-src", "link": "style-src", "img": "img-src"}


class Loads(HTMLParser):
    """What a page has of scripts, styles and pictures: addresses by kind, and texts that stand in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.handlers: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.handlers += [name for name in told if name.startswith("on")]
        address = told.get("src") or (told.get("href") if told.get("rel") == "stylesheet" else None)
        if tag in KINDS and address:
            self.addresses.append((KINDS[tag], address))
        elif tag in ("script", "style"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts.append((KINDS[self._inside], data))


def policy(response: httpx.Response) -> dict[str, list[str]]:
    """The policy of a page: sources by directive, of which each stands there once."""
    told = [directive.split() for directive in response.headers["content-security-policy"].split(";")]
    assert len({name for name, *_ in told}) == len(told)
    return {name: sources for name, *sources in told}


async def check(client: httpx.AsyncClient, path: str) -> Loads:
    response = await client.get(path, headers=BROWSER)
    assert response.headers["content-type"].startswith("text/html"), path
    allowed, loads = policy(response), Loads(response.text)
    assert allowed["default-src"] == allowed["frame-ancestors"] == allowed["base-uri"] == ["'none'"]
    assert "'unsafe-inline'" not in allowed.get("script-src", [])
    assert loads.handlers == []
    for kind, address in loads.addresses:
        assert "'self'" in allowed[kind], address
        asked = response.url.join(address)
        assert asked.host == response.url.host, address
        loaded = await client.get(asked)
        assert loaded.status_code == 200, address
        wanted = {"script-src": "text/javascript", "style-src": "text/css", "img-src": "image/"}[kind]
        assert loaded.headers["content-type"].startswith(wanted), address
    for kind, text in loads.texts:
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert {"'unsafe-inline'", f"'sha256-{digest}'"} & set(allowed[kind]), text
    return loads


@pytest.mark.parametrize("path", PAGES)
async def test_pages_load_what_their_policy_allows(client: httpx.AsyncClient, path: str) -> None:
    await check(client, path)


async def test_the_page_of_graphql_loads_its_editor(client: httpx.AsyncClient) -> None:
    loads = await check(client, "/graphql")
    assert len([address for kind, address in loads.addresses if kind == "script-src"]) == 2


async def test_pages_of_the_documentation_load_what_their_policy_allows(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static/theme.js").write_text("")
    (tmp_path / "index.html").write_text('<style>a{}</style><script src="_static/theme.js"></script>')
    app = Starlette(routes=[docs.mount(tmp_path)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as made:
        assert len((await check(made, "/docs/")).addresses) == 1


@pytest.mark.parametrize(("path", "status"), ANSWERS)
async def test_every_answer_is_what_it_says(client: httpx.AsyncClient, path: str, status: int) -> None:
    response = await client.get(path)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["content-security-policy"] == NOTHING
