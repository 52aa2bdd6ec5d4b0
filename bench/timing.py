"""Fair timing: contenders take turns in every round, so that what else the machine does hits all of them alike."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

Ask = Callable[[int], Awaitable[object]]
"""One question; the number says which variant of it."""


@dataclass(slots=True)
class Timing:
    """Median milliseconds of each round."""

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


async def compare(contenders: Mapping[str, Ask], rounds: int, each: int) -> dict[str, Timing]:
    """Time every contender, `each` questions a round, after one round to warm up; who begins changes."""
    timings = {name: Timing() for name in contenders}
    order = list(contenders)
    for turn in range(rounds + 1):
        for name in order:
            spent = await _round(contenders[name], each, turn * each)
            if turn:
                timings[name].rounds.append(spent)
        order.append(order.pop(0))
    return timings


async def _round(ask: Ask, each: int, first: int) -> float:
    spent = []
    for number in range(first, first + each):
        start = perf_counter()
        await ask(number)
        spent.append(perf_counter() - start)
    return 1000 * median(spent)
