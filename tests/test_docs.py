"""The pages of docs/: what they show is what happens, and nothing that there is is left out (as datasette's tests/test_docs.py)."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import httpx
import pytest
from graphql import build_schema, parse, validate
from pages import GATEWAY, HOST, PAGES, ROOT, Block, blocks, prose, run
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

import gateway.app
from adapters.votable.formats import FORMATS
from adql.checked.functions import FUNCTIONS
from bench import figures
from bench.runs import load_runs
from gateway.__main__ import _parser
from gateway.routes import docs
from gateway.settings import PREFIX, Settings
from localpg.cluster import Cluster
from planning import errors
from sample.federation import Federation, dsn
from schema.catalog import DECLARED, SOURCES
from schema.foreign import READER
from schema.oidb_search import FILTERS

DOCS = ROOT / "docs"
ASTRONOMERS = DOCS / "astronomers"
TEXT = {page: page.read_text() for page in PAGES}
DOORS = "".join(text for page, text in TEXT.items() if page.parent == DOCS / "doors")
MEASURED = re.compile(
    r"\d[\d  .,–]*\s?(?:ms|µs|s|MB|GB|×|%)(?![\w″/])"
    r"|(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)) times (?:as|the|faster|slower|less|more|cheaper)\b"
    r"|\b(?:half|third|quarter|\w+th) of (?:the|its|their) (?:time|memory|cost|CPU)\b"
)
MARKED = re.compile(r"<!-- (figure|coverage)\b[^>]*-->.*?<!-- /\1 -->", re.DOTALL)
UNMEASURED = re.compile(r"\d[\d ]* (?:rows|sources) × \d+ (?:columns|fields)|100 rows × JSDC")
"""How much was asked for: not what it took."""


def named(languages: tuple[str, ...]) -> list[object]:
    """Blocks that are run one by one: those of pages that are notebooks are cells, which tests/test_notebooks.py runs."""
    return [pytest.param(block, id=block.name) for block in blocks(*languages) if block.page.parent != ASTRONOMERS]


@pytest.fixture(scope="module")
def environment(cluster: Cluster, federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    sources = {f"{PREFIX}{name.upper()}": dsn(cluster, name, READER) for name in SOURCES}
    hub = {"GATEWAY_HUB": federation.hub, "GATEWAY_HUB_WRITER": federation.writer, "GATEWAY_HUB_JOBS": federation.jobs}
    return dict(os.environ) | sources | hub | {"GATEWAY_SPOOL": str(tmp_path_factory.mktemp("spool"))}


@pytest.mark.parametrize("block", named(("sh",)))
def test_commands(block: Block, server: str, tmp_path: Path, environment: dict[str, str]) -> None:
    run(block, server, tmp_path, environment)


@pytest.mark.parametrize("block", named(("python",)))
def test_snippets(block: Block, server: str) -> None:
    snippet = block.text.replace(HOST, server)
    done = subprocess.run([sys.executable, "-c", snippet], capture_output=True, text=True, check=True, timeout=60)
    assert "HD 48329" in done.stdout


@pytest.mark.parametrize("block", named(("graphql",)))
def test_documents(block: Block, server: str) -> None:
    body = json.dumps({"query": block.text}).encode()
    with urlopen(Request(f"{server}/graphql", body, {"Content-Type": "application/json"}), timeout=30) as response:  # noqa: S310
        assert "errors" not in json.loads(response.read())


@pytest.mark.parametrize("block", named(("tsx",)))
def test_documents_of_components(block: Block, server: str) -> None:
    """What a component asks, with a text for each of its variables; it is drawn by no test."""
    documents = re.findall(r"gql`(.*?)`", block.text, re.DOTALL)
    assert documents
    for document in documents:
        variables = dict.fromkeys(re.findall(r"\$(\w+): String", document), "HD 48329")
        body = json.dumps({"query": document, "variables": variables}).encode()
        with urlopen(Request(f"{server}/graphql", body, {"Content-Type": "application/json"}), timeout=30) as response:  # noqa: S310
            assert '"HD 48329"' in json.dumps(json.loads(response.read())["data"])


@pytest.mark.parametrize("block", named(("console",)))
def test_what_no_test_runs_is_there(block: Block) -> None:
    """Commands that install, serve or run containers: their targets, options and files exist."""
    for line in block.text.splitlines():
        program, *arguments = shlex.split(line)
        if program == "make":
            assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line
        elif program == GATEWAY:
            assert _parser().parse_args(arguments), line
        else:
            assert line.startswith(("pip install '.[", "docker compose up")) or (ROOT / program).exists(), line


def test_all_blocks_are_of_a_kind_that_is_run() -> None:
    known = {"sh", "python", "graphql", "json", "console", "tsx", "js", "{toctree}", "sql", "text", "py"}
    assert {block.language for block in blocks()} <= known
    assert {block.page.name for block in blocks("js")} == {"front-ends.md"}, (
        "which tests/clients/test_node_recipes.py runs"
    )
    assert {block.page.name for block in blocks("py")} == {"hats.md"}, "which bench/peers/lsdb_client.py does"
    asked = {block.page.name for block in blocks("sql", "text")}
    assert asked == {"cookbook.md", "topcat.md"}, "which tests/test_cookbook.py asks"
    assert {block.language for block in blocks() if block.page.parent == ASTRONOMERS} <= {
        "python",
        "sql",
        "text",
        "{toctree}",
    }
    assert not [
        page for page in PAGES if re.search(r"^    (curl|make|jmmc-gateway|python)\b", TEXT[page], re.MULTILINE)
    ]


def routes(listed: list[BaseRoute]) -> set[str]:
    return {getattr(route, "path", "") for route in listed}


def test_every_address_is_said() -> None:
    account = "https://apps.jmmc.fr/account/manage.php"
    opened = Settings(
        "postgresql://gateway@localhost/hub", account_service=account, oifits_url="https://oidb.jmmc.fr/oifits"
    )
    paths = routes(gateway.app.create_app(opened).routes)
    spelled = {re.sub(r"^/tap/(async|table-update)/\{job\}", "", path).replace(":path}", "}") for path in paths}
    assert not [path for path in spelled if f"`{path}`" not in DOORS and path]


def test_every_setting_is_said() -> None:
    page = TEXT[DOCS / "settings.md"]
    names = {f"{PREFIX}{name.upper()}" for name in (*Settings.__dataclass_fields__, *SOURCES)} - {f"{PREFIX}SOURCES"}
    assert names <= set(re.findall(r"`(GATEWAY_\w+)`", page))
    assert not re.findall(r"^\|[^|]*\|[^|]*\|\s*\|$", page, re.MULTILINE), "a setting has no meaning"
    operated = {name for source in SOURCES for name in (source.upper(), f"{source.upper()}_OWNER")} | {"HUB_OWNER"}
    assert {f"{PREFIX}{name}" for name in operated} <= set(re.findall(r"`(GATEWAY_\w+)`", TEXT[DOCS / "operating.md"]))


def test_every_setting_that_a_page_names_exists() -> None:
    known = {*Settings.__dataclass_fields__, *SOURCES, *(f"{name}_owner" for name in SOURCES)}
    known |= {"hub_owner", "pg", "pg_bindir", "password"}
    named = {name.lower() for text in TEXT.values() for name in re.findall(r"\bGATEWAY_([A-Z_]+)\b", text)}
    assert named <= known


def test_every_table_is_said() -> None:
    headings = set(re.findall(r"^### `(.*)`$", TEXT[DOCS / "tables.md"], re.MULTILINE))
    assert set(DECLARED.tables) <= headings


def test_every_field_that_the_tables_name_is_one() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text(), assume_valid=True)
    tables = re.findall(r"GraphQL: `(\w+)`\.\n\n(.*?)\n(?=\n|\Z)", TEXT[DOCS / "tables.md"], re.DOTALL)
    assert {plural for plural, _ in tables} == {table.plural for table in DECLARED.tables.values()}
    for plural, rows in tables:
        fields = re.findall(r"^\| \S+ \| `(.*?)` \|", rows, re.MULTILINE)
        assert len(fields) == len(rows.splitlines()) - 2
        assert validate(schema, parse(f"{{ {plural} {{ nodes {{ {' '.join(fields)} }} }} }}")) == [], plural


def test_every_cone_search_is_said() -> None:
    page = TEXT[DOCS / "doors" / "scs.md"]
    assert all(f"`{name}`" in page for name in DECLARED.positioned)


def test_every_code_is_said() -> None:
    kinds = [errors.GatewayError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    table = set(re.findall(r"[A-Z_]{4,}", TEXT[DOCS / "errors.md"].partition("| code |")[2].partition("\n\n")[0]))
    assert {kind.code for kind in kinds} <= table


def test_every_command_is_said() -> None:
    commands = next(action.choices for action in _parser()._actions if action.choices)  # noqa: SLF001
    every = "".join(TEXT.values())
    assert not [
        name
        for name in commands
        if f"{GATEWAY} {name}" not in every and f"make {name}" not in every and f"`{name}`" not in every
    ]


def test_every_format_function_and_filter_is_said() -> None:
    formats, tap, oidb = (TEXT[DOCS / "doors" / f"{name}.md"] for name in ("formats", "tap", "oidb"))
    assert all(one.name in formats for one in FORMATS)
    assert all(f"`{name.lower()}`" in tap for name in FUNCTIONS if name.startswith("IVO_"))
    assert all(f"`{one.name}`" in oidb for one in FILTERS)


def test_figures_are_those_that_were_measured() -> None:
    measured = figures.texts(load_runs())
    assert [page.name for page in PAGES if figures.filled(TEXT[page], measured) != TEXT[page]] == []


def test_figures_begin_no_line() -> None:
    """A comment at the beginning of a line would end a paragraph."""
    assert not [page.name for page in PAGES if re.search(r"^\s*<!-- figure", TEXT[page], re.MULTILINE)]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in ("tables.md", "codes.md")], ids=lambda page: page.name
)
def test_no_other_figure_is_in_a_page(page: Path) -> None:
    """Times, sizes and ratios stand between the comments that `make figures` fills; code, limits and settings are in code's words."""
    text = UNMEASURED.sub("", re.sub(r"`[^`\n]*`", "", MARKED.sub("", prose(page))))
    assert [match[0] for match in MEASURED.finditer(text)] == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as `make docs` builds them, where a broken link fails."""
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-b",
        "html",
        "-W",
        "-q",
        "-d",
        str(folder / ".doctrees"),
        str(DOCS),
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


async def get(site: Path, path: str, **headers: str) -> httpx.Response:
    app = Starlette(routes=[docs.mount(site)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        return await client.get(path, headers=headers, follow_redirects=True)


async def test_pages_are_served(site: Path) -> None:
    response = await get(site, "/docs")
    assert response.status_code == 200
    assert response.url.path == "/docs/"
    assert "<h1>The JMMC gateway" in response.text
    policy = response.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert (await get(site, "/docs/", **{"If-None-Match": response.headers["etag"]})).status_code == 304


async def test_a_picture_is_served(site: Path) -> None:
    response = await get(site, "/docs/_images/rooms.svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert "resolvers" in response.text


def test_nothing_of_a_page_comes_from_elsewhere(site: Path) -> None:
    """Offline they are as good: no fonts, scripts, styles or pictures of others, and no script within a page, which the policy forbids."""
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert not re.findall(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//", text), page.name
        assert not re.findall(r"<script(?![^>]*\bsrc=)", text), page.name
        assert not re.findall(r"\son\w+=\"", text), page.name
    for style in site.rglob("*.css"):
        assert not re.findall(r"url\(\s*[\"']?(?:https?:)?//|@import", style.read_text()), style.name


async def test_pages_that_are_not_built_say_how(tmp_path: Path) -> None:
    response = await get(tmp_path, "/docs/")
    assert response.status_code == 404
    assert "make docs" in response.text


def test_the_readme_is_short() -> None:
    assert len(TEXT[ROOT / "README.md"].splitlines()) < 200


def test_the_gateway_serves_them() -> None:
    paths = {
        route.path
        for route in gateway.app.create_app(Settings("postgresql://gateway@localhost/hub")).routes
        if isinstance(route, Mount)
    }
    assert "/docs" in paths


def test_tests_that_a_page_names_exist() -> None:
    named_tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", (DOCS / "peers.md").read_text())
    assert len(named_tests) > 15
    for file, name in named_tests:
        assert f"def {name}(" in (ROOT / file).read_text(), (file, name)
