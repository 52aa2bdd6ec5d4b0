"""Apollo Client in both forms, urql with graphcache: unmodified, they show the first part before the second is there.

Collected where WITH_NODE=1, as `.ci/run` says.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query
from slow import locked

from sample.federation import Federation

CLIENTS = ("apollo-2022", "apollo-v0.2", "urql")
PAGE = """{ star(name: "HD 48329") { id name ...Observed @defer(label: "observed") } }
fragment Observed on Star { exposures(first: 2) { totalCount nodes { id expId ... @defer(label: "why") { observation { id obsId } } } } }"""


@pytest.fixture(scope="module")
def schema(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    introspection = httpx.post(f"{server}/graphql", json={"query": get_introspection_query()}, timeout=60).json()
    path = tmp_path_factory.mktemp("defer") / "schema.json"
    path.write_text(json.dumps({"introspection": introspection["data"]}))
    return path


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_first_part_is_shown_before_the_second_is_there(
    server: str, packages: Path, federation: Federation, schema: Path, client: str
) -> None:
    async with httpx.AsyncClient() as asking:
        whole = (await asking.post(f"{server}/graphql", json={"query": PAGE}, timeout=60)).json()["data"]
    async with locked(federation):
        running = await asyncio.create_subprocess_exec(
            "node", "defer.mjs", f"{server}/graphql", client, PAGE, str(schema),
            cwd=packages, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert running.stdout
        first = await shown(running.stdout)
        more = asyncio.ensure_future(shown(running.stdout))
        await asyncio.sleep(0.5)
        assert not more.done(), "nothing else is there yet"
    assert first == {"data": {"star": {name: whole["star"][name] for name in ("id", "name")}}, "done": False}
    later = [await more]
    while not later[-1]["done"]:
        later.append(await shown(running.stdout))
    assert later[-1]["data"] == whole
    assert await asyncio.wait_for(running.wait(), 20) == 0


async def shown(output: asyncio.StreamReader) -> dict[str, Any]:
    line = await asyncio.wait_for(output.readline(), 20)
    return dict(without_typename(json.loads(line)))


def without_typename(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_typename(member) for key, member in value.items() if key != "__typename"}
    return [without_typename(member) for member in value] if isinstance(value, list) else value
