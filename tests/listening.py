"""Clients of subscriptions as server-sent events, which resume as browsers do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
from waiting import BUSY


class Event(NamedTuple):
    told: dict[str, Any]
    """What the subscription's field has."""
    id: str


class Listener:
    """What a stream tells, as it comes, and the id that a browser would resume with."""

    def __init__(self) -> None:
        self.last = ""
        self.begun = asyncio.Event()
        self._told: asyncio.Queue[Event] = asyncio.Queue()

    async def heard(self, number: int, seconds: float = 10) -> list[Event]:
        async with asyncio.timeout(seconds * BUSY):
            return [await self._told.get() for _ in range(number)]

    async def silent(self, seconds: float = 2.5) -> None:
        await asyncio.sleep(seconds)
        assert self._told.empty(), self._told.get_nowait()

    async def follow(self, lines: AsyncIterator[str]) -> None:
        event: dict[str, str] = {}
        async for line in lines:
            if line:
                event |= [line.partition(": ")[::2]]
                continue
            self.last = event.get("id", self.last)
            self.begun.set()
            if event.get("event") == "next":
                told = json.loads(event["data"])
                assert "errors" not in told, told
                assert told["extensions"] == {"eventId": event["id"]}
                [row] = told["data"].values()
                self._told.put_nowait(Event(row, event["id"]))
            event = {}


@asynccontextmanager
async def listening(url: str, query: str, last: str = "", **variables: Any) -> AsyncIterator[Listener]:
    headers = {"accept": "text/event-stream"} | ({"last-event-id": last} if last else {})
    async with (
        httpx.AsyncClient(base_url=url, timeout=60) as web,
        web.stream("POST", "/graphql", json={"query": query, "variables": variables}, headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        listener = Listener()
        following = asyncio.create_task(listener.follow(answer.aiter_lines()))
        await asyncio.wait_for(listener.begun.wait(), 10 * BUSY)
        yield listener
        following.cancel()
        await asyncio.wait([following])
