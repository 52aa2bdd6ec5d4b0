"""The longest stall of the event loop under each limit at its edge, in this build and in the last that was landed."""

import asyncio
import http.client
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.builds import extract
from bench.databases import Databases
from bench.edge import Edge
from bench.edges import edges
from bench.heartbeat import LAYOUT, longest
from bench.measurement import Measurement, milliseconds
from bench.servers import ROOT, ServerProcess, gateway

BEFORE = "4a60e89"
"""The last commit before anything was counted before it was worked on."""
LONGEST, SLOWEST = 50.0, 100.0
"""Goals: milliseconds that the loop may stall, and that /livez may take."""
PATIENCE = 120.0
"""Seconds after which an answer is no longer waited for."""
PAUSE = 0.05
"""Seconds after an answer in which what it left behind may still stall the loop."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A server whose loop has a pulse, and the file of it."""

    server: ServerProcess
    pulse: Path


@dataclass(frozen=True, slots=True)
class Stall:
    """What one request did to others: milliseconds; and how it was answered."""

    stall: float
    livez: float
    status: str


async def measure(places: Databases) -> list[Measurement]:
    """Send every request to both builds."""
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(_watched(places, ROOT))
        theirs = await stack.enter_async_context(_before(places))
        found = {edge.title: (await stalled(ours, edge), await stalled(theirs, edge)) for edge in edges()}
    return [*_worst(found), *(_measurement(title, *pair) for title, pair in found.items())]


async def stalled(watched: Watched, edge: Edge) -> Stall:
    """Send a request while /livez is asked again and again."""
    longest(watched.pulse)
    with _asking(watched.server.url) as times:
        status = await _ask(watched.server.url, edge.request)
        await asyncio.sleep(PAUSE)
    late, own = longest(watched.pulse)
    return Stall(1000 * min(late, own), 1000 * max(times), status)


@contextmanager
def _asking(url: str) -> Iterator[list[float]]:
    """Ask /livez in a thread, without a pause longer than a millisecond; yields the seconds that each answer took."""
    times: list[float] = []
    over = threading.Event()
    asking = threading.Thread(target=_ask_livez, args=(url, times, over))
    asking.start()
    try:
        yield times
    finally:
        over.set()
        asking.join()


def _ask_livez(url: str, times: list[float], over: threading.Event) -> None:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
    while not times or not over.wait(0.001):
        began = time.perf_counter()
        try:
            connection.request("GET", "/livez")
            connection.getresponse().read()
        except TimeoutError:
            connection.close()  # the next request opens another
        times.append(time.perf_counter() - began)
    connection.close()


async def _ask(url: str, request: bytes) -> str:
    """The status of an answer, which is read to its end."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(request)
            start = await reader.read(65_536)
            while await reader.read(1 << 20):
                pass
    except TimeoutError:
        return "timed out"
    except ConnectionError:
        return "closed"
    finally:
        writer.close()
    return start[9:12].decode()


@asynccontextmanager
async def _watched(places: Databases, root: Path) -> AsyncIterator[Watched]:
    with TemporaryDirectory() as folder:
        pulse = Path(folder) / "pulse"
        pulse.write_bytes(bytes(LAYOUT.size))
        async with gateway(places.foreign, places.readers, places.jobs, root, pulse) as server:
            yield Watched(server, pulse)


@asynccontextmanager
async def _before(places: Databases) -> AsyncIterator[Watched]:
    with TemporaryDirectory() as folder:
        extract(BEFORE, Path(folder))
        async with _watched(places, Path(folder)) as watched:
            yield watched


def _worst(found: Mapping[str, tuple[Stall, Stall]]) -> Iterator[Measurement]:
    ours = max(pair[0].stall for pair in found.values())
    theirs = max(pair[1].stall for pair in found.values())
    title = f"longest stall of the event loop, {len(found)} requests at the edges"
    yield _compared(title, ours, theirs, LONGEST)
    ours, theirs = (max(pair[build].livez for pair in found.values()) for build in (0, 1))
    yield _compared("longest answer of /livez meanwhile", ours, theirs, SLOWEST)


def _measurement(title: str, ours: Stall, theirs: Stall) -> Measurement:
    made = f"{title} ({ours.status}, before {theirs.status}): stall"
    return _compared(made, ours.stall, theirs.stall, LONGEST)


def _compared(title: str, ours: float, theirs: float, goal: float) -> Measurement:
    peer = f"the build before ({BEFORE})"
    return Measurement(title, milliseconds(ours), peer, milliseconds(theirs), "", f"≤ {goal:g} ms", ours <= goal)
