"""A private PostgreSQL server that ends with this process."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict
from urllib.parse import quote

from localpg import datadir, rundir, server
from localpg.account import server_account
from localpg.binaries import Binaries
from localpg.errors import StartError
from localpg.initdb import SUPERUSER
from localpg.options import free_port, server_options

_PORT = 5432  # names the socket; in a directory of its own it meets no other


class Address(TypedDict):
    """Keyword arguments of asyncpg.connect and asyncpg.create_pool."""

    host: str
    port: int
    user: str
    database: str


class Cluster:
    """A server without passwords, behind a directory that only its account and root can enter.

    A context manager: `with Cluster(find_binaries()) as cluster: connect(cluster.dsn())`.

    Parameters
    ----------
    binaries : Binaries
        From `localpg.binaries.find_binaries`.
    data : Path, optional
        Directory to keep the data in, created if missing, reused if not; by default they vanish with `stop`.
    settings : Mapping[str, str | int]
        Server parameters, over ours: max_connections, shared_buffers, jit...
    tcp : bool
        Also listen on 127.0.0.1, on a free port, to every user of this machine: for benchmarks only.
    """

    superuser = SUPERUSER

    def __init__(
        self,
        binaries: Binaries,
        data: Path | None = None,
        *,
        settings: Mapping[str, str | int] | None = None,
        tcp: bool = False,
    ) -> None:
        self.binaries = binaries
        self._data_path = data
        self._settings = dict(settings or {})
        self._tcp = tcp
        self._account = server_account()
        self._port = free_port() if tcp else _PORT
        self._run: rundir.RunDirectory | None = None
        self._data: datadir.DataDirectory | None = None
        self._server: server.Server | None = None

    def start(self) -> Self:
        """Return when the server accepts connections: about 0.1 s over existing data, 0.5 s to 2 s over none.

        A running cluster is left alone; one that fell, by `crash` or by itself, comes back at the same address.

        Raises
        ------
        LocalPostgresError
            Any of the family but MissingPostgresError; nothing is left running then.
        """
        if self._server and self._server.is_alive():
            return self
        self.crash()  # a server that fell by itself has left its watcher
        try:
            self._launch(self._hold())
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Shut down; remove the sockets, and the data unless a directory was given. Harmless when repeated."""
        if self._server:
            self._server.stop()
        if self._data:
            self._data.lock.release()
        if self._run:
            self._run.remove()
        self._server = self._data = self._run = None

    def crash(self) -> None:
        """End the server at once, keeping data and address: what a client sees of an accident."""
        if self._server:
            self._server.crash()
        self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def socket_dir(self) -> Path:
        """Directory of the socket, `host` for libpq, asyncpg and postgres_fdw; raises `StartError` before the start."""
        if not self._run:
            raise StartError("the cluster has no address before it is started")
        return self._run.path

    @property
    def port(self) -> int:
        """Number in the socket's name, and the port on 127.0.0.1 with `tcp`."""
        return self._port

    @property
    def log(self) -> Path:
        """File of the server's output since its start; raises `StartError` before it."""
        if not self._data:
            raise StartError("the cluster has no log before it is started")
        return self._data.log

    def dsn(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """Address as a URI that libpq and asyncpg understand."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={self._port}"

    def address(self, database: str = "postgres", user: str = SUPERUSER) -> Address:
        """Address as keyword arguments of asyncpg.connect."""
        return Address(host=str(self.socket_dir), port=self._port, user=user, database=database)

    def _hold(self) -> datadir.DataDirectory:
        if self._run is None:
            rundir.remove_abandoned(self._account)
            self._run = rundir.create_run_directory(self._account)
        if self._data is None:
            path = self._data_path.absolute() if self._data_path else self._run.path / "data"
            self._data = datadir.open_data_directory(path, self._account)
        self._data.prepare(self.binaries, self._account)
        return self._data

    def _launch(self, data: datadir.DataDirectory) -> None:
        """Start the server; on TCP, once more on another port if this one has been taken meanwhile."""
        options = server_options(self.socket_dir, self._port, tcp=self._tcp, settings=self._settings)
        self._server = server.launch_server(self.binaries.bindir / "postgres", data, options, self._account)
        try:
            self._server.wait_ready()
        except StartError as error:
            if not self._tcp or "Address already in use" not in str(error):
                raise
            self._server.stop()
            self._port = free_port()
            self._launch(data)
