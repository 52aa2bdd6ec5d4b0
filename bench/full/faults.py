"""What of the answers is wrong: too slow without a reason, failed, or dearer or cheaper than it said."""

from collections.abc import Iterable, Sequence

from bench.full.asking import Answer
from bench.full.question import SLOW

PAGE = 200
"""What a page of 100 costs (`resolvers.cost`): 100 rows and a statement."""
HONEST = 5.0
"""Times that a cost may be more or less than the time it stands for."""
WORST = 20
"""How many of the worst are told."""


def faulty(answer: Answer) -> bool:
    """Whether an answer failed, or took more than `SLOW` with no reason declared."""
    return bool(answer.failure) or (answer.seconds > SLOW and not answer.reason)


def slowest(answers: Iterable[Answer], most: int = WORST) -> list[Answer]:
    """The slowest first."""
    return sorted(answers, key=lambda answer: -answer.seconds)[:most]


def worst_guessed(answers: Iterable[Answer], most: int = WORST) -> list[Answer]:
    """Those first whose plans of over 200 ms were most wrong about a number of rows."""
    planned = [answer for answer in answers if answer.plans]
    return sorted(planned, key=lambda answer: -misestimate(answer))[:most]


def misestimate(answer: Answer) -> float:
    """The factor by which the worst estimate of an answer's slow plans was wrong; 1 without any."""
    return max((plan.factor for plan in answer.plans), default=1.0)


def honesty(answer: Answer) -> float:
    """Cost over time, both in pages of 100: 1 is honest, above it is dearer than it takes.

    Worked example: a field of cost 20 000 (100 pages) that takes 0.3 s where a page of 100 takes 3 ms (100 pages): 1.
    """
    if answer.cost is None:
        message = "an answer without a cost has no honesty"
        raise ValueError(message)
    return (answer.cost / PAGE) / (answer.seconds / answer.hundred)


def priced(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that have a cost and did not fail."""
    return [answer for answer in answers if answer.cost is not None and not answer.failure and answer.hundred]


def dishonest(answers: Iterable[Answer]) -> list[Answer]:
    """Priced answers whose cost is beyond a factor of `HONEST`, the most wrong first."""
    wrong = [answer for answer in priced(answers) if not 1 / HONEST <= honesty(answer) <= HONEST]
    return sorted(wrong, key=lambda answer: -max(honesty(answer), 1 / honesty(answer)))


def quantile(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed (0.5: the median); 0 where there are none."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else 0.0
