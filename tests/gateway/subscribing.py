"""Clients of subscriptions over WebSocket, in graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from waiting import BUSY
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.typing import Subprotocol

CHANGED = 'subscription { sourceVersionChanged(sources: ["jsdc"]) { source title version } }'


@asynccontextmanager
async def socket(url: str, **told: Any) -> AsyncIterator[ClientConnection]:
    """A WebSocket that is introduced."""
    async with open_socket(
        url.replace("http", "ws") + "/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], **told
    ) as opened_socket:
        await say(opened_socket, {"type": "connection_init"})
        assert await heard(opened_socket) == {"type": "connection_ack"}
        yield opened_socket


async def say(to: ClientConnection, message: Any) -> None:
    await to.send(message if isinstance(message, str | bytes) else json.dumps(message))


async def heard(by: ClientConnection, seconds: float = BUSY * 8) -> Any:
    return json.loads(await asyncio.wait_for(by.recv(), seconds))


async def drained(client: ClientConnection) -> None:
    while True:
        await client.recv()


async def subscribe(to: ClientConnection, name: str, query: str, **variables: Any) -> None:
    await say(to, {"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}})
