"""Turns of the event loop: of pieces of work that all could begin now, few do in each, one client's after another's.

Whatever is ready runs in one turn of the loop, and who comes meanwhile waits for all of it. Five hundred connections
that one client opens at once are half a second of work, and so are as many blocks of its downloads. Here they are
begun over as many turns as they take, in between which others are served. A piece that has begun is not interrupted.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from hub.shares import holder

REQUESTS, BLOCKS = 4, 1
"""Requests that are begun in one turn of the loop, each some 0.5 ms, and blocks of tables written, each some 2 ms."""


class LoopTurns:
    """Lets some pieces of work begin in each turn of the loop; clients that have more take turns.

    Parameters
    ----------
    number
        How many begin in one turn.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._begun = 0
        self._due = False
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def begin(self) -> None:
        """Return in a turn of the loop in which a piece of the client's work may begin: this one, where it may."""
        self._come_again()
        if self._begun < self._number and not self._waiting:
            self._begun += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(holder(), deque()).append(turn)
        await turn

    def _come_again(self) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._due, self._begun = False, 0
        while self._waiting and self._begun < self._number:
            client, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[client] = turns
            if not turn.done():
                turn.set_result(None)
                self._begun += 1
        if self._begun:
            self._come_again()


@dataclass(frozen=True, eq=False, slots=True)
class TurnsOfLoop:
    """What is begun in turns in an event loop."""

    requests: LoopTurns = field(default_factory=lambda: LoopTurns(REQUESTS))
    blocks: LoopTurns = field(default_factory=lambda: LoopTurns(BLOCKS))


_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, TurnsOfLoop] = WeakKeyDictionary()


def loop_turns() -> TurnsOfLoop:
    """The turns of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _TURNS:
        _TURNS[loop] = TurnsOfLoop()
    return _TURNS[loop]
