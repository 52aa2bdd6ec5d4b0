"""Two builds side by side over the same databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench import servers
from bench.full.clusters import FullServer

SETTLING = 120.0
"""Seconds that a server may take to know its sources and count their rows."""


@asynccontextmanager
async def side_by_side(server: FullServer, build: Path) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """Clients of this build and of the one in the folder `build`, when both know their sources."""
    known = server.federation
    async with (
        servers.gateway(known.hub, known.readers, known.jobs) as ours,
        servers.gateway(known.hub, known.readers, known.jobs, root=build) as theirs,
        httpx.AsyncClient(base_url=ours.url, timeout=None) as one,  # noqa: S113 - each question has its own
        httpx.AsyncClient(base_url=theirs.url, timeout=None) as other,  # noqa: S113
    ):
        await asyncio.gather(settled(ours.url), settled(theirs.url))
        yield one, other


async def settled(url: str) -> None:
    """Return when a server knows every source and has counted its rows, or `SETTLING` seconds later."""
    async with httpx.AsyncClient(base_url=url, timeout=SETTLING) as client:
        for _ in range(round(SETTLING)):
            ready = await client.get("/readyz")
            if ready.status_code == 200 and '"down"' not in ready.text:
                break
            await asyncio.sleep(1)
        await client.post("/graphql", json={"query": "{ statistics { key } }"})
