"""A source over TCP whose network falls silent: nothing is refused, nothing answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from door import opened
from filled import federated, filled
from refusal import Refusal
from waiting import BUSY, within

from bench.failures import NEEDING, back
from hub.health import SILENCE
from hub.installation import readdress
from localpg.binaries import find_binaries
from sample.federation import dsn
from schema.catalog import SOURCES
from schema.foreign import READER

pytestmark = pytest.mark.timed


class Line:
    """A way to a server that can fall silent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.open = asyncio.Event()
        self.open.set()
        self._carrying: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry a connection from now on."""
        self._carrying.add(asyncio.create_task(self._carry(reader, writer)))

    async def close(self) -> None:
        """Carry nothing any more, and leave no connection open."""
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back_again = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            await asyncio.gather(self._pump(reader, back_again), self._pump(there, writer), return_exceptions=True)
        finally:
            for end in (writer, back_again):
                end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self.open.wait()
            writer.write(data)
            await writer.drain()
        writer.write_eof()


@asynccontextmanager
async def line(port: int) -> AsyncIterator[tuple[Line, int]]:
    made = Line(port)
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    try:
        yield made, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await made.close()


async def test_a_source_that_falls_silent_costs_its_own_part(tmp_path: Path, originals: Path) -> None:
    binaries = find_binaries()
    with filled(binaries, originals) as hub, filled(binaries, originals, tcp=True) as portal:
        made = federated(hub, {"obsportal": portal})
        async with line(portal.port) as (way, port):
            readers = {name: dsn(hub, name, READER) for name in SOURCES}
            readers["obsportal"] = f"postgresql://{READER}@127.0.0.1:{port}/obsportal"
            await readdress(made.owner, readers)
            with opened(made.hub, tmp_path / "log", silence_seconds=BUSY * SILENCE) as door:
                async with door.client() as client:
                    assert await back(client) < 5
                    way.open.clear()

                    async def refused() -> bool:
                        return "down" in (await client.get("/readyz")).text

                    await within(refused, BUSY * SILENCE + 2)
                    refusal = Refusal(await client.post("/graphql", json=NEEDING))
                    assert refusal.codes == ["SOURCE_UNAVAILABLE"]
                    assert refusal.data == {"star": {"name": "HD 48329"}, "exposures": None}
                    way.open.set()
                    assert await back(client) < 5
