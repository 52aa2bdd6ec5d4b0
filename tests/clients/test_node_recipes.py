"""The recipes of docs/front-ends.md, run as they stand with the real packages; a source is slow until the first part is shown.

Collected where WITH_NODE=1, as `.ci/run` says.
"""

import asyncio
import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from pages import HOST, ROOT, blocks_of
from slow import locked

from sample.federation import Federation

PAGE = ROOT / "docs" / "front-ends.md"
SDL = ROOT / "schema" / "schema.graphql"
RELAY = {
    "src": ".",
    "schema": "./schema.graphql",
    "language": "javascript",
    "artifactDirectory": "./__generated__",
    "eagerEsModules": True,
}
COUNT = '{ star(name: "HD 48329") { exposures { totalCount } } }'


def recipes(server: str) -> list[str]:
    return [block.text.replace(HOST, server) for block in blocks_of(PAGE) if block.language == "js"]


@pytest.fixture
def commands(server: str, packages: Path) -> dict[str, list[str]]:
    """What runs each recipe, within the folder of the packages."""
    apollo, urql, documents, environment = recipes(server)
    folder = packages / "recipes"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "__generated__").mkdir(parents=True)
    (folder / "apollo.mjs").write_text(apollo)
    (folder / "urql.mjs").write_text(urql)
    (folder / "star.js").write_text(documents)
    (folder / "environment.mjs").write_text(environment)
    (folder / "relay.config.json").write_text(json.dumps(RELAY))
    shutil.copy(SDL, folder / "schema.graphql")
    compiler = ["node", "../node_modules/relay-compiler/cli.js", "relay.config.json"]
    done = subprocess.run(compiler, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for artifact in (folder / "__generated__").iterdir():  # what bundlers do
        artifact.write_text(re.sub(r"'(\./\w+\.graphql)'", r"'\1.js'", artifact.read_text()))
    return {
        "apollo": ["node", "recipes/apollo.mjs"],
        "urql": ["node", "recipes/urql.mjs"],
        "relay": ["node", "recipe-relay.mjs", str(folder)],
    }


@pytest.mark.parametrize("client", ["apollo", "urql", "relay"])
async def test_a_star_is_shown_before_its_exposures_and_these_page(
    server: str, packages: Path, federation: Federation, commands: dict[str, list[str]], client: str
) -> None:
    async with httpx.AsyncClient() as asking:
        answer = await asking.post(f"{server}/graphql", json={"query": COUNT}, timeout=60)
    count = answer.json()["data"]["star"]["exposures"]["totalCount"]
    assert count == 3
    async with locked(federation):
        running = await asyncio.create_subprocess_exec(*commands[client], cwd=packages, stdout=asyncio.subprocess.PIPE)
        assert running.stdout
        first = await asyncio.wait_for(running.stdout.readline(), 20)
        assert first.decode().split(None, 1)[1].strip() == "HD 48329 …"
    rest, _ = await asyncio.wait_for(running.communicate(), 20)
    lines = rest.decode().splitlines()
    assert running.returncode == 0, lines
    assert "complete HD 48329 2" in lines
    assert lines[-1] == f"complete HD 48329 {count}"
