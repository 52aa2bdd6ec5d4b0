"""Runs of the benchmark, kept as JSON in `bench/runs/`: the source of `results.md` and the figures of the docs."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.measurement import Measurement

FOLDER = Path(__file__).parent / "runs"
KEPT = 10
"""Latest runs of a question that its range is taken over; older runs are deleted."""
Key = tuple[str, int, str, str]
"""Part, number of stars, question, and the peer that the gateway is compared with."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmark, of some parts or all."""

    when: str
    """Start (UTC): YYYY-MM-DDTHH:MM."""
    commit: str
    """The commit measured, as `commit()` returns it."""
    machine: str
    stars: int
    parts: Mapping[str, Sequence[Measurement]]
    note: str = ""
    """What readers must know of a run that was not an ordinary one, else ""."""

    @property
    def name(self) -> str:
        """Name of its file; names sort by time."""
        return f"{self.when.replace(':', '')}-{self.commit}.json"

    def measurements(self) -> dict[Key, Measurement]:
        """Return its measurements by key."""
        return {
            (part, self.stars, measurement.question, measurement.peer): measurement
            for part, measurements in self.parts.items()
            for measurement in measurements
        }


def load_runs(folder: Path = FOLDER) -> list[Run]:
    """Load all kept runs, the oldest first."""
    return [_run(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def keep_run(run: Run, folder: Path = FOLDER) -> None:
    """Write a run, and delete the runs that no question's range needs any more."""
    folder.mkdir(exist_ok=True)
    (folder / run.name).write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False) + "\n")
    runs = load_runs(folder)
    needed = {id(kept) for history in histories(runs).values() for kept, _ in history}
    for old in runs:
        if id(old) not in needed:
            (folder / old.name).unlink()


def histories(runs: Sequence[Run]) -> dict[Key, list[tuple[Run, Measurement]]]:
    """Map each key to its measurements in the last `KEPT` runs, the oldest first."""
    histories: dict[Key, list[tuple[Run, Measurement]]] = {}
    for run in reversed(runs):
        for key, measurement in run.measurements().items():
            histories.setdefault(key, []).insert(0, (run, measurement))
    return {key: history[-KEPT:] for key, history in histories.items()}


def last_measurement(history: Sequence[tuple[Run, Measurement]]) -> Measurement:
    """Return the last measurement with times, else the last; of some old runs only ratios were recorded."""
    return next((measurement for _, measurement in reversed(history) if measurement.ours), history[-1][1])


def commit() -> str:
    """Return the commit that is checked out, with `-changed` if files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=-changed", "--exclude=*"],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def _run(document: Mapping[str, object]) -> Run:
    parts = document["parts"]
    assert isinstance(parts, dict)  # noqa: S101 - what `keep` wrote
    measurements = {part: [Measurement(**measurement) for measurement in listed] for part, listed in parts.items()}
    return Run(**{**document, "parts": measurements})  # type: ignore[arg-type]
