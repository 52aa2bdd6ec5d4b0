"""Rests: whoever has had the processor for long lets it to others before it has it again.

Python computes in one thread at a time, and what waits for it may be everybody's: the event loop. A client that sends
100 kB of ADQL again and again has a turn for each, one after the other, and would have that thread for itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hub import shares
from hub.shares import OURSELVES, holder
from planning.errors import ShareTaken

SHORT = 0.05
"""Seconds of work after which nobody rests."""
REST = 3.0
"""Seconds of rest for each second of work: a client has a quarter of the processor, however much it asks."""


@dataclass(slots=True)
class RestTurn:
    """A turn at long work."""

    seconds: float = 0.0
    """Time on a processor that the work took, which whoever does it says."""


class Rests:
    """The rests that clients have to take, and their turns."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[RestTurn]:
        """Wait until the client has rested and none of its other work is inside; the gateway's own work does not wait.

        After it the client rests. Raises `ShareTaken` where that takes longer than `OWN_PATIENCE`.
        """
        client = holder()
        turn = RestTurn()
        if client == OURSELVES:
            yield turn
            return
        lock, waiting = self._turns.get(client, (asyncio.Lock(), 0))
        self._turns[client] = lock, waiting + 1
        try:
            async with asyncio.timeout(shares.OWN_PATIENCE) as patience, lock:
                await asyncio.sleep(max(0.0, self._until.get(client, 0.0) - time.monotonic()))
                patience.reschedule(None)
                try:
                    yield turn
                finally:
                    self._rest(client, turn.seconds)
        except TimeoutError as error:
            if not patience.expired():
                raise
            message = "What you have asked before takes long to read: wait until it is answered, and send less at once"
            raise ShareTaken(message) from error
        finally:
            lock, waiting = self._turns.pop(client)
            if waiting > 1:
                self._turns[client] = lock, waiting - 1

    def _rest(self, client: str, seconds: float) -> None:
        now = time.monotonic()
        self._until = {other: until for other, until in self._until.items() if until > now}
        if seconds > SHORT:
            self._until[client] = now + REST * seconds
