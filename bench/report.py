"""What was measured, as a table: on the terminal, and in `results.md`."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.timing import Timing

RESULTS = Path(__file__).parent / "results.md"
HEADER = ("Question", "Ours", "Against", "Theirs", "Ratio", "Goal", "Met")


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison; without a goal it is there to be known."""

    question: str
    ours: str
    peer: str
    theirs: str
    ratio: str
    goal: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As a line of the table."""
        met = "" if self.met is None else "yes" if self.met else "**no**"
        return (self.question, self.ours, self.peer, self.theirs, self.ratio, self.goal, met)


def not_run(question: str, peer: str, why: str) -> Finding:
    """A comparison that could not be made."""
    return Finding(question, "", peer, f"not run: {why}", "")


def milliseconds(value: float) -> str:
    """A duration with three digits or so."""
    return f"{value / 1000:.2f} s" if value >= 2000 else f"{value:.0f} ms" if value >= 100 else f"{value:.2f} ms"


def faster(question: str, ours: Timing, peer: str, theirs: Timing, goal: float) -> Finding:
    """How many times faster than a peer we are."""
    ratio = ours.times(theirs)
    told = (milliseconds(ours.typical), peer, milliseconds(theirs.typical), f"{ratio:.2g}× faster", f"≥ {goal:g}")
    return Finding(question, *told, ratio >= goal)


def spaced(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}".replace(",", " ")


def machine(server: str, stars: int) -> str:
    """The machine in a line."""
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


def table(findings: Sequence[Finding]) -> str:
    """The findings as a Markdown table."""
    lines = [HEADER, ("---",) * len(HEADER), *(finding.cells for finding in findings)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def document(where: str, findings: Sequence[Finding]) -> str:
    """The text of `results.md`."""
    return (
        "# Benchmarks\n\n"
        "The gateway and its peers asked the same in the same run, taking turns; every peer's answers were\n"
        "compared with ours before the clock ran. Times depend on the machine: read the ratios. Repeat with\n"
        "`make bench` (a quarter of an hour; it makes its own databases and stops all it started).\n\n"
        f"Machine: {where}.\n\n{table(findings)}\n"
        "Times are medians of the rounds' medians, ratios medians of the rounds' ratios. *Foreign*: over\n"
        "`postgres_fdw`, as the gateway is used. *Local*: the same names as real tables in the hub, so that what\n"
        "remains is the gateway itself.\n"
    )


def write(where: str, findings: Sequence[Finding]) -> None:
    """Write `results.md`."""
    RESULTS.write_text(document(where, findings))


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
