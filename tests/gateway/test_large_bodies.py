"""A client has a share of the requests whose body is large, from its first 64 kB on until they are answered."""

import asyncio
from collections.abc import Iterable

from starlette.types import Message, Receive, Scope, Send

from gateway.door import Doors
from gateway.middleware.body_deadline import AHEAD, BodyDeadline
from hub.shares import Share, held_by

FIRST, MORE, LARGE = b"x" * (AHEAD - 1), b"x" * AHEAD, b"x" * (AHEAD + 1)


async def read(_scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})


class Sender:
    """Requests with a body in these parts, of which the last may never come."""

    def __init__(self, share: Share) -> None:
        self._limit = BodyDeadline(read, Doors(()), 20, 10 * AHEAD, 10 * AHEAD, share)

    async def send(self, client: str, kind: str, parts: Iterable[bytes], *, ends: bool = True) -> int:
        parts, status = iter(parts), 0

        async def receive() -> Message:
            part = next(parts, None)
            if part is None and not ends:
                await asyncio.sleep(60)
            return {"type": "http.request", "body": part or b"", "more_body": part is not None}

        async def sent(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % (2 * AHEAD))]
        with held_by(client):
            await self._limit({"type": "http", "path": "/graphql", "headers": headers}, receive, sent)
        return status


async def test_large_bodies_have_a_share() -> None:
    share = Share("requests with a large body under way", 3, 0.5)
    sender, json = Sender(share), "application/json"
    large = [asyncio.create_task(sender.send("a", json, (FIRST, MORE), ends=False)) for _ in range(2)]
    await asyncio.sleep(0.01)
    assert share.of("a") == 2
    assert await sender.send("a", json, (LARGE,)) == 429
    assert await sender.send("a", json, (FIRST,)) == 200, "it is not large"
    assert await sender.send("a", "multipart/form-data; boundary=x", (LARGE,)) == 200, "uploads have their own"
    assert await sender.send("b", json, (LARGE,)) == 200
    for task in large:
        task.cancel()
    await asyncio.wait(large)
    assert share.number == 0
