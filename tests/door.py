"""The gateway as a process of its own, and the sources it depends on as one can make them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from serving import PATIENT
from waiting import until

from hub.rows import connect
from localpg.cluster import Cluster
from localpg.options import free_port
from sample.federation import Federation

ROOT = Path(__file__).parents[1]
LOG = "portal.exposure_log"
QUIET = {"figures": False, "silence_seconds": PATIENT}
"""What is counted in the background would be taken for a client's, and a busy machine for an outage."""


@dataclass(frozen=True)
class Apart:
    """A federation whose Obs Portal is on a cluster of its own."""

    hub: Cluster
    portal: Cluster
    federation: Federation


@dataclass(frozen=True)
class Door:
    """A gateway that serves."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def client(self, **told: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=60, **told)

    def resident(self) -> int:
        """Memory in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")


@contextmanager
def opened(hub: str, log: Path, /, *run: str, workers: int = 1, **settings: object) -> Iterator[Door]:
    """Serve a hub on a free port; `run` is what Python runs, else the gateway."""
    port = free_port()
    told = {f"GATEWAY_{name.upper()}": str(value) for name, value in (QUIET | settings).items()}
    environment = os.environ | {"GATEWAY_HUB": hub, "GATEWAY_PORT": str(port)} | told
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                *(run or ("-m", "gateway")),
                "serve",
                *(["--workers", str(workers)] if workers > 1 else []),
            ],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    door = Door(f"http://127.0.0.1:{port}", process, log)
    try:
        until(lambda: _listens(door, port), 60)
        until(lambda: httpx.get(f"{door.url}/readyz").status_code == 200, 60)
        yield door
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _listens(door: Door, port: int) -> bool:
    """Asked of the socket alone: a client of HTTP for each look would take the processor from what is waited for."""
    assert door.process.poll() is None, door.log.read_text()
    with socket.socket() as looking:
        return looking.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def grown(owner: str, times: int, pause: float = 0) -> AsyncIterator[None]:
    """While inside, the Obs Portal's log shows each exposure many times, each after a pause."""
    connection = await connect(owner)
    text = (await connection.fetchval("SELECT pg_get_viewdef($1::text::regclass)", LOG)).rstrip(";")
    await connection.close()
    slow = f"WHERE pg_sleep({pause}) IS NOT NULL" if pause else ""
    await _define(owner, f"SELECT log.* FROM ({text}) AS log, generate_series(1, {times}) {slow}")
    try:
        yield
    finally:
        await _define(owner, text)


async def _define(owner: str, text: str) -> None:
    connection = await connect(owner)
    try:
        await connection.execute("SET lock_timeout = '10s'")
        await connection.execute(f"CREATE OR REPLACE VIEW {LOG} AS {text}")
    finally:
        await connection.close()
