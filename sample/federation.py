"""The four sources and the hub, on a PostgreSQL of our own: what the demo, the tests and the benchmarks run against."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.installation import admit, install, readdress, spatial_body
from hub.rows import connect
from identity.batch import identify
from localpg.cluster import Cluster
from sample.load import load
from schema.catalog import SOURCES
from schema.foreign import JOBS, READER, ROLE, WRITER

ROOT = Path(__file__).parent.parent
HUB = "hub"
MARK = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1"
CONTENT = (
    "schema/*.py", "sql/**/*.sql", "sample/*.py", "sample/data/*", "identity/*.py", "sky/cells.py", "sky/healpix.py",
    "hub/installation.py",
)  # fmt: skip
"""What the databases are made of: another content, other databases."""
Report = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Federation:
    """Where the databases are: DSNs of the hub, as each of its roles and as owner, and of the sources likewise."""

    hub: str
    writer: str
    jobs: str
    owner: str
    readers: dict[str, str]
    sources: dict[str, str]
    """As owner."""
    body: str


def dsn(cluster: Cluster, database: str, user: str) -> str:
    """DSN of a database of the cluster, through its socket."""
    return f"postgresql://{user}@/{database}?host={cluster.socket_dir}&port={cluster.port}"


def fingerprint(stars: int | None, version: str) -> str:
    """What decides the content of the databases, in one word."""
    digest = sha256(f"{stars} {version}".encode())
    for pattern in CONTENT:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


async def build(
    cluster: Cluster, stars: int | None, report: Report, sources: dict[str, Cluster] | None = None
) -> Federation:
    """Make and fill the databases, or find them made; `sources` may put some of them on clusters of their own."""
    where = {name: (sources or {}).get(name, cluster) for name in SOURCES}
    owners = {name: dsn(where[name], name, cluster.superuser) for name in SOURCES}
    readers = {name: dsn(where[name], name, READER) for name in SOURCES}
    owner = dsn(cluster, HUB, cluster.superuser)
    wanted = fingerprint(stars, str(cluster.binaries.major))
    made = await _made(dsn(cluster, "postgres", cluster.superuser))
    if made.get("fingerprint") == wanted:
        await readdress(owner, readers)  # the socket's directory is new at every start
        return Federation(*_roles(cluster), owner, readers, owners, str(made["body"]))
    for name, place in (*where.items(), (HUB, cluster)):
        await _renew(dsn(place, "postgres", cluster.superuser), name)
    body = await _filled(owner, owners, stars, report)
    for name in SOURCES:
        await admit(owners[name], name, readers[name])
    await install(owner, readers, lambda told: report(told, 1.0))
    await identify(dsn(cluster, HUB, WRITER), lambda _what, part: report("identity", part))
    await _mark(owner, {"fingerprint": wanted, "body": body})
    return Federation(*_roles(cluster), owner, readers, owners, body)


def _roles(cluster: Cluster) -> tuple[str, str, str]:
    return dsn(cluster, HUB, ROLE), dsn(cluster, HUB, WRITER), dsn(cluster, HUB, JOBS)


async def _filled(owner: str, owners: dict[str, str], stars: int | None, report: Report) -> str:
    """Fill the sources; the spatial extension that they are indexed with is the one that the hub can have."""
    connection = await connect(owner)
    try:
        body = await spatial_body(connection)
    finally:
        await connection.close()
    await load(owners, body, stars, report)
    return body


async def _renew(maintenance: str, database: str) -> None:
    connection = await connect(maintenance)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {database}")
    finally:
        await connection.close()


async def _made(maintenance: str) -> dict[str, Any]:
    """What the hub's comment tells of how it was made: nothing where it was not, or not to the end."""
    connection = await connect(maintenance)
    try:
        told = await connection.fetchval(MARK, HUB)
        return dict(json.loads(told)) if told else {}
    finally:
        await connection.close()


async def _mark(owner: str, made: dict[str, Any]) -> None:
    connection = await connect(owner)
    try:
        await connection.execute(f"COMMENT ON DATABASE {HUB} IS '{json.dumps(made)}'")
    finally:
        await connection.close()


def run(cluster: Cluster, stars: int | None, report: Report) -> Federation:
    """`build`, for callers without an event loop."""
    return asyncio.run(build(cluster, stars, report))
