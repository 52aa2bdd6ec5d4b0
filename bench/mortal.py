"""What is killed without warning and started again at its address: a gateway, a PostgreSQL with all its sessions."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import httpx

from bench.servers import ROOT, free_port
from localpg.cluster import Cluster

PATIENCE = 60.0
"""Seconds in which what was started must answer."""


class Mortal(Protocol):
    """What can be killed, and comes back."""

    def kill(self) -> None:
        """End all its processes at once (SIGKILL)."""

    async def rise(self) -> None:
        """Start it again; returns once it answers."""


class MortalGateway:
    """`python -m gateway serve` with these settings of the environment, on one port for good; who makes it kills it."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._port = free_port()
        self._environment = os.environ | settings | {"GATEWAY_PORT": str(self._port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    def kill(self) -> None:
        """End it."""
        if self._process:
            self._process.kill()
            self._process.wait()

    async def rise(self) -> None:
        """Start it; raises `TimeoutError` if it does not answer."""
        command = [sys.executable, "-m", "gateway", "serve"]
        self._process = subprocess.Popen(  # noqa: ASYNC220
            command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + PATIENCE
        async with httpx.AsyncClient() as client:
            while not await _ready(client, self.url):
                if time.monotonic() > until:
                    raise TimeoutError
                await asyncio.sleep(0.05)


class MortalCluster:
    """A PostgreSQL that is up."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def kill(self) -> None:
        """End it with all its sessions; it is stopped first, so that it begins no other meanwhile."""
        lock = self._cluster.socket_dir / f".s.PGSQL.{self._cluster.port}.lock"
        postmaster = int(lock.read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)
        sessions = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *map(int, sessions)):
            os.kill(process, signal.SIGKILL)

    async def rise(self) -> None:
        """Start it; returns once it has recovered."""
        await asyncio.to_thread(self._cluster.start)


async def _ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).is_success
    except httpx.TransportError:
        return False
