"""A hot standby of a cluster: a copy by `pg_basebackup` that follows it by streaming replication."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from waiting import within

from localpg import rundir
from localpg.account import server_account
from localpg.cluster import Cluster

REPLAYED = "SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn"


@contextmanager
def standing_by(primary: Cluster, **settings: str | int) -> Iterator[Cluster]:
    """A running standby of a cluster that runs, on files of its own; `promote` makes it a primary.

    A primary that is started again keeps its address, and is followed again.
    """
    account = server_account()
    with rundir.create_run_directory(account) as own:
        data = own.path / "data"
        data.mkdir()
        account.adopt(data)
        _copy(primary, data / "cluster")
        settings = {"max_connections": 600, "wal_retrieve_retry_interval": "100ms"} | settings
        with Cluster(primary.binaries, data, settings=settings) as started:
            yield started


def _copy(primary: Cluster, files: Path) -> None:
    at = ("-h", primary.socket_dir, "-p", str(primary.port), "-U", primary.superuser)
    how = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
    done = server_account().run(primary.binaries.bindir / "pg_basebackup", *at, *how, "-D", files)
    assert done.returncode == 0, done.stderr


async def caught_up(primary: Cluster, standby: Cluster, seconds: float = 10) -> None:
    """Wait until the standby shows all that has been committed on its primary."""
    [[written]] = await asked(primary.dsn(), "SELECT pg_current_wal_insert_lsn()::text")

    async def replayed() -> bool:
        return bool((await asked(standby.dsn(), REPLAYED, written))[0][0])

    await within(replayed, seconds)


async def promote(standby: Cluster) -> None:
    """Make a primary of it, and return when it takes writes."""
    assert (await asked(standby.dsn(), "SELECT pg_promote()"))[0][0]


@contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    """Stop it in order, and start it afterwards at the same address."""
    assert cluster._server  # noqa: SLF001 - `stop` gives up the address
    cluster._server.stop()  # noqa: SLF001
    yield
    cluster.start()


def restart(cluster: Cluster) -> None:
    """Stop it in order, and start it at the same address."""
    with stopped(cluster):
        pass


def files_of(cluster: Cluster) -> Path:
    """Where its files are."""
    assert cluster._data  # noqa: SLF001
    return cluster._data.cluster  # noqa: SLF001


async def asked(dsn: str, text: str, *values: Any) -> list[Any]:
    """Rows of a statement, on a connection of its own: what it wrote is counted when it has ended."""
    connection = await asyncpg.connect(dsn)
    try:
        return list(await connection.fetch(text, *values))
    finally:
        await connection.close()


async def done(dsn: str, text: str) -> None:
    """Execute statements in one transaction, on a connection of their own."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(text)
    finally:
        await connection.close()
