"""Fair timing: contenders take turns in every round, so that what else the machine does hits all of them alike."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

Ask = Callable[[int], Awaitable[object]]
"""Sends one request and waits for its answer; the number chooses one of the variants."""


@dataclass(slots=True)
class Timing:
    """Milliseconds of a contender: the median of each round."""

    rounds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The median round."""
        return median(self.rounds)

    def times(self, other: "Timing") -> float:
        """How many times faster this is than the other: the median of the rounds' ratios."""
        return median(theirs / ours for ours, theirs in zip(self.rounds, other.rounds, strict=True))

    def more_than(self, other: "Timing") -> float:
        """Milliseconds more than the other: the median of the rounds' differences."""
        return median(ours - theirs for ours, theirs in zip(self.rounds, other.rounds, strict=True))


async def compare(contenders: Mapping[str, Ask], rounds: int, repeats: int) -> dict[str, Timing]:
    """Time contenders in turns.

    Parameters
    ----------
    contenders
        By name; each is called with the same numbers.
    rounds
        Rounds that count, after one that warms up. Another contender begins each round.
    repeats
        Requests of one contender in one round.
    """
    timings = {name: Timing() for name in contenders}
    order = list(contenders)
    for turn in range(rounds + 1):
        for name in order:
            elapsed = await _round(contenders[name], repeats, turn * repeats)
            if turn:
                timings[name].rounds.append(elapsed)
        order.append(order.pop(0))
    return timings


async def _round(ask: Ask, repeats: int, first: int) -> float:
    times = []
    for number in range(first, first + repeats):
        start = perf_counter()
        await ask(number)
        times.append(perf_counter() - start)
    return 1000 * median(times)
