"""The databases of the benchmark: the hub of the sample, and two more that differ from it in one thing each."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import asyncpg

from hub.installation import install
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from localpg.places import cache_home
from sample.federation import HUB, build_federation, dsn, fingerprint
from schema.catalog import SOURCES
from schema.foreign import READER, ROLE, grants
from schema.space import BODIES, SpatialBackend
from schema.table import Table

SERVER: dict[str, str | int] = {"max_connections": 600, "shared_buffers": "1GB", "max_wal_size": "4GB"}
LOCAL, LONG = "hub_local", "hub_long"
TWICE = "public.jsdc_twice"
MADE = Path(__file__)
"""This file: the copies are made again when its text changes."""
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Databases:
    """DSNs of the databases by role; `server` names PostgreSQL's version and its spatial extension."""

    foreign: str
    """The hub, over postgres_fdw."""
    local: str
    """A hub whose foreign tables are replaced by real ones, for parts that have it in COPIES."""
    long: str
    """A hub whose `jsdc.star` has every star twice, a million rows, for parts that have it in COPIES."""
    owner: str
    """The hub as its owner."""
    writer: str
    """The hub as the role that identifies records."""
    jobs: str
    """The hub as the role of jobs and uploads."""
    readers: Mapping[str, str]
    """Each source as the role that the hub connects as."""
    owners: Mapping[str, str]
    """Each source as its owner."""
    socket_directory: str
    port: int
    server: str


@contextmanager
def databases(stars: int, copies: Collection[str], report: Report) -> Iterator[Databases]:
    """Start a PostgreSQL and make or find the databases, `copies` of the hub among them, kept for the next run.

    Each size of the sample has a directory of its own in the cache directory.
    """
    binaries = find_binaries()
    data = cache_home() / f"bench-{binaries.kind}{binaries.major}-{stars}"
    with Cluster(binaries, data, settings=SERVER) as cluster:
        report(f"sample of {stars} stars")
        federation = asyncio.run(build_federation(cluster, stars, lambda _what, _part: None))
        if LOCAL in copies:
            report("copy of the hub in local tables")
            mark = sha256((fingerprint(stars, str(binaries.major)) + MADE.read_text()).encode()).hexdigest()
            asyncio.run(_local(cluster, mark))
        if LONG in copies:
            report("hub with every star twice")
            asyncio.run(_long(cluster))
        foreign, local, long = (dsn(cluster, name, ROLE) for name in (HUB, LOCAL, LONG))
        server = f"PostgreSQL {binaries.major} ({binaries.kind}), {binaries.spatial}"
        address = (str(cluster.socket_dir), cluster.port)
        roles = (federation.owner, federation.writer, federation.jobs)
        yield Databases(foreign, local, long, *roles, federation.readers, federation.sources, *address, server)


async def _local(cluster: Cluster, mark: str) -> None:
    """Copy every foreign table into a real one of the same name, with its key, indexes and foreign keys."""
    if await _remark(cluster, LOCAL) == mark:
        return
    body = await _installed(cluster, LOCAL)
    connection = await asyncpg.connect(dsn(cluster, LOCAL, cluster.superuser))
    try:
        await connection.execute("CREATE SCHEMA copy")
        for table in (table for source in SOURCES.values() for table in source.tables):
            await connection.execute(_copied(table, body))
        await connection.execute("".join(_references()) + "".join(f"DROP SERVER {name} CASCADE;\n" for name in SOURCES))
        await connection.execute(grants() + f"COMMENT ON DATABASE {LOCAL} IS '{mark}'")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _copied(table: Table, body: SpatialBackend) -> str:
    name = table.qualified
    lines = [
        f"CREATE TABLE copy.{table.name} AS TABLE {name}",
        f"DROP FOREIGN TABLE {name} CASCADE",
        f"ALTER TABLE copy.{table.name} SET SCHEMA {table.source}",
        f'ALTER TABLE {name} ADD PRIMARY KEY ("{table.key.sql}")',
        *(
            f'CREATE INDEX ON {name} ("{column.sql}")'
            for column in table.columns
            if column.indexed and column is not table.key
        ),
    ]
    if table.position:
        ra, dec = (f'"{column.sql}"' for column in table.position)
        lines.append(f"CREATE INDEX ON {name} USING gist ({body.point.format(ra=ra, dec=dec)})")
    return ";\n".join(lines)


def _references() -> Iterator[str]:
    """ALTER TABLE statements with the foreign keys of all links to one row: PostGraphile makes its fields of them."""
    for source in SOURCES.values():
        for link in source.links:
            if not link.many and link.to_column is link.target.key:
                yield (
                    f'ALTER TABLE {link.origin.qualified} ADD FOREIGN KEY ("{link.from_column.sql}")'
                    f" REFERENCES {link.target.qualified} NOT VALID;\n"
                )


async def _long(cluster: Cluster) -> None:
    connection = await asyncpg.connect(dsn(cluster, "jsdc", cluster.superuser))
    try:
        await connection.execute(
            f"CREATE OR REPLACE VIEW {TWICE} AS SELECT * FROM public.jsdc UNION ALL SELECT * FROM public.jsdc;"
            f"GRANT SELECT ON {TWICE} TO {READER}"
        )
    finally:
        await connection.close()
    await _installed(cluster, LONG)
    connection = await asyncpg.connect(dsn(cluster, LONG, cluster.superuser))
    try:
        await connection.execute(f"ALTER FOREIGN TABLE jsdc.star OPTIONS (SET table_name '{TWICE.rpartition('.')[2]}')")
    finally:
        await connection.close()


async def _installed(cluster: Cluster, name: str) -> SpatialBackend:
    """Create a hub from nothing, set up as that of the sample."""
    connection = await asyncpg.connect(dsn(cluster, "postgres", cluster.superuser))
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    readers = {source: dsn(cluster, source, READER) for source in SOURCES}
    return BODIES[await install(dsn(cluster, name, cluster.superuser), readers, lambda _step: None)]


async def _remark(cluster: Cluster, name: str) -> str | None:
    connection = await asyncpg.connect(dsn(cluster, "postgres", cluster.superuser))
    try:
        remark: str | None = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name
        )
        return remark
    finally:
        await connection.close()
