"""Relay's compiler and runtime, unmodified, in node: the schema compiles, pages join, objects merge by `id` alone.

Collected where WITH_NODE=1, as `.ci/run` says.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
SIZE = 4
QUERY = f"{{ granules(first: {3 * SIZE}, where: {{calibLevel: {{eq: 2}}}}) {{ nodes {{ granuleId targetName star {{ id name }} }} }} }}"


def node(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told(packages: Path, server: str) -> dict[str, Any]:
    """What Relay read in three pages, and what its store then holds."""
    shutil.copy(SDL, packages / "relay" / "schema.graphql")
    (packages / "relay" / "__generated__").mkdir(exist_ok=True)
    node(packages, "node", "node_modules/relay-compiler/cli.js", "relay.config.json")
    return dict(json.loads(node(packages, "node", "relay.mjs", f"{server}/graphql", str(SIZE))))


def test_pages_join_in_one_connection(told: dict[str, Any], server: str) -> None:
    right = httpx.post(f"{server}/graphql", json={"query": QUERY}, timeout=60).json()["data"]["granules"]["nodes"]
    assert told["sizes"] == [SIZE, 2 * SIZE, 3 * SIZE]
    kept = [{name: row[name] for name in ("granuleId", "targetName")} for row in told["shown"]]
    assert kept == [{name: row[name] for name in ("granuleId", "targetName")} for row in right]
    assert [row["star"] and row["star"]["name"] for row in told["shown"]] == [
        row["star"] and row["star"]["name"] for row in right
    ]


def test_objects_merge_by_id_and_nothing_else_does(told: dict[str, Any]) -> None:
    shown = told["shown"]
    assert told["complaints"] == []
    assert told["one"] == {name: shown[0][name] for name in ("id", "granuleId", "targetName")}
    assert set(told["types"]) == {"Exposure", "Granule", "GranuleIdentity", "Star"}
    assert len(told["types"]["Granule"]) == 3 * SIZE
    stars = {row["star"]["id"] for row in shown if row["star"]}
    assert set(told["types"]["Star"]) >= stars
    assert 0 < len(stars) < len(shown)


def test_a_refetchable_fragment_pages_by_node(told: dict[str, Any], server: str) -> None:
    query = '{ star(name: "HD 48329") { exposures(first: 100) { nodes { expId } } } }'
    right = httpx.post(f"{server}/graphql", json={"query": query}, timeout=60).json()["data"]["star"]["exposures"]
    assert told["refetched"] == [row["expId"] for row in right["nodes"]]
    assert len(told["refetched"]) > 2
