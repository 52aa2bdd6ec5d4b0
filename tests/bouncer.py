"""PgBouncer in front of a cluster: Debian's, under the account of the server, on a port of this machine."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from waiting import until

from localpg import rundir
from localpg.account import environment, server_account
from localpg.cluster import Cluster
from localpg.options import LOOPBACK, free_port
from schema.foreign import JOBS, READER, ROLE, WRITER

PGBOUNCER = Path("/usr/sbin/pgbouncer")
SESSION, TRANSACTION = "session", "transaction"


@dataclass(frozen=True)
class Bouncer:
    """A PgBouncer that runs."""

    port: int
    mode: str

    def dsn(self, direct: str) -> str:
        """The same role and database as a DSN of the cluster, by way of the bouncer."""
        parts = urlsplit(direct)
        return f"postgresql://{quote(parts.username or '')}@{LOOPBACK}:{self.port}{parts.path}"


@contextmanager
def bounced(cluster: Cluster, mode: str, **settings: object) -> Iterator[Bouncer]:
    """PgBouncer in this mode of pooling, with its own settings but for these."""
    account = server_account()
    with rundir.create_run_directory(account) as own:
        port = free_port()
        told = {
            "listen_addr": LOOPBACK,
            "listen_port": port,
            "unix_socket_dir": "",
            "auth_type": "trust",
            "auth_file": own.path / "users",
            "logfile": own.path / "log",
            "pool_mode": mode,
            "default_pool_size": 30,
        } | settings
        roles = (ROLE, WRITER, JOBS, READER, cluster.superuser)
        (own.path / "users").write_text("".join(f'"{role}" ""\n' for role in roles))
        (own.path / "ini").write_text(
            f"[databases]\n* = host={cluster.socket_dir} port={cluster.port}\n[pgbouncer]\n"
            + "".join(f"{name} = {value}\n" for name, value in told.items())
        )
        for name in ("users", "ini"):
            account.adopt(own.path / name)
        process = subprocess.Popen(
            [PGBOUNCER, "-q", own.path / "ini"],
            env=environment(),
            user=account.user,
            group=account.group,
            extra_groups=account.groups,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(lambda: _listens(process, port), 10)
            yield Bouncer(port, mode)
            assert process.poll() is None, (own.path / "log").read_text()[-2000:]
        finally:
            process.terminate()
            process.wait(10)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, "pgbouncer did not start"
    with socket.socket() as looking:
        return looking.connect_ex((LOOPBACK, port)) == 0
