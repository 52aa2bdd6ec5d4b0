"""Runs of the wide set, kept as JSON in `bench/runs/full/`: the newest of each kind of server."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.full.asking import Answer
from bench.full.plans import SlowPlan
from bench.runs import FOLDER

FULL = FOLDER / "full"


@dataclass(frozen=True, slots=True)
class FullRun:
    """One run on one server."""

    kind: str
    """wheel or system."""
    when: str
    """Start (UTC): YYYY-MM-DDTHH:MM."""
    commit: str
    server: str
    machine: str
    spilt: int
    """Most bytes of temporary files at once."""
    answers: Sequence[Answer]


def keep(run: FullRun, folder: Path = FULL) -> None:
    """Write a run in the place of the last one on that server."""
    folder.mkdir(parents=True, exist_ok=True)
    text = orjson.dumps(run, option=orjson.OPT_INDENT_2)
    (folder / f"{run.kind}.json.gz").write_bytes(gzip.compress(text, mtime=0))


def load(folder: Path = FULL) -> list[FullRun]:
    """The newest run on each server."""
    return [_run(orjson.loads(gzip.decompress(path.read_bytes()))) for path in sorted(folder.glob("*.json.gz"))]


def _run(document: Mapping[str, Any]) -> FullRun:
    return FullRun(**{**document, "answers": [_answer(answer) for answer in document["answers"]]})


def _answer(document: Mapping[str, Any]) -> Answer:
    return Answer(**{**document, "plans": tuple(SlowPlan(**plan) for plan in document["plans"])})
