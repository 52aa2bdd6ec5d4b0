"""The parent of the workers: begins them, begins anew those that die, replaces them one by one, ends them.

It serves nothing itself, and has no event loop: it waits for signals. SIGTERM and SIGINT end all workers, SIGHUP
replaces each by a new one that is ready before the old one stops listening, SIGCHLD says that one has ended.
"""

import logging
import os
import select
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from socket import socket
from time import monotonic

from gateway.workers.listening import Address, listening

LOG = logging.getLogger(__name__)
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
"""Those that are waited for: blocked in the parent, and in no worker."""
LASTING = 30.0
"""Seconds after which a worker that dies counts as one that had lasted."""
SHORTEST, LONGEST = 0.5, 30.0
"""Seconds before a worker is begun again whose last one had not lasted: twice as many each time, up to the longest."""
QUEUED = 2.0
"""Seconds that connections may wait at the socket of a worker that is to be begun again; then others get them."""
STARTING = 120.0
"""Seconds that a worker may take until it is ready."""
ENDING = 15.0
"""Seconds that workers may take to end when all do; then they are killed."""
TURN = 0.25
"""Seconds between looks at what is due."""
READY = b"r"


@dataclass(frozen=True, slots=True)
class Begin:
    """What a worker is begun with."""

    index: int
    """Its place among the workers, from 0."""
    sockets: list[socket]
    """Where it listens."""
    ready: int
    """File descriptor to write `READY` to."""
    parent: int
    """File descriptor that ends when the parent does."""


Run = Callable[[Begin], int]
"""What a worker does, in its own process; the status is that of the process."""


@dataclass(slots=True)
class Slot:
    """The place of a worker."""

    index: int
    sockets: list[socket] = field(default_factory=list)
    """Where its worker listens; none while there is none for long: others then get its connections."""
    process: int = 0
    """Number of its worker; 0 while it has none."""
    ready: int = -1
    """File descriptor that says so; -1 once it has."""
    begun: float = 0.0
    failures: int = 0
    """How often in a row its worker has died without having lasted."""
    due: float = 0.0
    """When it is begun again."""
    old: int = 0
    """Number of the worker that ends once the new one is ready; 0 for none."""


class Supervisor:
    """Keeps so many workers running; `run` is what each does."""

    def __init__(self, places: list[Address], number: int, run: Run) -> None:
        self._places, self._run = places, run
        self._slots = [Slot(index, listening(places)) for index in range(number)]
        self._leaving: set[int] = set()
        """Numbers of workers that have been told to end."""
        self._waiting: list[Slot] = []
        """Slots whose workers are still to be replaced."""
        self._alive, self._parent = os.pipe()
        self._lasted = False

    def supervise(self) -> int:
        """Run until told to end; 0 if a worker could begin, else 1."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            for slot in self._slots:
                self._begin(slot)
            while True:
                told = signal.sigtimedwait(SIGNALS, TURN)
                number = told.si_signo if told else 0
                if number in (signal.SIGTERM, signal.SIGINT):
                    break
                if number == signal.SIGHUP:
                    LOG.info("the workers are replaced, one after the other")
                    self._waiting = list(self._slots)
                if self._reap() and not self._lasted:
                    break
                self._look()
            self._end()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return 0 if self._lasted else 1

    def _begin(self, slot: Slot) -> None:
        """Begin a worker in a process of its own."""
        if not slot.sockets:
            slot.sockets = listening(self._places)
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if not process:
            os.close(reading)
            self._become(slot, writing)
        os.close(writing)
        slot.process, slot.ready, slot.begun = process, reading, monotonic()

    def _become(self, slot: Slot, ready: int) -> None:
        """Be a worker; never returns."""
        status = 1
        try:
            os.close(self._parent)
            for other in self._slots:
                if other is not slot:
                    for listened in other.sockets:
                        listened.close()
                if other.ready >= 0:
                    os.close(other.ready)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            status = self._run(Begin(slot.index, slot.sockets, ready, self._alive))
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # what the parent does at its end is not the worker's to do

    def _reap(self) -> bool:
        """Take note of workers that have ended; whether one did that was not told to."""
        died = False
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return died
            if not process:
                return died
            if process in self._leaving:
                self._leaving.discard(process)
                continue
            slot = next(each for each in self._slots if process in (each.process, each.old))
            died = True
            if process == slot.old:  # it died while its successor was begun: no harm
                slot.old = 0
            else:
                self._died(slot, os.waitstatus_to_exitcode(status))

    def _died(self, slot: Slot, code: int) -> None:
        lasted = monotonic() - slot.begun > LASTING and slot.ready < 0
        slot.failures = 0 if lasted else slot.failures + 1
        # A worker that had answered is begun again at once, the first time: what waits at its socket is answered.
        pause = 0.0 if lasted or (slot.failures == 1 and slot.ready < 0) else _pause(slot.failures)
        LOG.error("worker %d has died (%d): another one begins in %g s", slot.index + 1, code, pause)
        if slot.ready >= 0:
            os.close(slot.ready)
        slot.process, slot.ready, slot.due = 0, -1, monotonic() + pause
        if slot.old:  # the one that was to be replaced goes on
            slot.process, slot.old = slot.old, 0
            return
        if pause > QUEUED:
            for listened in slot.sockets:
                listened.close()
            slot.sockets = []

    def _look(self) -> None:
        """See who is ready, begin what is due, and replace the next."""
        now = monotonic()
        for slot in self._slots:
            if slot.ready >= 0:
                self._await(slot, now)
            if not slot.process and now >= slot.due:
                self._begin(slot)
        replacing = any(slot.old or slot.ready >= 0 or not slot.process for slot in self._slots)
        if self._waiting and not replacing:
            slot = self._waiting.pop(0)
            slot.old = slot.process
            self._begin(slot)

    def _await(self, slot: Slot, now: float) -> None:
        readable, _, _ = select.select([slot.ready], [], [], 0)
        if readable and os.read(slot.ready, 1) == READY:
            os.close(slot.ready)
            slot.ready, self._lasted = -1, True
            LOG.info("worker %d is ready (process %d)", slot.index + 1, slot.process)
            if slot.old:
                self._leaving.add(slot.old)
                os.kill(slot.old, signal.SIGHUP)
                slot.old = 0
        elif now - slot.begun > STARTING:
            os.kill(slot.process, signal.SIGKILL)

    def _end(self) -> None:
        """Tell all to end, and wait until they have."""
        for slot in self._slots:
            self._leaving.update(filter(None, (slot.process, slot.old)))
            for listened in slot.sockets:
                listened.close()
        for process in self._leaving:  # those that were ending at leisure too
            os.kill(process, signal.SIGTERM)
        until = monotonic() + ENDING
        while self._leaving and monotonic() < until:
            signal.sigtimedwait((signal.SIGCHLD,), TURN)
            self._reap()
        for process in self._leaving:
            LOG.error("process %d does not end: it is killed", process)
            os.kill(process, signal.SIGKILL)


def _pause(failures: int) -> float:
    return min(LONGEST, SHORTEST * 2.0 ** (failures - 1))
