"""Work in threads, in turns: the processor and the disk are shared among clients as all else is."""

import asyncio
import gc
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from anyio import CancelScope

from hub.limits import PART
from hub.rests import Rests, RestTurn
from hub.shares import OWN_PATIENCE, Share, Turns, holder

Params = ParamSpec("Params")
Result = TypeVar("Result")
THREADS = min(32, (os.cpu_count() or 1) + 4)
"""Threads for work of the processor and the disk: as many as asyncio's own."""
LONG = 600.0
"""Seconds that a block of an answer waits to be compressed: one refused would break the answer off."""


class Threads:
    """Some threads, of which one client has a part.

    Parameters
    ----------
    what
        What they do, in a refusal.
    number
        How many there are.
    part
        The part of them that one client may have at work.
    patience
        Seconds that each piece of work waits for its turn; None for `OWN_PATIENCE`.
    """

    def __init__(self, what: str, number: int, part: float = PART, patience: float | None = None) -> None:
        self.share = Share(what, number, part)
        self._turns = Turns(self.share)
        self._pool = ThreadPoolExecutor(number)
        self._patience = patience

    async def run(self, function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Call a function in one of them, as `asyncio.to_thread`, when it is the client's turn.

        A thread cannot be stopped: where the caller is cancelled its function is waited for, so that nothing is closed
        under it, and until it returns the client has the thread. Raises `ShareTaken` or `Busy` where none was free in
        time.
        """
        key = (holder(), ())
        await self._turns.enter(key, OWN_PATIENCE if self._patience is None else self._patience)
        call = partial(copy_context().run, function, *args, **kwargs)
        work = asyncio.get_running_loop().run_in_executor(self._pool, call)

        def ended(done: asyncio.Future[Result]) -> None:
            self._turns.leave(key)
            if not done.cancelled():
                done.exception()  # which nobody asks for where the caller was cancelled

        work.add_done_callback(ended)
        try:
            return await asyncio.shield(work)
        finally:
            if not work.done():
                with CancelScope(shield=True):
                    await asyncio.wait((work,))
            del work  # which holds the error whose traceback has this frame, and all that it was about


@dataclass(frozen=True, eq=False, slots=True)
class LoopThreads:
    """The threads of an event loop."""

    any: Threads = field(default_factory=lambda: Threads("pieces of work in threads", THREADS))
    processor: Threads = field(default_factory=lambda: Threads("long computations", 1))
    rests: Rests = field(default_factory=Rests)
    """After long computations."""
    coding: Threads = field(default_factory=lambda: Threads("blocks being compressed", 1, patience=LONG))


_THREADS: WeakKeyDictionary[asyncio.AbstractEventLoop, LoopThreads] = WeakKeyDictionary()


async def in_thread(function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
    """Call a function in one of the threads of this event loop; raises as `Threads.run`."""
    return await threads().any.run(function, *args, **kwargs)


async def compute(function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
    """Call a function that computes in Python for long, when no other such is at work; raises as `Threads.run`.

    Python runs one thread at a time. A thread that wants its turn waits for each other that is at work, 5 ms by default
    (`sys.setswitchinterval`): the event loop is late by that beside one such piece of work, by 30 ms beside six.
    Garbage is not collected meanwhile: the many objects that such work makes, and needs, would set off collections of
    all that the process holds, for which everything stands still, 0.2 s and more.

    Whoever has computed for long then rests: one client has a quarter of that thread, however much it asks. What counts
    is the thread's own time on a processor, so that nobody rests for what others do on a busy machine.
    """
    here = threads()
    async with here.rests.turn() as turn:
        return await here.processor.run(_uncollected, partial(function, *args, **kwargs), turn)


def _uncollected(function: Callable[[], Result], turn: RestTurn) -> Result:
    collecting, began = gc.isenabled(), time.thread_time()
    gc.disable()
    try:
        return function()
    finally:
        turn.seconds = time.thread_time() - began
        if collecting:
            gc.enable()


def threads() -> LoopThreads:
    """The threads of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _THREADS:
        _THREADS[loop] = LoopThreads()
    return _THREADS[loop]
