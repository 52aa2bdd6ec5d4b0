"""What the tests of the door share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from door import Apart, Door, opened
from filled import federated, filled
from starlette.applications import Starlette
from waiting import BUSY, within

from hub.health import SILENCE
from localpg.binaries import find_binaries

MANY = {"max_connections": 300}
"""Of a server that several gateways ask at once, some of which have just been killed."""


@pytest.fixture(scope="session")
def apart(originals: Path) -> Iterator[Apart]:
    binaries = find_binaries()
    with filled(binaries, originals, settings=MANY) as hub, filled(binaries, originals, settings=MANY) as portal:
        yield Apart(hub, portal, federated(hub, {"obsportal": portal}))


@pytest.fixture(scope="session")
def door(apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(
        apart.federation.hub, tmp_path_factory.mktemp("door") / "log", silence_seconds=BUSY * SILENCE, share=1
    ) as serving:  # whoever asks here stands for all clients
        yield serving


@pytest.fixture
async def awake(client: httpx.AsyncClient) -> None:
    """Clients that are not asynchronous keep this loop from watching the sources: let it find that all are up."""

    async def up() -> bool:
        return "down" not in (await client.get("/readyz")).text

    await within(up, 10)


@pytest.fixture
async def sturdy(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sees what a real server would send where the application raises: 500."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as made:
        yield made
        good = await made.post("/graphql", json={"query": '{ star(name: "HD 48329") { name } }'})
        assert good.json()["data"] == {"star": {"name": "HD 48329"}}
