"""Runs of the benchmark, kept as JSON in `bench/runs/`: `results.md` and all figures of the pages come from them."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.measurement import Measurement

FOLDER = Path(__file__).parent / "runs"
KEPT = 10
"""Runs of one question that its range is taken over; older ones are deleted."""
Key = tuple[str, int, str, str]
"""A part, the number of stars, the question and whom it was put to beside the gateway."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: some parts, or all."""

    when: str
    """When it began (UTC): YYYY-MM-DDTHH:MM."""
    commit: str
    """What was measured."""
    machine: str
    stars: int
    parts: Mapping[str, Sequence[Measurement]]
    note: str = ""
    """What a reader must know, where it was not an ordinary run."""

    @property
    def name(self) -> str:
        """The name of its file; files sort by time."""
        return f"{self.when.replace(':', '')}-{self.commit}.json"

    def measurements(self) -> dict[Key, Measurement]:
        """Its measurements by what was asked."""
        return {
            (part, self.stars, measurement.question, measurement.peer): measurement
            for part, measurements in self.parts.items()
            for measurement in measurements
        }


def load_runs(folder: Path = FOLDER) -> list[Run]:
    """All runs that are kept, the oldest first."""
    return [_run(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def keep_run(run: Run, folder: Path = FOLDER) -> None:
    """Write a run, and delete those that no question needs any more."""
    folder.mkdir(exist_ok=True)
    (folder / run.name).write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False) + "\n")
    runs = load_runs(folder)
    needed = {id(kept) for history in histories(runs).values() for kept, _ in history}
    for old in runs:
        if id(old) not in needed:
            (folder / old.name).unlink()


def histories(runs: Sequence[Run]) -> dict[Key, list[tuple[Run, Measurement]]]:
    """What the last runs found, by question; the oldest measurement first."""
    histories: dict[Key, list[tuple[Run, Measurement]]] = {}
    for run in reversed(runs):
        for key, measurement in run.measurements().items():
            histories.setdefault(key, []).insert(0, (run, measurement))
    return {key: history[-KEPT:] for key, history in histories.items()}


def last_measurement(history: Sequence[tuple[Run, Measurement]]) -> Measurement:
    """The last measurement that has times; of a few runs nothing but ratios was written down."""
    return next((measurement for _, measurement in reversed(history) if measurement.ours), history[-1][1])


def commit() -> str:
    """The commit that is checked out, with a mark where files differ from it."""
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
