"""`python -m gateway serve`: the process that answers."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from socket import socket
from traceback import extract_tb

import uvicorn
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from gateway import logs
from gateway.app import create_app
from gateway.connection import ConnectionLimits, protocols
from gateway.permanent import permanent_objects
from gateway.settings import SettingError, Settings
from gateway.state import State
from gateway.workers.siblings import Worker
from planning.errors import GatewayError

LOG = logging.getLogger(__name__)
SWITCH = 0.001
"""Seconds after which a thread that computes gives way to the event loop."""


def serve(settings: Settings) -> int:
    """Serve until told to stop; 0 if it could start."""
    logs.configure(settings.log)
    sys.setswitchinterval(SWITCH)
    server = WorkerServer(configuration(settings))
    server.run()
    return 0 if server.started else 1


class StartupErrors:
    """The application, which says in a sentence why it cannot start."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.state = app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        await self._app(scope, receive, partial(_plainly, send) if scope["type"] == "lifespan" else send)


async def _plainly(send: Send, message: Message) -> None:
    error = sys.exc_info()[1]  # Starlette sends the traceback while it is handled
    if message["type"] == "lifespan.startup.failed" and error:
        message = {"type": message["type"], "message": _sentence(error)}
    await send(message)


def _sentence(error: BaseException) -> str:
    """Why the gateway does not start. Of what nobody foresaw only where it was: its text may have a password."""
    if isinstance(error, (GatewayError, SettingError)):
        return str(error)
    LOG.debug("the gateway cannot start", exc_info=error)
    where = extract_tb(error.__traceback__)[-1]
    return f"The gateway cannot start, by a mistake: {type(error).__name__} in {where.filename}, line {where.lineno}"


class GatewayServer(uvicorn.Server):
    """uvicorn, which ends what waits before it waits for the answers under way."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop serving."""
        state: State = self.config.app.state.gateway  # type: ignore[union-attr]
        state.subscriptions.close()
        if state.jobs:
            state.jobs.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as wishes to stop; in the end uvicorn sends itself what it has taken, which ends the process."""
        with super().capture_signals():
            try:
                yield
            finally:
                logs.flush()


class WorkerServer(GatewayServer):
    """The same, in a process that does nothing else."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve."""
        with permanent_objects():
            await super().startup(sockets)


def configuration(settings: Settings, log_level: str = "info", worker: Worker | None = None) -> uvicorn.Config:
    """How uvicorn runs: bounded connections and keep-alive; streams under way get five seconds when it stops.

    `worker` is what this process is to others at the same port; None where it is alone.
    """
    http, ws = protocols(ConnectionLimits(settings.head_seconds, settings.unread_seconds))
    return uvicorn.Config(
        StartupErrors(create_app(settings, worker)),
        host=settings.host,
        port=settings.port,
        log_level=log_level,
        log_config=None,
        access_log=False,
        server_header=False,
        headers=[("Server", f"JMMC-Gateway/{version('jmmc-gateway')} (IVOA-service)")],
        forwarded_allow_ips=settings.proxies,
        http=http,
        ws=ws,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
    )
