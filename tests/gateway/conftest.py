"""What the tests of the door share."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from waiting import within


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
