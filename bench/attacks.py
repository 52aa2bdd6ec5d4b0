"""What one client does to hold a server still, with harmless input just past each limit: each an endless task."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from schema.jsdc import STAR

PAUSE, STOPPED = 0.2, 60.0
"""Seconds after which what a server has closed, or what is not read, is opened again."""
TAKEN = (b"101", b"200")
"""Statuses of what a server has taken on."""
ENDLESS = "SELECT TOP 5000000 a.*, b.name AS other FROM jsdc.star AS a, jsdc.star AS b"
SLOW = "SELECT COUNT(*) AS n FROM jsdc.star AS a, jsdc.star AS b WHERE a.raj2000 + b.raj2000 < -1"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"  # noqa: E501
WHERE = "query($where: StarFilter) { stars(where: $where, first: 1) { nodes { name } } }"
CHANGED = "subscription { sourceVersionChanged { source } }"
TYPES = "{ __schema { types { name fields { name args { name } type { name ofType { name } } } } } }"


@dataclass(slots=True)
class Attacker:
    """A client of a server, at an address that a proxy would tell of."""

    url: str
    address: str
    answers: Counter[str] = field(default_factory=Counter)
    """How often it was answered what, by status; "" where a connection was closed without an answer."""

    def head(self, method: str, target: str, more: str = "") -> bytes:
        """The head of a request."""
        return f"{method} {target} HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: {self.address}\r\n{more}\r\n".encode()

    def post(self, target: str, content: bytes, kind: str, more: str = "") -> bytes:
        """A request with a body."""
        return self.head("POST", target, f"Content-Type: {kind}\r\nContent-Length: {len(content)}\r\n{more}") + content

    def graphql(self, query: str, variables: object = None, more: str = "") -> bytes:
        """A GraphQL request."""
        return self.post("/graphql", orjson.dumps({"query": query, "variables": variables or {}}), JSON, more)

    async def hold(self, request: bytes, number: int) -> None:
        """Send a request on so many connections, read what comes until the server closes them, and begin again."""
        await asyncio.gather(*(self._again(request, self._held) for _ in range(number)))

    async def stop(self, request: bytes, number: int) -> None:
        """The same, but read the first line of each answer and no more."""
        await asyncio.gather(*(self._again(request, self._stopped) for _ in range(number)))

    async def ask(self, request: bytes, number: int) -> None:
        """Send a request on so many connections, read its answer, and begin again."""
        await asyncio.gather(*(self._again(request, self._asked) for _ in range(number)))

    async def _again(self, request: bytes, work: Callable[[bytes], Coroutine[Any, Any, bytes]]) -> None:
        while True:
            try:
                line = await work(request)
            except OSError:
                line = b""
            self.answers[line[9:12].decode()] += 1
            await asyncio.sleep(PAUSE)

    async def _held(self, request: bytes) -> bytes:
        async with self._sent(request) as reader:
            line = await reader.readline()
            while line[9:12] in TAKEN and await reader.read(65_536):
                pass
            return line

    async def _stopped(self, request: bytes) -> bytes:
        async with self._sent(request) as reader:
            line = await reader.readline()
            if line[9:12] in TAKEN:
                await asyncio.sleep(STOPPED)
            return line

    async def _asked(self, request: bytes) -> bytes:
        async with self._sent(request) as reader:
            line = await reader.readline()
            while (await reader.readline()).strip():
                pass
            return line

    @asynccontextmanager
    async def _sent(self, request: bytes) -> AsyncIterator[asyncio.StreamReader]:
        place = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1024)
        try:
            writer.write(request)
            yield reader
        finally:
            writer.close()


async def unfinished(client: Attacker) -> None:
    """Heads of requests whose body never comes."""
    await client.hold(client.head("POST", "/graphql", f"Content-Type: {JSON}\r\nContent-Length: 100\r\n"), 130)


async def unread(client: Attacker) -> None:
    """Tables that are not read."""
    await client.stop(client.head("GET", f"/tap/sync?LANG=ADQL&MAXREC=5000000&QUERY={quote(ENDLESS)}"), 10)


async def slow(client: Attacker) -> None:
    """Statements that run into their time limit."""
    await client.ask(client.head("GET", f"/tap/sync?LANG=ADQL&QUERY={quote(SLOW)}"), 10)


async def jobs(client: Attacker) -> None:
    """Jobs that take long."""
    await client.ask(client.post("/tap/async", f"LANG=ADQL&PHASE=RUN&QUERY={quote(ENDLESS)}".encode(), FORM), 2)


async def uploads(client: Attacker) -> None:
    """Forms in parts that are not finished."""
    form = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n"
    await client.hold(client.head("POST", "/tap/sync", form), 20)


async def sockets(client: Attacker) -> None:
    """WebSockets that say nothing."""
    await client.hold(client.head("GET", "/graphql", SOCKET), 510)


async def subscriptions(client: Attacker) -> None:
    """Subscriptions, as server-sent events."""
    await client.hold(client.graphql(CHANGED, more="Accept: text/event-stream\r\n"), 510)


async def texts(client: Attacker) -> None:
    """ADQL of 100 kB."""
    listed = ", ".join(str(number) for number in range(14_000))
    text = f"SELECT COUNT(*) AS n FROM {STAR.qualified} WHERE {STAR.key.sql} IN ({listed})"
    await client.ask(client.post("/tap/sync", urlencode({"LANG": "ADQL", "QUERY": text}).encode(), FORM), 8)


async def variables(client: Attacker) -> None:
    """Values of variables just below the size that is read."""
    where = {"name": {"in": [f"HD {number}" for number in range(500_000)]}}
    await client.ask(client.graphql(WHERE, {"where": where}), 4)


async def types(client: Attacker) -> None:
    """The schema."""
    await client.ask(client.graphql(TYPES), 8)


ATTACKS = (unfinished, unread, slow, jobs, uploads, sockets, subscriptions, texts, variables, types)
NAMED = {made.__name__: made for made in ATTACKS}


async def attack(url: str, names: Iterable[str]) -> dict[str, Attacker]:
    """Make attacks on a server, each by a client of its own, until the standard input ends; who made each."""
    attackers = {name: Attacker(url, f"198.51.100.{number}") for number, name in enumerate(names, 1)}
    tasks = [asyncio.ensure_future(NAMED[name](client)) for name, client in attackers.items()]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return attackers


if __name__ == "__main__":
    for attacked, attacker in asyncio.run(attack(sys.argv[1], sys.argv[2:])).items():
        print(f"  {attacked:14} {dict(attacker.answers)}")
