"""`python -m gateway demo`: everything on one machine, from nothing to a door that answers."""

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gateway import logs
from gateway.commands.demo_people import introduce, login_settings, provided
from gateway.commands.demo_settings import UNMADE, demo_databases, demo_settings, demo_url, describe_settings
from gateway.commands.provider import Provider
from gateway.commands.serve import GatewayServer, configuration
from gateway.commands.tour import invite, show_checked, show_document
from gateway.door import Doors
from gateway.doors import DOORS
from gateway.settings import PREFIX, Settings
from gateway.tour import ask
from localpg.binaries import Binaries, find_binaries
from localpg.cluster import Cluster
from localpg.errors import LocalPostgresError
from localpg.places import cache_home
from sample import federation

SERVER: dict[str, str | int] = {
    "max_connections": 400, "shared_buffers": "256MB", "effective_cache_size": "1GB", "max_wal_size": "4GB",
}  # fmt: skip
CONSOLE = Console(highlight=False)


def demo(environment: Mapping[str, str], port: int | None, data: Path | None, stars: int | None, *, once: bool) -> int:
    """Set up, serve, show; 0 if all went well. Raises `SettingError` before anything is set up."""
    signal.signal(signal.SIGTERM, _interrupted)
    wanted = demo_settings(environment, UNMADE, Path(), port)
    try:
        listening = _bound(wanted)
    except OSError:
        CONSOLE.print(f"[red]Port {wanted.port} is taken: try --port {wanted.port + 1}[/red]")
        return 1
    try:
        binaries = find_binaries(data=data)
        home = data or cache_home() / f"sample-{binaries.kind}{binaries.major}"
        with _cluster(binaries, home) as cluster, provided(environment) as provider:
            own = demo_databases(_built(cluster, stars)) | login_settings(provider)
            for sentence in describe_settings(environment, own):
                CONSOLE.print(sentence, markup=False, soft_wrap=True)
            settings = demo_settings(environment, own, home / "spool", port)
            return _serve(listening, settings, environment, provider, once=once)
    except LocalPostgresError as error:
        CONSOLE.print(f"[red]{error}[/red]")
        return 1
    finally:
        listening.close()


def _bound(settings: Settings) -> socket.socket:
    """A socket with the port, which refuses connections until it is listened to; raises `OSError` for a taken port."""
    family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


@contextlib.contextmanager
def _cluster(binaries: Binaries, home: Path) -> Iterator[Cluster]:
    cluster = Cluster(binaries, home, settings=SERVER)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _built(cluster: Cluster, stars: int | None) -> federation.Federation:
    server = f"PostgreSQL {cluster.binaries.major} ({cluster.binaries.kind}), {cluster.binaries.spatial}"
    CONSOLE.print(f"[bold]JMMC gateway[/bold]: four databases and a hub on {server}")
    columns = (SpinnerColumn(), TextColumn("{task.description:12}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=CONSOLE, transient=True) as progress:
        bars: dict[str, object] = {}

        def report(what: str, part: float) -> None:
            name = what.partition(":")[0]
            if name not in bars:
                bars[name] = progress.add_task(name, total=1.0)
            progress.update(bars[name], completed=part)  # type: ignore[arg-type]

        return federation.build_federation_blocking(cluster, stars, report)


def _serve(
    listening: socket.socket,
    settings: Settings,
    environment: Mapping[str, str],
    provider: Provider | None,
    *,
    once: bool,
) -> int:
    if f"{PREFIX}LOG" in environment:  # else the tour is all that is printed
        logs.configure(settings.log)
    server = GatewayServer(configuration(settings, log_level="warning"))
    # An event and not Thread.join, which Ctrl-C breaks for good: it would then return while the server still runs.
    ended = threading.Event()
    threading.Thread(target=_run, args=(server, listening, ended)).start()
    try:
        while not server.started and not ended.wait(0.02):
            pass
        if once:
            return _examine(demo_url(settings))
        _show(demo_url(settings), settings, provider)
        ended.wait()
        return 0
    finally:
        server.should_exit = True
        ended.wait()


def _run(server: uvicorn.Server, listening: socket.socket, ended: threading.Event) -> None:
    try:
        server.run([listening])
    finally:
        ended.set()


def _examine(url: str) -> int:
    """Ask every door, and print the answers; 0 if all were right."""
    answers = [ask(url, request) for request in Doors(DOORS).tour]
    for answer in answers:
        show_checked(CONSOLE, answer)
    return 0 if all(answer.right for answer in answers) else 1


def _show(url: str, settings: Settings, provider: Provider | None) -> None:
    """Print a document with its answer, what to try, and who may log in."""
    show_document(CONSOLE, ask(url, Doors(DOORS).tour[0]))
    invite(CONSOLE, url, settings)
    if provider:
        introduce(CONSOLE, url, provider)
    CONSOLE.print("\nCtrl-C stops everything; a cache folder is all that stays.")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt
