"""Write `results.md`: goal, last run and range over the kept runs of each question, with the command of its part."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from bench.markdown import table
from bench.measurement import Measurement, spaced
from bench.quantities import ranges
from bench.retired import BARE, GOALS, Retired
from bench.runs import Key, Run, histories, last_measurement

RESULTS = Path(__file__).parent / "results.md"
STARS = 500_000
"""Default number of stars in the sample."""
HEADER = ("Question", "Goal", "Ours", "Against", "Theirs", "Ratio", "Met", "Ours, range", "Ratio, range", "Runs")
History = Sequence[tuple[Run, Measurement]]
INTRODUCTION = """\
# Benchmarks

Written by `python -m bench` from the runs in `bench/runs/`; do not edit. The gateway and its peers are asked the same
in the same run, taking turns, and every peer's answers are compared with ours before the clock runs. Times depend on
the machine: read the ratios. Times are medians of the rounds' medians, ratios medians of the rounds' ratios. A range is
that of the last ten runs that asked the question.

`make bench` measures everything (a quarter of an hour; it makes its own databases and stops all it started), the
command above a table measures that part; with `--record` a part is kept as a run too. *Foreign*: over `postgres_fdw`,
as the gateway is used. *Local*: the same names as real tables in the hub, so that what remains is the gateway itself.

"""
RETIREMENT = """\
## Goals that were retired

They lie beyond what PostgreSQL's rows alone cost: the bare endpoint sends one statement whose answer is the JSON, and
does nothing else; it would not have met them either. What is left to gain is seen against it, where the goal stays.

"""


def machine(server: str, stars: int) -> str:
    """Describe the machine in a line: processor, memory, versions, load, date. `server` is PostgreSQL's version."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next(
        (int(line.split()[1]) // 1_000_000 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0
    )
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {server}"
    when = f"load {os.getloadavg()[0]:.1f} when it began; {datetime.now(UTC):%Y-%m-%d}"
    return f"{os.cpu_count()} × {model}, {memory} GB, {system}, {spaced(stars)} stars; {when}"


def markdown_table(measurements: Sequence[Measurement]) -> str:
    """Return the measurements of one run as a Markdown table, for the terminal."""
    cells = [(f.question, f.goal, f.ours, f.peer, f.theirs, f.ratio, _met(f)) for f in measurements]
    return table(HEADER[:7], cells)


def results_markdown(runs: Sequence[Run]) -> str:
    """Return the text of `results.md` from the kept runs, at least one."""
    known = histories(runs)
    longest_first = sorted(runs, key=lambda run: (len(run.parts), run.when), reverse=True)
    order = list(dict.fromkeys(part for run in longest_first for part in run.parts))
    keys = sorted(known, key=lambda key: (key[1], order.index(key[0])))
    sections = groupby(keys, key=lambda key: key[:2])
    body = "".join(_section(part, stars, {key: known[key] for key in same}) for (part, stars), same in sections)
    return f"{INTRODUCTION}{body}{_retired(known)}{_runs(runs)}"


def write(runs: Sequence[Run]) -> None:
    """Write `results.md` from the kept runs."""
    RESULTS.write_text(results_markdown(runs))


def _section(part: str, stars: int, known: Mapping[Key, History]) -> str:
    size = f" --stars {stars}" if stars != STARS else ""
    title = f"{part}, {spaced(stars)} stars" if size else part
    rows = [_row(key, history) for key, history in known.items()]
    return f"## {title}\n\n`python -m bench {part}{size}`\n\n{table(HEADER, rows)}\n"


def _row(key: Key, history: History) -> tuple[str, ...]:
    newest = last_measurement(history)
    gone = (newest.question, newest.peer) in GOALS
    ours = ranges([measurement.ours for _, measurement in history if measurement.ours] or [""])
    ratio = ranges([measurement.ratio for _, measurement in history])
    goal, met = ("retired", "") if gone else (newest.goal, _met(newest))
    times = (newest.ours, newest.peer, newest.theirs, newest.ratio, met)
    return (key[2], goal, *times, *((ours, ratio) if len(history) > 1 else ("", "")), str(len(history)))


def _retired(known: Mapping[Key, History]) -> str:
    lasts = {(question, peer): last_measurement(history) for (_, _, question, peer), history in known.items()}
    rows = [_retired_row(goal, lasts) for goal in GOALS.values() if (goal.question, goal.peer) in lasts]
    heading = ("Question", "Against", "Goal was", "Against the bare rows it would be", "Ours")
    return f"{RETIREMENT}{table(heading, rows)}\n"


def _retired_row(goal: Retired, lasts: Mapping[tuple[str, str], Measurement]) -> tuple[str, ...]:
    newest, bare = lasts[goal.question, goal.peer], lasts[goal.question, BARE]
    return (goal.question, goal.peer, f"≥ {goal.least:g}", goal.reached(newest.theirs, bare.theirs), newest.ratio)


def _runs(runs: Sequence[Run]) -> str:
    rows = [(run.when, run.commit, ", ".join(run.parts), run.machine, run.note) for run in reversed(runs)]
    return f"## Runs\n\n{table(('When (UTC)', 'Commit', 'Parts', 'Machine', 'Note'), rows)}"


def _met(measurement: Measurement) -> str:
    return "" if measurement.met is None else "yes" if measurement.met else "**no**"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
