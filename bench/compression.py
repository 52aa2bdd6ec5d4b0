"""A table in gzip and zstd, over a line of 100 Mbit/s and without one, against the build that compressed nothing."""

import gzip
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from backports import zstd

from bench.builds import extract
from bench.client import WrongAnswerError, download, unchunked
from bench.databases import Databases
from bench.measurement import Measurement, faster, milliseconds, not_run, spaced
from bench.servers import ServerProcess, gateway
from bench.shaped import line
from bench.streams import ROWS
from bench.timing import Ask, Timing, compare
from schema.jsdc import STAR

BEFORE = "3bc1553"
"""The last commit that compressed nothing."""
PEER = f"the build before ({BEFORE}), uncompressed"
PLAIN = "the same, uncompressed"
MEGABITS = 100
DECODE: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress}
CODINGS = ("identity", *DECODE)
TITLE = f"{spaced(ROWS)} rows of all columns as VOTable"
ROUNDS, ROUNDS_SLOW, FIRSTS = 5, 3, 15
SETTLED = 1.0
"""Megabytes by which the peak of memory may still rise when it has settled."""


async def measure(places: Databases) -> list[Measurement]:
    """Download the same table in each coding, and from the build before."""
    async with gateway(places.foreign, places.readers) as server:
        sizes = {coding: await _size(server, coding) for coding in CODINGS}
        memory = await _memory(server)
        near = await compare({coding: partial(_ask, server.url, coding) for coding in CODINGS}, ROUNDS, 1)
        return [
            *(await _over_a_line(server, places)),
            *(_bytes(coding, sizes) for coding in DECODE),
            *(_near(coding, near) for coding in DECODE),
            *(await _first_bytes(server)),
            memory,
        ]


async def _over_a_line(server: ServerProcess, places: Databases) -> list[Measurement]:
    """Over a line, where the build before takes turns with the codings of this one."""
    titles = {coding: f"{TITLE}, {coding}, at {MEGABITS} Mbit/s" for coding in DECODE}
    async with AsyncExitStack() as stack:
        try:
            before = await stack.enter_async_context(_build_before(places))
        except RuntimeError as error:
            return [not_run(title, PEER, str(error)) for title in titles.values()]
        ours, theirs = [await stack.enter_async_context(line(one.url, MEGABITS)) for one in (server, before)]
        asks: dict[str, Ask] = {coding: partial(_ask, ours, coding) for coding in DECODE}
        timings = await compare(asks | {"before": partial(_ask, theirs, "identity")}, ROUNDS_SLOW, 1)
    return [faster(titles[coding], timings[coding], PEER, timings["before"], 5) for coding in DECODE]


@asynccontextmanager
async def _build_before(places: Databases) -> AsyncIterator[ServerProcess]:
    """The build before, from its commit, with the packages of this one. Raises `RuntimeError` if it cannot be had."""
    with TemporaryDirectory() as folder:
        extract(BEFORE, Path(folder))
        async with gateway(places.foreign, places.readers, root=Path(folder)) as server:
            yield server


async def _ask(url: str, coding: str, _number: int) -> None:
    await download(url, _request(coding))


async def _first_bytes(server: ServerProcess) -> list[Measurement]:
    firsts: dict[str, list[float]] = {coding: [] for coding in CODINGS}
    for _ in range(FIRSTS):
        for coding in CODINGS:
            first, _ = await download(server.url, _request(coding), first_only=True)
            firsts[coding].append(1000 * first)
    return [_first(coding, median(firsts[coding]), median(firsts["identity"])) for coding in DECODE]


async def _size(server: ServerProcess, coding: str) -> int:
    """Bytes of the body. Raises `WrongAnswerError` unless it has as many rows as were asked for, once decoded."""
    written = bytearray()
    await download(server.url, _request(coding), written.extend)
    body = unchunked(bytes(written))
    rows = DECODE.get(coding, bytes)(body).count(b"<TR>")
    if rows != ROWS:
        message = f"{rows} rows came in {coding}, {ROWS} were asked"
        raise WrongAnswerError(message)
    return len(body)


def _request(coding: str) -> bytes:
    params = {"LANG": "ADQL", "MAXREC": ROWS, "QUERY": f"SELECT TOP {ROWS} * FROM {STAR.qualified}"}
    head = f"Host: bench\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n\r\n"
    return f"GET /tap/sync?{urlencode(params)} HTTP/1.1\r\n{head}".encode()


def _bytes(coding: str, sizes: Mapping[str, int]) -> Measurement:
    ratio = sizes["identity"] / sizes[coding]
    ours, theirs = (f"{sizes[name] / 1e6:.1f} MB" for name in (coding, "identity"))
    return Measurement(f"{TITLE}, {coding}: bytes", ours, PLAIN, theirs, f"{ratio:.2f}× fewer", "≥ 5", ratio >= 5)


def _near(coding: str, near: Mapping[str, Timing]) -> Measurement:
    cost = 1 / near[coding].times(near["identity"])
    ours, theirs = (milliseconds(near[name].typical) for name in (coding, "identity"))
    question = f"{TITLE}, {coding}, on the same machine"
    return Measurement(question, ours, PLAIN, theirs, f"{cost:.2f}× its time", "≤ 1.35×", cost <= 1.35)


def _first(coding: str, ours: float, plain: float) -> Measurement:
    more = ours - plain
    question = f"{TITLE}, {coding}: first byte"
    return Measurement(
        question, milliseconds(ours), PLAIN, milliseconds(plain), f"{more:+.2f} ms", "≤ +10 ms", more <= 10
    )


async def _memory(server: ServerProcess) -> Measurement:
    """The peak of memory once downloads as they are raise it no more, and after as many in each coding."""
    before = 0.0
    while (peak := server.peak_memory()) > before + SETTLED:
        before = peak
        for number in range(ROUNDS):
            await _ask(server.url, "identity", number)
    before = server.peak_memory()
    for coding in DECODE:
        for number in range(ROUNDS):
            await _ask(server.url, coding, number)
    more = server.peak_memory() - before
    ours, theirs = f"{before + more:.1f} MB", f"{before:.1f} MB"
    question = f"Peak memory of the server, {TITLE}, in gzip and zstd"
    return Measurement(question, ours, PLAIN, theirs, f"{more:+.1f} MB", "≤ +10 MB", more <= 10)
