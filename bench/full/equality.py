"""The same questions asked of another build over the same databases: the same rows, by hash."""

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.full.asking import Answer, ask
from bench.full.builds import side_by_side
from bench.full.chance import chosen
from bench.full.clusters import FullServer
from bench.full.question import Question
from bench.full.wide import wide


async def compared(server: FullServer, build: Path, pattern: str, number: int) -> bool:
    """Ask both builds, print every difference; whether there is none.

    Parameters
    ----------
    build
        Folder of the other build's packages.
    pattern
        Which questions of the wide set, as `wide` takes it.
    number
        How many random questions instead; 0 for the wide set.
    """
    known = server.federation
    questions = await chosen(known.owner, number) if number else await wide(known.owner, pattern)
    async with side_by_side(server, build) as (one, other):
        pairs = [(question, await ask(one, question), await ask(other, question)) for question in questions]
    differing = [_line(question, mine, other) for question, mine, other in pairs if differs(mine, other)]
    lost = sum(bool(other.failure) and not mine.failure for _, mine, other in pairs)
    print("\n".join(differing))
    print(_sums(pairs) + f"{len(differing)} differ; {lost} that the other build did not answer")
    sys.stdout.flush()
    return not differing


def differs(ours: Answer, theirs: Answer) -> bool:
    """Whether two builds answer otherwise: other rows, or a failure where the other build answers."""
    return not theirs.failure and (bool(ours.failure) or ours.rows != theirs.rows)


def _line(question: Question, ours: Answer, theirs: Answer) -> str:
    ends = f"{ours.failure or ours.rows} where the other build has {theirs.rows}"
    return f"  {question.name[:400]}\n    {ends}"


def _sums(pairs: Sequence[tuple[Question, Answer, Answer]]) -> str:
    ours, theirs = (sum(pair[place].seconds for pair in pairs) for place in (1, 2))
    same = sum(bool(mine.rows) and mine.rows == other.rows for _, mine, other in pairs)
    return f"{len(pairs)} questions, {ours:.1f} s and {theirs:.1f} s; {same} have the same rows, "
