"""What the parent does before it has workers, and what a worker does."""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from socket import socket
from time import monotonic
from types import FrameType

from gateway import logs
from gateway.commands.serve import WorkerServer, configuration
from gateway.permanent import permanent_objects
from gateway.settings import SettingError, Settings
from gateway.workers.listening import addresses
from gateway.workers.portion import portion
from gateway.workers.siblings import Siblings, open_siblings
from gateway.workers.supervisor import READY, Begin, Supervisor
from resolvers.query import assemble

LOG = logging.getLogger(__name__)
KEPT_ALIVE = 2.0
"""Seconds for which a worker that stops still answers on connections that are open, each time as the last."""
LOOK = 0.05
"""Seconds between looks whether there are any left."""
EVERY = ("anyio._backends._asyncio", "uvicorn.lifespan.on")
JOBS = ("adapters.tap.job", "adapters.uws.services", "gateway.oifits_cuts", "gateway.table_updates", "jobs.service")
IDENTIFIES = ("gateway.oifits_index", "identity.loop")
PROVIDER = ("gateway.login.access_tokens", "gateway.login.code_flow")
"""Modules that are imported where they are needed: in all workers, or those whose settings have what they are for."""
CLOSING = (b"connection", b"close")


def serve_with_workers(settings: Settings, number: int) -> int:
    """Serve by so many processes until told to stop; 0 if they could start. Raises `SettingError` but on Linux."""
    if not hasattr(signal, "sigtimedwait"):
        message = "--workers is for Linux: without it one process serves"
        raise SettingError(message)
    logs.configure(settings.log)
    try:
        places = addresses(settings.host, settings.port)
    except OSError as error:
        LOG.error("%s:%d cannot be listened at: %s", settings.host, settings.port, error.strerror or error)
        return 1
    with permanent_objects():
        _prepare(settings)
    with open_siblings(number) as siblings:
        LOG.info("%d workers at http://%s:%d", number, settings.host, places[0][1][1])
        run = partial(_work, portion(settings, number), siblings)
        return Supervisor(places, number, run).supervise()


def _prepare(settings: Settings) -> None:
    """Import and make what every worker needs, so that it is made once and its memory shared."""
    assemble()
    configuration(settings).get_loop_factory()
    wanted = {"hub": EVERY, "hub_jobs": JOBS, "hub_writer": IDENTIFIES, "oidc_issuer": PROVIDER}
    for name in (name for setting, names in wanted.items() if getattr(settings, setting) for name in names):
        import_module(name)


def _work(settings: Settings, siblings: Siblings, begin: Begin) -> int:
    logging.getLogger().handlers.clear()  # the thread that writes is the parent's
    logs.configure(settings.log)
    server = SharingServer(settings, siblings, begin)
    server.run(begin.sockets)
    return 0 if server.started else 1


class SharingServer(WorkerServer):
    """A server beside others at the same port."""

    def __init__(self, settings: Settings, siblings: Siblings, begin: Begin) -> None:
        self._worker = siblings.worker(begin.index)
        super().__init__(configuration(settings, worker=self._worker))
        self._begin, self._leisure = begin, settings.stream_seconds

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to serve, and say so to the parent, without which there is no worker."""
        await super().startup(sockets)
        os.write(self._begin.ready, READY)
        os.close(self._begin.ready)
        asyncio.get_running_loop().add_reader(self._begin.parent, self._orphaned)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop serving: connections first, so that no client sends a request to one that is being closed."""
        await self._worker.resign()
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, CLOSING]
        until = monotonic() + KEPT_ALIVE
        while self.server_state.connections and monotonic() < until:  # noqa: ASYNC110 - uvicorn says of none that it ends
            await asyncio.sleep(LOOK)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGHUP too: streams under way then get the time that they may have."""
        signal.signal(signal.SIGHUP, self._at_leisure)
        with super().capture_signals():
            yield

    def _at_leisure(self, _number: int, _frame: FrameType | None) -> None:
        self.config.timeout_graceful_shutdown = round(self._leisure)
        self.should_exit = True

    def _orphaned(self) -> None:
        asyncio.get_running_loop().remove_reader(self._begin.parent)
        LOG.error("the parent of the workers has died")
        self.should_exit = True
