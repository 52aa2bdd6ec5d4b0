"""A gateway that serves over HTTP, in a thread."""

import threading
from dataclasses import replace
from typing import Any

from gateway.commands import serve
from gateway.settings import Settings
from hub.health import HealthMonitor
from sample.federation import Federation
from schema.catalog import SOURCES

PATIENT = 10.0
"""Seconds that a source may be silent for where a test is not about that: a busy machine is no outage."""


def watch() -> HealthMonitor:
    """A watch that takes nothing for down because it is slow."""
    return HealthMonitor(SOURCES, silence=PATIENT)


def patient(federation: Federation, **told: Any) -> Settings:
    """Settings of a gateway whose watch does not either."""
    return Settings(federation.hub, silence_seconds=PATIENT, **told)


class Server(serve.GatewayServer):
    """uvicorn in a thread: what clients that know nothing of ASGI talk to."""

    def __init__(self, settings: Settings, port: int = 0) -> None:
        super().__init__(serve.configuration(replace(settings, port=port), log_level="warning"))
        self._thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        while not self.started:
            self._thread.join(0.01)
            assert self._thread.is_alive(), "the server did not start"
        port = self.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.should_exit = True
        self._thread.join(10)
