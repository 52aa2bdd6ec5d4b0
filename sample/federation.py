"""The four sources and the hub, on a PostgreSQL of our own, for the demo, the tests and the benchmarks."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.installation import admit, admit_writer, install, readdress, spatial_body
from hub.rows import connect
from identity.batch import identify
from localpg import collations
from localpg.cluster import Cluster
from sample.load import load
from schema.catalog import SOURCES
from schema.foreign import JOBS, READER, ROLE, WRITER
from schema.writing import role

ROOT = Path(__file__).parent.parent
HUB = "hub"
MARK = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1"
"""SQL: the comment of a database, where `build_federation` records what it built."""
INPUTS = (
    "schema/*.py", "sql/**/*.sql", "sample/*.py", "sample/data/*", "identity/*.py", "sky/cells.py", "sky/healpix.py",
    "hub/installation.py",
)  # fmt: skip
"""Files that decide the content of the databases: when one changes, they are built again."""
Report = Callable[[str, float], None]
"""Called with the current step and its progress, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Federation:
    """DSNs of the databases: the hub as each of its roles and as owner, each source as reader and as owner.

    `body` is the spatial extension, "pg_sphere" or "cube".
    """

    hub: str
    writer: str
    jobs: str
    owner: str
    readers: dict[str, str]
    sources: dict[str, str]
    """As owner, by name."""
    body: str

    @property
    def source_writers(self) -> dict[str, str]:
        """DSN of each source that is written, as the role that writes to it, by name."""
        return {
            name: reader.replace(f"//{READER}@", f"//{role(SOURCES[name])}@")
            for name, reader in self.readers.items()
            if SOURCES[name].owned
        }


def dsn(cluster: Cluster, database: str, user: str) -> str:
    """DSN of a database of the cluster, through its socket."""
    return f"postgresql://{user}@/{database}?host={cluster.socket_dir}&port={cluster.port}"


def fingerprint(stars: int | None, version: str) -> str:
    """Digest of everything that decides the content of the databases."""
    digest = sha256(f"{stars} {version}".encode())
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


async def build_federation(
    cluster: Cluster,
    stars: int | None,
    report: Report,
    sources: dict[str, Cluster] | None = None,
    linguistic: Sequence[str] = (),
) -> Federation:
    """Build and fill the databases, or reuse those built before from the same inputs.

    Parameters
    ----------
    cluster : Cluster
        Runs the hub, and the sources that `sources` does not place elsewhere; must be started.
    stars : int | None
        As `sample.load.load` takes it.
    report : Report
        Told the progress.
    sources : dict[str, Cluster] | None
        Clusters of single sources; None for all on `cluster`.
    linguistic : Sequence[str]
        Sources that are to sort text as languages do, as far as `cluster` can: by libc and by ICU, in turn.
    """
    clusters = {name: (sources or {}).get(name, cluster) for name in SOURCES}
    owners = {name: dsn(clusters[name], name, cluster.superuser) for name in SOURCES}
    readers = {name: dsn(clusters[name], name, READER) for name in SOURCES}
    owner = dsn(cluster, HUB, cluster.superuser)
    maintenance = dsn(cluster, "postgres", cluster.superuser)
    options = await _options(maintenance, linguistic, cluster.binaries.major)
    digest = fingerprint(stars, f"{cluster.binaries.major} {sorted(options.items())}")
    recorded = await _recorded(maintenance)
    if recorded.get("fingerprint") == digest:
        await readdress(owner, readers)  # the socket's directory is new at every start
        return Federation(*_roles(cluster), owner, readers, owners, str(recorded["body"]))
    for name, place in (*clusters.items(), (HUB, cluster)):
        await _renew(dsn(place, "postgres", cluster.superuser), name, options.get(name, ""))
    body = await _fill(owner, owners, stars, report)
    made = Federation(*_roles(cluster), owner, readers, owners, body)
    for name in SOURCES:
        await admit(owners[name], name, readers[name])
    for name, writer in made.source_writers.items():
        await admit_writer(owners[name], name, writer)
    await install(owner, readers, lambda step: report(step, 1.0))
    await identify(dsn(cluster, HUB, WRITER), lambda _what, done: report("identity", done))
    await _mark(owner, {"fingerprint": digest, "body": body})
    return made


def _roles(cluster: Cluster) -> tuple[str, str, str]:
    return dsn(cluster, HUB, ROLE), dsn(cluster, HUB, WRITER), dsn(cluster, HUB, JOBS)


async def _fill(owner: str, owners: dict[str, str], stars: int | None, report: Report) -> str:
    """Fill the sources; they are indexed with the spatial extension that the hub can have."""
    connection = await connect(owner)
    try:
        body = await spatial_body(connection)
    finally:
        await connection.close()
    await load(owners, body, stars, report)
    return body


async def _options(maintenance: str, linguistic: Sequence[str], major: int) -> dict[str, str]:
    """What CREATE DATABASE says of the collation, by database; others have that of the cluster."""
    if not linguistic:
        return {}
    connection = await connect(maintenance)
    try:
        libc, icu = await connection.fetchval(collations.LINGUISTIC), await connection.fetchval(collations.HAS_ICU)
    finally:
        await connection.close()
    return collations.options(linguistic, libc=libc, icu=icu, major=major)


async def _renew(maintenance: str, database: str, options: str) -> None:
    connection = await connect(maintenance)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {database} {options}")
    finally:
        await connection.close()


async def _recorded(maintenance: str) -> dict[str, Any]:
    """What the hub's comment records: empty if it was not built, or not to the end."""
    connection = await connect(maintenance)
    try:
        comment = await connection.fetchval(MARK, HUB)
        return dict(json.loads(comment)) if comment else {}
    finally:
        await connection.close()


async def _mark(owner: str, record: dict[str, Any]) -> None:
    connection = await connect(owner)
    try:
        await connection.execute(f"COMMENT ON DATABASE {HUB} IS '{json.dumps(record)}'")
    finally:
        await connection.close()


def build_federation_blocking(cluster: Cluster, stars: int | None, report: Report) -> Federation:
    """`build_federation`, for callers without an event loop."""
    return asyncio.run(build_federation(cluster, stars, report))
