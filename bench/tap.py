"""TAP, cone search, jobs and uploads, against GAVO DaCHS over the same stars."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

import asyncpg
import httpx

from bench import servers
from bench.client import Client, WrongAnswerError, asker, download, get
from bench.cones import RADIUS, places_of_stars
from bench.databases import Databases
from bench.measurement import Measurement, faster, milliseconds, not_run, spaced
from bench.peers import dachs
from bench.servers import ServerProcess
from bench.streams import COLUMNS, ROWS
from bench.timing import Timing, compare
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from localpg.places import cache_home
from schema.jsdc import STAR

PEER = "GAVO DaCHS 2.7"
TABLES = {"gateway": STAR.qualified, "dachs": dachs.TABLE}
CONES = {"gateway": f"/scs/{STAR.qualified}", "dachs": dachs.CONE}
FORMATS = {"TABLEDATA": "votable/td", "BINARY2": "votable/b2"}
GOAL = 5
AT_ONCE, MEMORY = 4, 150.0
JOBS, JOB_GOAL = 9, 300.0
UPLOADED, UPLOAD_RADIUS, UPLOAD_GOAL = 10_000, 1 / 3600, 1000.0
Servers = Mapping[str, ServerProcess]
Spent = Callable[[httpx.AsyncClient, str], Awaitable[float]]


async def measure(places: Databases) -> list[Measurement]:
    """Ask the gateway and DaCHS the same; where DaCHS cannot run, the measurement says what to install."""
    why = dachs.missing()
    if why:
        return [not_run("TAP", PEER, why)]
    async with _both(places) as running:
        measurements = [await _cones(running, places), *await _streams(running), await _at_once(running)]
        return [*measurements, await _job(running), await _upload(running, places)]


@asynccontextmanager
async def _both(places: Databases) -> AsyncIterator[Servers]:
    rows = await _stars(places.foreign)
    mark = sha256(rows).hexdigest()
    home = cache_home() / "bench-dachs"
    with Cluster(find_binaries(), home / "pg", settings={"shared_buffers": "512MB"}, tcp=True) as cluster:
        peer = dachs.Dachs(home / "root", cluster.port, servers.free_port())
        if peer.holds(mark):
            peer.configure()
        else:
            named = {column.sql: column for column in STAR.columns}
            await asyncio.to_thread(peer.fill, [named[name.strip()] for name in COLUMNS.split(",")], rows, mark)
        async with servers.gateway(places.foreign, places.readers, places.jobs) as ours, servers.dachs(peer) as theirs:
            yield {"gateway": ours, "dachs": theirs}


async def _stars(hub: str) -> bytes:
    """All stars as CSV with a header line."""
    read = bytearray()

    async def take(block: bytes) -> None:
        read.extend(block)

    connection = await asyncpg.connect(hub)
    try:
        query = f"SELECT {COLUMNS} FROM {STAR.qualified} ORDER BY {STAR.key.sql}"
        await connection.copy_from_query(query, output=take, format="csv", header=True)
    finally:
        await connection.close()
    return bytes(read)


async def _cones(running: Servers, places: Databases) -> Measurement:
    around = await places_of_stars(places.foreign)
    clients = {name: await Client.to(server.url) for name, server in running.items()}
    requests = {
        name: [get(CONES[name], RA=ra, DEC=dec, SR=RADIUS, RESPONSEFORMAT=FORMATS["TABLEDATA"]) for ra, dec in around]
        for name in running
    }
    for number in range(5):
        counts = {(await clients[name].ask(requests[name][number])).count(b"<TR>") for name in clients}
        _same(f"the cone around {around[number]}", counts)
    asks = {name: asker(clients[name], requests[name]) for name in clients}
    timings = await compare(asks, 5, 40)
    for client in clients.values():
        client.close()
    return faster(f"Cone search, {RADIUS}°", timings["gateway"], PEER, timings["dachs"], GOAL)


def _same(what: str, counts: set[int]) -> None:
    if len(counts) != 1 or 0 in counts:
        message = f"{what}: not the same rows, but {counts}"
        raise WrongAnswerError(message)


def _query(name: str, form: str) -> bytes:
    adql = f"SELECT TOP {ROWS} {COLUMNS} FROM {TABLES[name]}"
    params = {"REQUEST": "doQuery", "LANG": "ADQL", "MAXREC": ROWS, "FORMAT": form, "QUERY": adql}
    return f"GET /tap/sync?{urlencode(params)} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode()


async def _streams(running: Servers) -> list[Measurement]:
    measurements = []
    for title, form in FORMATS.items():
        firsts: dict[str, list[float]] = {name: [] for name in running}

        async def ask(name: str, _number: int, *, form: str = form, firsts: dict[str, list[float]] = firsts) -> None:
            first, _ = await download(running[name].url, _query(name, form))
            firsts[name].append(1000 * first)

        timings = await compare({name: partial(ask, name) for name in running}, 3, 1)
        question = f"TAP sync, {spaced(ROWS)} rows, {title}"
        measurements.append(faster(question, timings["gateway"], PEER, timings["dachs"], GOAL))
        ours, theirs = (Timing([median(firsts[name])]) for name in ("gateway", "dachs"))
        measurements.append(faster(f"{question}, first byte", ours, PEER, theirs, GOAL))
    return measurements


async def _at_once(running: Servers) -> Measurement:
    for name, server in running.items():
        request = _query(name, FORMATS["TABLEDATA"])
        await asyncio.gather(*(download(server.url, request) for _ in range(AT_ONCE)))
    ours, theirs = (running[name].peak_memory() for name in ("gateway", "dachs"))
    return Measurement(
        f"Peak memory, {AT_ONCE} downloads of {spaced(ROWS)} rows at once", f"{ours:.0f} MB", PEER, f"{theirs:.0f} MB",
        f"{theirs / ours:.1f}× less", f"< {MEMORY:g} MB", ours < MEMORY,
    )  # fmt: skip


async def _job(running: Servers) -> Measurement:
    async def spent(client: httpx.AsyncClient, name: str) -> float:
        params = {"LANG": "ADQL", "QUERY": f"SELECT TOP 5 {STAR.key.sql} FROM {TABLES[name]}"}
        start = perf_counter()
        created = await client.post("/tap/async", data=params)
        job = created.headers["location"]
        await client.post(f"{job}/phase", data={"PHASE": "RUN"})  # DaCHS ignores it in the request that makes a job
        async with asyncio.timeout(60):
            while b"COMPLETED" not in (await client.get(f"{job}?WAIT=10")).content:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)  # a server may answer at once what it was asked to wait for
        (await client.get(f"{job}/results/result", follow_redirects=True)).raise_for_status()
        return perf_counter() - start

    return await _timed(running, "Trivial async job", spent, JOBS, JOB_GOAL)


async def _upload(running: Servers, places: Databases) -> Measurement:
    table = await _uploaded(places.foreign)

    async def spent(client: httpx.AsyncClient, name: str) -> float:
        ra, dec = (column.sql for column in STAR.position or ())
        near = f"DISTANCE(POINT(s.{ra}, s.{dec}), POINT(u.ra, u.dec)) < {UPLOAD_RADIUS}"
        adql = f"SELECT u.n, s.{STAR.key.sql} FROM {TABLES[name]} AS s JOIN TAP_UPLOAD.t AS u ON {near}"
        params = {"LANG": "ADQL", "QUERY": adql, "UPLOAD": "t,param:t", "FORMAT": "csv", "MAXREC": str(ROWS)}
        start = perf_counter()
        answer = await client.post("/tap/sync", data=params, files={"t": ("t.vot", table, "application/x-votable+xml")})
        elapsed = perf_counter() - start
        if answer.text.count("\n") < UPLOADED:
            raise WrongAnswerError(answer.text[:500])
        return elapsed

    return await _timed(running, f"Upload of {spaced(UPLOADED)} places matched within 1″", spent, 5, UPLOAD_GOAL)


async def _uploaded(hub: str) -> bytes:
    connection = await asyncpg.connect(hub)
    try:
        ra, dec = (column.sql for column in STAR.position or ())
        records = await connection.fetch(
            f"SELECT {ra}, {dec} FROM {STAR.qualified} ORDER BY {STAR.key.sql} % 7919 LIMIT {UPLOADED}"
        )
    finally:
        await connection.close()
    fields = '<FIELD name="n" datatype="int"/>' + "".join(
        f'<FIELD name="{name}" datatype="double" unit="deg"/>' for name in ("ra", "dec")
    )
    rows = "".join(f"<TR><TD>{n}</TD><TD>{row[0]}</TD><TD>{row[1]}</TD></TR>" for n, row in enumerate(records))
    return (
        '<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>'
        f"{fields}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    ).encode()


async def _timed(running: Servers, title: str, spent: Spent, repeats: int, goal: float) -> Measurement:
    timings = {}
    for name, server in running.items():
        async with httpx.AsyncClient(base_url=server.url, timeout=120) as client:
            timings[name] = Timing([1000 * await spent(client, name) for _ in range(repeats)][1:])
    ours, theirs = timings["gateway"], timings["dachs"]
    ratio = f"{theirs.typical / ours.typical:.2g}× faster"
    times_and_goal = (milliseconds(ours.typical), PEER, milliseconds(theirs.typical), ratio, f"≤ {milliseconds(goal)}")
    return Measurement(title, *times_and_goal, ours.typical <= goal)
