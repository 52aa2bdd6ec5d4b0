"""Apollo Client and urql with their normalising caches, and graphql-ws: unmodified, in node.

A normalising cache keeps one object for each type and `id`: what is no object must have none, and an object must say
the same whichever way it was reached. Collected where WITH_NODE=1, as `.ci/run` says; npm must be there, and either
its registry or what an earlier run has installed.
"""

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from hub.rows import connect
from sample.federation import Federation

CLIENTS = ("apollo", "urql")
GROUPS = """query Groups($by: [GranuleColumn!]) { granulesAggregate(groupBy: $by) {
  key { calibLevel instrumentName } count min { granuleId tMin targetName } max { granuleId tMin targetName } avg { granuleId }
} }"""
PAGES = (
    "{ granules(first: 5) { edges { cursor node { id targetName } } pageInfo { endCursor } } }",
    "{ granules(first: 8, orderBy: [{granuleId: ASC}]) { nodes { id granuleId tMin star { id jsdcId name vmag { value } } } totalCount } }",
    "{ granules(first: 6) { nodes { id granuleId identity { id granuleId separation } datalinks(first: 2) { nodes { datalinkId } } } } }",
    "{ stars(first: 4) { nodes { id jsdcId vmag { value } kmag { value error } } } }",
    "{ exposures(first: 4) { nodes { id expId observation { id obsId target { targetId identity { separation } } } } } }",
    "{ obscore(first: 6) { nodes { obsPublisherDid targetName calibLevel } } }",
    "{ crossmatch(positions: [[344.4127, -29.6222]], radius: 3) { nodes { position key separation star { name } } } }",
    "{ object(name: \"alf PsA\") { __typename name star { __typename name } } }",
)  # fmt: skip
IDENTIFIED = {"Granule", "GranuleIdentity", "Star", "Exposure", "Observation"}
"""Types whose `id` is asked for."""
CHANGED = 'subscription { sourceVersionChanged(sources: ["jsdc"]) { __typename source version } }'
TOUCH = "UPDATE public.badcal SET comment = comment WHERE badcal_id = (SELECT min(badcal_id) FROM public.badcal)"


Ask = Callable[[str, list[dict[str, Any]]], dict[str, Any]]


@pytest.fixture(scope="module")
def cache(packages: Path, server: str, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Run operations through a client: what each answered, and what its cache holds of each at the end."""
    folder = tmp_path_factory.mktemp("operations")
    introspection = httpx.post(f"{server}/graphql", json={"query": get_introspection_query()}, timeout=60).json()
    (folder / "schema.json").write_text(json.dumps({"introspection": introspection["data"]}))

    def run(client: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
        (folder / "operations.json").write_text(json.dumps(operations))
        files = [str(folder / name) for name in ("operations.json", "schema.json")]
        command = ["node", "cache.mjs", f"{server}/graphql", client, *files]
        done = subprocess.run(command, cwd=packages, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    return run


def plain(server: str, operation: dict[str, Any]) -> Any:
    answer = httpx.post(f"{server}/graphql", json=operation, timeout=60).json()
    assert "errors" not in answer, answer
    return answer["data"]


def without_typename(value: Any) -> Any:
    """Clients add `__typename` to every object."""
    if isinstance(value, dict):
        return {key: without_typename(member) for key, member in value.items() if key != "__typename"}
    return [without_typename(member) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("client", CLIENTS)
def test_each_group_keeps_its_own_values(server: str, cache: Ask, client: str) -> None:
    operations = [{"query": GROUPS, "variables": {"by": by}} for by in (["CALIB_LEVEL"], ["INSTRUMENT_NAME"], [])]
    right = [plain(server, operation) for operation in operations]
    assert min(len(answer["granulesAggregate"]) for answer in right[:2]) > 1
    told = cache(client, operations)
    assert [without_typename(answer) for answer in told["answers"]] == right
    assert [without_typename(answer) for answer in told["held"]] == right
    assert {name.split(":")[0] for name in told["entities"]} <= {"ROOT_QUERY", "__META"}, "a group is no object"


@pytest.mark.parametrize("client", CLIENTS)
def test_an_object_is_the_same_whichever_way_it_is_reached(server: str, cache: Ask, client: str) -> None:
    operations = [{"query": query} for query in PAGES]
    right = [without_typename(plain(server, operation)) for operation in operations]
    told = cache(client, operations)
    assert [without_typename(answer) for answer in told["answers"]] == right
    assert [without_typename(answer) for answer in told["held"]] == right
    known = {name.split(":")[0] for name in told["entities"]}
    assert known <= {"ROOT_QUERY", "__META", *IDENTIFIED}
    assert known >= (IDENTIFIED if client == "apollo" else set())


async def test_graphql_ws_subscribes(server: str, packages: Path, federation: Federation) -> None:
    address = f"{server.replace('http', 'ws')}/graphql"
    client = await asyncio.create_subprocess_exec(
        "node", "subscribe.mjs", address, CHANGED, "2", cwd=packages, stdout=asyncio.subprocess.PIPE
    )
    connection = await connect(federation.sources["jsdc"])

    async def touch() -> None:
        while True:  # until the server follows, which no message says
            await connection.execute(TOUCH)
            await asyncio.sleep(0.5)

    touching = asyncio.create_task(touch())
    try:
        output, _ = await asyncio.wait_for(client.communicate(), 60)
    finally:
        touching.cancel()
        await asyncio.wait([touching])
        await connection.close()
        if client.returncode is None:
            client.kill()
    first, *lines = output.decode().splitlines()
    told = [json.loads(line)["data"]["sourceVersionChanged"] for line in lines]
    assert (first, client.returncode) == ("connected", 0)
    assert [(one["__typename"], one["source"]) for one in told] == [("SourceVersion", "jsdc")] * 2
    assert told[0]["version"] != told[1]["version"]
