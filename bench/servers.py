"""Processes of the gateway and its peers, each serving on a port of its own and stopped at the end."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from bench.client import Client
from bench.peers.dachs import Dachs
from schema.catalog import SOURCES

ROOT = Path(__file__).parent.parent
FOLDER = "STATIC_FILES"
"""Variable of the environment with the folder of `static_files`."""
HEARTBEAT = Path(__file__).parent / "heartbeat.py"
POSTGRAPHILE = Path(__file__).parent / "peers" / "postgraphile"
NODE = POSTGRAPHILE / "node_modules" / ".bin" / "node"
EXPOSED = ("jsdc", "obsportal")
"""Schemas that PostGraphile serves; others have tables of the same names."""
PATIENCE = 90.0
ALONE: Mapping[str, str] = {"GATEWAY_RATE": "0", "GATEWAY_SHARE": "1"}
"""Settings of a server whose clients, all of one address, stand for many."""


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server that runs, with its memory."""

    url: str
    process: subprocess.Popen[bytes]

    def peak_memory(self) -> float:
        """The most memory it has had so far, MB (VmHWM)."""
        return self._memory("VmHWM")

    def memory(self) -> float:
        """The memory it has, MB (VmRSS)."""
        return self._memory("VmRSS")

    def _memory(self, name: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{name}:")[2].split()[0]) / 1024


@asynccontextmanager
async def gateway(  # noqa: PLR0913, PLR0917 - a server, and what it is started with
    hub: str,
    sources: Mapping[str, str] | None = None,
    jobs: str = "",
    root: Path = ROOT,
    pulse: Path | None = None,
    settings: Mapping[str, str] = ALONE,
) -> AsyncIterator[ServerProcess]:
    """The gateway, as `python -m gateway serve` serves; with `sources` asked directly, and `jobs`, if given.

    `root` is where its packages lie: another folder for another build. `pulse` is a file for `bench.heartbeat`, which
    watches its event loop. `settings` are more of its environment. Raises `RuntimeError` if it does not start.
    """
    port = free_port()
    environment = {"GATEWAY_HUB": hub, "GATEWAY_PORT": str(port), "GATEWAY_HUB_JOBS": jobs}
    environment |= settings
    environment |= {f"GATEWAY_{name.upper()}": dsn for name, dsn in (sources or {}).items()}
    run = [str(HEARTBEAT), str(pulse)] if pulse else ["-m", "gateway"]
    with tempfile.TemporaryDirectory() as spool:
        environment["GATEWAY_SPOOL"] = spool
        async with _serving([sys.executable, *run, "serve"], environment, port, root) as server:
            yield server


@asynccontextmanager
async def static_files(folder: Path) -> AsyncIterator[ServerProcess]:
    """`bench/peers/static_files.py` over a folder."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--port", str(port), "--log-level", "warning"]
    async with _serving([*command, "bench.peers.static_files:app"], {FOLDER: str(folder)}, port) as server:
        yield server


@asynccontextmanager
async def bare(hub: str, *, local: bool) -> AsyncIterator[ServerProcess]:
    """`bench/peers/bare.py`."""
    async with _peer([sys.executable, "-m", "bench.peers.bare"], hub, {"PEER_LOCAL": "yes"} if local else {}) as server:
        yield server


@asynccontextmanager
async def strawberry(hub: str) -> AsyncIterator[ServerProcess]:
    """`bench/peers/strawberry_plain.py`."""
    async with _peer([sys.executable, "-m", "bench.peers.strawberry_plain"], hub, {}) as server:
        yield server


@asynccontextmanager
async def postgraphile(hub: str, *, local: bool) -> AsyncIterator[ServerProcess]:
    """`bench/peers/postgraphile`; keys that foreign tables cannot have are given to it as smart tags."""
    environment = {"NODE_ENV": "production"} | ({} if local else {"PEER_TAGS": orjson.dumps(_tags()).decode()})
    async with _peer([str(NODE), str(POSTGRAPHILE / "server.mjs")], hub, environment) as server:
        yield server


@asynccontextmanager
async def dachs(peer: Dachs) -> AsyncIterator[ServerProcess]:
    """`bench/peers/dachs.py`, filled and configured."""
    with tempfile.TemporaryFile() as log:
        async with _running(peer.start(log.fileno()), peer.port, log) as server:
            yield server


def install_postgraphile() -> str:
    """Install PostGraphile as its lock file says. Returns why it cannot be installed; empty if it was."""
    if NODE.exists():
        return ""
    try:
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=POSTGRAPHILE, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return "npm is not there"
    return "" if NODE.exists() else f"npm ci failed: {done.stderr.strip()[-200:]}"


def _tags() -> dict[str, object]:
    """PostGraphile's smart tags: keys and references, from the declarations."""
    classes = {}
    for source in (SOURCES[name] for name in EXPOSED):
        for table in source.tables:
            references = [
                f"({link.from_column.sql}) references {link.target.qualified} ({link.to_column.sql})"
                for link in source.links
                if link.origin is table and not link.many and link.to_column is link.target.key
            ]
            tags: dict[str, object] = {"primaryKey": table.key.sql, "foreignKey": references}
            classes[table.qualified] = {"tags": {name: value for name, value in tags.items() if value}}
    return {"version": 1, "config": {"class": classes}}


@asynccontextmanager
async def _peer(command: Sequence[str], hub: str, environment: Mapping[str, str]) -> AsyncIterator[ServerProcess]:
    port = free_port()
    async with _serving(command, {"PEER_HUB": hub, "PEER_PORT": str(port), **environment}, port) as server:
        yield server


@asynccontextmanager
async def _serving(
    command: Sequence[str], environment: Mapping[str, str], port: int, root: Path = ROOT
) -> AsyncIterator[ServerProcess]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=root, env=os.environ | environment, stdout=log, stderr=log)  # noqa: ASYNC220
        async with _running(process, port, log) as server:
            yield server


@asynccontextmanager
async def _running(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> AsyncIterator[ServerProcess]:
    server = ServerProcess(f"http://127.0.0.1:{port}", process)
    try:
        await _ready(server, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


async def _ready(server: ServerProcess, log: IO[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            client = await Client.to(server.url)
        except OSError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                message = f"{server.process.args!r} did not start:\n{log.read().decode(errors='replace')[-2000:]}"
                raise RuntimeError(message) from None
            await asyncio.sleep(0.05)
        else:
            client.close()
            return


def free_port() -> int:
    """A port on 127.0.0.1 that is free at the moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
