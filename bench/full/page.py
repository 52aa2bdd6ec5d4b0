"""Write `bench/full.md`: what is slow and why, what PostgreSQL guessed wrong, where cost is not honest."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from bench.full.asking import Answer
from bench.full.faults import HONEST, dishonest, faulty, honesty, misestimate, priced, quantile, slowest, worst_guessed
from bench.full.kept import FullRun
from bench.full.question import SLOW
from bench.markdown import table
from bench.measurement import spaced

PAGE = Path(__file__).parents[1] / "full.md"
WIDTH = 150
"""Characters of a question that are shown."""
INTRODUCTION = """\
# At full size

Written by `make bench-full` from the runs in `bench/runs/full/`; do not edit. Every question is asked of a gateway
beside its databases, one after another, and what is quick and has a cost once more; times depend on the machine and on
what else it does. auto_explain writes the plan of every statement over 200 ms. A question over {slow:g} s has a reason,
declared beside it, or is a fault, as is one that fails.

"""


def written(runs: Sequence[FullRun]) -> str:
    """The page of these runs, one for each server."""
    return INTRODUCTION.format(slow=SLOW) + "\n".join(_server(run) for run in runs)


def summary(run: FullRun) -> str:
    """The worst of a run, for the terminal."""
    answers = run.answers
    parts = [("faults", _timed(filter(faulty, answers))), ("slowest", _timed(slowest(answers)))]
    parts += [
        ("worst guessed", _guessed(answers)),
        ("cost against time", f"{_honesty(answers)}\n{_dishonest(answers)}"),
    ]
    return "\n".join(f"## {title}\n\n{text}" for title, text in parts) + f"\n{_spilt(run)}\n"


def _server(run: FullRun) -> str:
    late = [answer for answer in slowest(run.answers, len(run.answers)) if answer.seconds > SLOW or answer.failure]
    parts = [
        f"## {run.server}\n\n{run.machine}; {run.when} at `{run.commit}`. {_spilt(run)}\n",
        f"### Groups\n\n{_groups(run.answers)}",
        f"### Over {SLOW:g} s\n\n{_timed(late)}",
        f"### Twenty slowest\n\n{_timed(slowest(run.answers))}",
        f"### Twenty worst guessed\n\n{_guessed(run.answers)}",
        f"### Cost against time\n\n{_honesty(run.answers)}\n{_dishonest(run.answers)}",
    ]
    return "\n".join(parts)


def _spilt(run: FullRun) -> str:
    return f"Temporary files of PostgreSQL: {run.spilt / 1e6:.0f} MB at once at most."


def _groups(answers: Sequence[Answer]) -> str:
    rows = []
    for group, members in groupby(sorted(answers, key=lambda answer: answer.group), key=lambda answer: answer.group):
        asked = list(members)
        times = [answer.seconds for answer in asked]
        late = sum(time > SLOW for time in times)
        figures = (quantile(times, 0.5), quantile(times, 0.95), max(times))
        rows.append((group, str(len(asked)), *map(_seconds, figures), str(late), str(sum(map(faulty, asked)))))
    return table(("Group", "Questions", "Median", "95 %", "Worst", f"Over {SLOW:g} s", "Faults"), rows)


def _timed(answers: Iterable[Answer]) -> str:
    rows = [
        (_seconds(answer.seconds), answer.group, _cut(answer.text), answer.failure or answer.reason or "**none**")
        for answer in answers
    ]
    return table(("Time", "Group", "Question", f"Why over {SLOW:g} s"), rows)


def _guessed(answers: Sequence[Answer]) -> str:
    rows = []
    for answer in worst_guessed(answers):
        plan = max(answer.plans, key=lambda plan: plan.factor)
        where = f"{plan.node}, in {plan.milliseconds:.0f} ms"
        rows.append((f"{misestimate(answer):.0f}×", _seconds(answer.seconds), _cut(answer.text), where))
    return table(("Wrong by", "Time", "Question", "Node, planned / real rows"), rows)


def _honesty(answers: Sequence[Answer]) -> str:
    known = priced(answers)
    ratios = [honesty(answer) for answer in known]
    within = sum(1 / HONEST <= ratio <= HONEST for ratio in ratios)
    marks = ", ".join(f"{part:.0%}: {quantile(ratios, part):.2g}×" for part in (0.01, 0.05, 0.5, 0.95, 0.99))
    return (
        f"{spaced(within)} of {spaced(len(known))} costs are within {HONEST:g}× of their time, both in pages of 100"
        f" (cost over time: {marks}).\n"
    )


def _dishonest(answers: Sequence[Answer]) -> str:
    rows = [
        (f"{honesty(answer):.2g}×", spaced(answer.cost or 0), _seconds(answer.seconds), _cut(answer.text))
        for answer in dishonest(answers)[:40]
    ]
    return table(("Cost over time", "Cost", "Time", "Question"), rows)


def _cut(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return f"`{line[:WIDTH]}…`" if len(line) > WIDTH else f"`{line}`"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{1000 * seconds:.0f} ms"
