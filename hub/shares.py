"""Shares: how much of anything one client may hold at once, and how it waits for its turn.

Whatever there is a number of (requests under way, connections, streams, sockets, threads) is counted by who holds it.
One client holds at most a part of it, and beyond its first one only as much as is left free besides, in the proportion
of that part (dynamic thresholds, Choudhury and Hahne 1998): a client alone has a half, two have a third each, and
another finds the third that is left. What may be waited for is given to the client that holds least of it, and among
equals to who came first.

Who holds is said by a context variable, which the door sets for a request and the workers for a job; the gateway's own
work has the name `OURSELVES`.
"""

import asyncio
import math
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from itertools import count
from types import MappingProxyType

from planning.errors import Busy, GatewayError, ShareTaken

OURSELVES = ""
"""Who holds what the gateway's own work needs."""
OWN_PATIENCE = 20.0
"""Seconds that a client waits for what it holds itself: longer than for others, as it keeps nobody from anything."""
NO_PARTS: Mapping[str, float] = MappingProxyType({})
_HOLDER: ContextVar[str] = ContextVar("holder", default=OURSELVES)


def holder() -> str:
    """The client that the work at hand is done for; `OURSELVES` for the gateway's own."""
    return _HOLDER.get()


@contextmanager
def held_by(client: str) -> Iterator[None]:
    """Do what is inside, tasks begun there included, for a client."""
    token = _HOLDER.set(client)
    try:
        yield
    finally:
        _HOLDER.reset(token)


def largest_share(total: int, part: float) -> int:
    """The most of `total` that one may hold: a part of it, at least 1, and not the last unless `part` is 1."""
    if part >= 1 or total <= 1:
        return total
    return max(1, min(total - 1, math.ceil(total * part)))


def proportion(part: float) -> float:
    """How much a client may hold for each one that is free."""
    return part / (1 - part) if part < 1 else math.inf


class Share:
    """What there is a number of, and who holds how many.

    Parameters
    ----------
    what
        What it is, in a refusal: "requests under way".
    total
        How many there are.
    part
        The part of them that one may hold.
    parts
        The part that some may hold, by their names, where it is another one.
    """

    def __init__(self, what: str, total: int, part: float, parts: Mapping[str, float] = NO_PARTS) -> None:
        self.what = what
        self.total = total
        self.most = largest_share(total, part)
        """The most that one may hold."""
        self._largest = {name: largest_share(total, other) for name, other in parts.items()}
        self._proportion = proportion(part)
        self.number = 0
        """How many are held in all."""
        self.refused = 0
        """How often a client was refused one, since the start."""
        self._held: Counter[str] = Counter()

    def of(self, client: str) -> int:
        """How many a client holds."""
        return self._held[client]

    def most_held(self, client: str) -> bool:
        """Whether a client holds the most that it ever may."""
        return self._held[client] >= self._largest.get(client, self.most)

    @property
    def largest(self) -> int:
        """How many the client has that holds most."""
        return max(self._held.values(), default=0)

    def free(self, client: str) -> bool:
        """Whether a client may have one more."""
        return self.number < self.total and not self.full(client)

    def full(self, client: str) -> bool:
        """Whether a client holds all that it may, considering what is free."""
        held = self._held[client]
        return held >= self.most or (held > 0 and held >= self._proportion * (self.total - self.number))

    def take(self, client: str) -> None:
        """Count one more, whether or not it is free."""
        self._held[client] += 1
        self.number += 1

    def give_back(self, client: str) -> None:
        """Count one less."""
        self.number -= 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]

    def require(self, client: str) -> None:
        """Raise `ShareTaken` where a client holds its share, and `Busy` where all are held."""
        if not self.free(client):
            raise self.refusal(client)

    @contextmanager
    def held(self, client: str) -> Iterator[None]:
        """Hold one while inside; raises as `require`."""
        self.require(client)
        self.take(client)
        try:
            yield
        finally:
            self.give_back(client)

    def refusal(self, client: str) -> GatewayError:
        """The refusal of one more, which is counted."""
        self.refused += 1
        if self.most < self.total and self.full(client):
            return ShareTaken(f"You have {self.of(client)} {self.what}, which is your share: wait until one has ended")
        return Busy(f"The gateway has as many {self.what} as it can serve: try again in a few seconds")


class Turns:
    """A `Share` that is waited for.

    Parameters
    ----------
    clients
        What is shared among clients.
    groups
        The same, shared among other holders too, as the sources that a statement reads; None if there are none.
    """

    def __init__(self, clients: Share, groups: Share | None = None) -> None:
        self.clients = clients
        self.groups = groups or Share(clients.what, clients.total, 1)
        self._waiting: dict[tuple[str, tuple[str, ...]], deque[tuple[int, asyncio.Future[None]]]] = {}
        self._arrivals = count()

    @asynccontextmanager
    async def held(
        self,
        client: str,
        patience: float,
        groups: Iterable[str] = (),
        late: Callable[[str], GatewayError] | None = None,
    ) -> AsyncIterator[None]:
        """Hold one while inside.

        Parameters
        ----------
        patience
            Seconds that it is waited for; `OWN_PATIENCE` where it is the client's own share that is held.
        groups
            In which it counts too.
        late
            Makes the error of a group whose share was not free in time; None for that of all being held.

        Raises
        ------
        GatewayError
            It was not free in time: `ShareTaken`, `Busy`, or what `late` makes.
        """
        key = (client, tuple(groups))
        await self.enter(key, patience, late)
        try:
            yield
        finally:
            self.leave(key)

    async def enter(
        self, key: tuple[str, tuple[str, ...]], patience: float, late: Callable[[str], GatewayError] | None = None
    ) -> None:
        """Take one, as `held`, which `leave` gives back with the same client and groups."""
        if self._free(key):
            self._take(key)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (next(self._arrivals), turn)
        self._waiting.setdefault(key, deque()).append(place)
        try:
            await self._turn(turn, key, patience)
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.leave(key)  # it came just when the wait was given up
            else:
                self._forget(key, place)
            if isinstance(error, TimeoutError):
                raise self._refusal(key, late) from error
            raise

    def leave(self, key: tuple[str, tuple[str, ...]]) -> None:
        """Give one back, and let the next have it."""
        client, groups = key
        self.clients.give_back(client)
        for group in groups:
            self.groups.give_back(group)
        while (first := self._next()) is not None:
            _, turn = self._waiting[first].popleft()
            if not self._waiting[first]:
                del self._waiting[first]
            if not turn.done():
                self._take(first)
                turn.set_result(None)

    async def _turn(self, turn: asyncio.Future[None], key: tuple[str, tuple[str, ...]], patience: float) -> None:
        done, _ = await asyncio.wait((turn,), timeout=patience)
        if not done and self.clients.full(key[0]):
            done, _ = await asyncio.wait((turn,), timeout=max(0, OWN_PATIENCE - patience))
        if not done:
            raise TimeoutError

    def _next(self) -> tuple[str, tuple[str, ...]] | None:
        """Whose turn it is: of those that may, the client that holds least, and who came first of them."""
        free = [key for key in self._waiting if self._free(key)] if self.clients.number < self.clients.total else ()
        return min(free, key=lambda key: (self.clients.of(key[0]), self._waiting[key][0][0]), default=None)

    def _free(self, key: tuple[str, tuple[str, ...]]) -> bool:
        return self.clients.free(key[0]) and not any(self.groups.most_held(group) for group in key[1])

    def _take(self, key: tuple[str, tuple[str, ...]]) -> None:
        self.clients.take(key[0])
        for group in key[1]:
            self.groups.take(group)

    def _forget(self, key: tuple[str, tuple[str, ...]], place: tuple[int, asyncio.Future[None]]) -> None:
        waiting = self._waiting.get(key)
        if waiting and place in waiting:
            waiting.remove(place)
            if not waiting:
                del self._waiting[key]

    def _refusal(self, key: tuple[str, tuple[str, ...]], late: Callable[[str], GatewayError] | None) -> GatewayError:
        client, groups = key
        slow = next((group for group in groups if self.groups.most_held(group)), None)
        if slow is None or late is None or self.clients.full(client):
            return self.clients.refusal(client)
        self.clients.refused += 1
        return late(slow)
