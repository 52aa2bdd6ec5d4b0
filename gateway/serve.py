"""`python -m gateway serve`: the process that answers."""

from importlib.metadata import version
from socket import socket

import uvicorn

from gateway import logs
from gateway.app import create_app
from gateway.lasting import lasting
from gateway.settings import Settings
from gateway.state import State


def serve(settings: Settings) -> int:
    """Serve until told to stop; 0 if it could start."""
    logs.configure(settings.log)
    server = Alone(configuration(settings))
    server.run()
    return 0 if server.started else 1


class Server(uvicorn.Server):
    """uvicorn, which ends what waits before it waits for the answers under way."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop serving."""
        state: State = self.config.app.state.gateway  # type: ignore[union-attr]
        state.subscriptions.close()
        if state.desk:
            state.desk.close()
        await super().shutdown(sockets)


class Alone(Server):
    """The same, in a process that does nothing else."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve."""
        with lasting():
            await super().startup(sockets)


def configuration(settings: Settings, log_level: str = "info") -> uvicorn.Config:
    """How uvicorn runs: bounded heads and keep-alive; streams under way get five seconds when it stops."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=log_level,
        log_config=None,
        access_log=False,
        server_header=False,
        headers=[("Server", f"JMMC-Gateway/{version('jmmc-gateway')} (IVOA-service)")],
        forwarded_allow_ips=settings.proxies,
        ws="websockets-sansio",
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=32_768,
    )
