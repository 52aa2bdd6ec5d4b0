"""Files of OIFITS: a target cut from one of 82 MB and eleven real files indexed, against astropy in the same run.

Each contender is a process of its own, so that its memory is its own; times are of its work without imports.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.client import WrongAnswerError
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, not_run

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("REAL_FILES") or ROOT.parent / "shared" / "data") / "oifits"
ROUNDS = 7
SLOWEST, MEMORY, INDEXED = 0.6, 20.0, 10.0
"""Goals: part of astropy's time, megabytes beyond a process that does nothing, and times as fast."""
SOURCE = "GRAVI.2016"
"""Beginning of the name of the file that the large one is made of: its OI_VIS has 22 kB a row."""
Answer = dict[str, float | str]


async def measure(_places: Databases) -> list[Measurement]:
    """Make the large file of a real one, cut it and index the real ones, in turns."""
    if not REAL.exists():
        return [not_run("OIFITS: one target of a large file", "astropy", f"there are no files in {REAL}")]
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.fits"
        size = float((await _contender("make", str(large)))["size"]) / 1e6
        return [*await _cuts(large, size), await _indexes()]


async def _cuts(large: Path, size: float) -> list[Measurement]:
    answers: dict[str, list[Answer]] = {"cut": [], "cut_by_astropy": [], "nothing": []}
    for _ in range(ROUNDS):
        for name, told in answers.items():
            told.append(await _contender(name, str(large)))
    if {answer["digest"] for name in ("cut", "cut_by_astropy") for answer in answers[name]} != {
        answers["cut"][0]["digest"]
    }:
        message = "the data that are cut differ from those that astropy cuts"
        raise WrongAnswerError(message)
    ours, theirs = _typical(answers["cut"], "ms"), _typical(answers["cut_by_astropy"], "ms")
    part = median(_ratio(*pair) for pair in zip(answers["cut"], answers["cut_by_astropy"], strict=True))
    idle = _typical(answers["nothing"], "MB")
    more, more_theirs = (_typical(answers[name], "MB") - idle for name in ("cut", "cut_by_astropy"))
    question, took = f"OIFITS: one target of a file of {size:.0f} MB", (milliseconds(ours), milliseconds(theirs))
    memory = f"{question}: peak of memory beyond an idle process"
    return [
        Measurement(question, took[0], "astropy", took[1], f"{part:.2f}× its time", f"≤ {SLOWEST:g}", part <= SLOWEST),
        Measurement(
            memory, f"{more:.1f} MB", "astropy", f"{more_theirs:.1f} MB",
            f"{more:+.1f} MB", f"≤ +{MEMORY:g} MB", more <= MEMORY,
        ),
    ]  # fmt: skip


async def _indexes() -> Measurement:
    answers: dict[str, list[Answer]] = {"index": [], "index_by_astropy": []}
    for _ in range(ROUNDS):
        for name, told in answers.items():
            told.append(await _contender(name, str(REAL)))
    if len({answer["granules"] for told in answers.values() for answer in told}) > 1:
        message = "astropy finds another number of granules"
        raise WrongAnswerError(message)
    times = median(1 / _ratio(*pair) for pair in zip(*answers.values(), strict=True))
    ours, theirs = (milliseconds(_typical(told, "ms")) for told in answers.values())
    return Measurement(
        f"OIFITS: {answers['index'][0]['files']} real files indexed", ours, "astropy, OiDB's columns alone", theirs,
        f"{times:.0f}× faster", f"≥ {INDEXED:g}", times >= INDEXED,
    )  # fmt: skip


def _typical(answers: Sequence[Answer], name: str) -> float:
    return median(float(answer[name]) for answer in answers)


def _ratio(ours: Answer, theirs: Answer) -> float:
    return float(ours["ms"]) / float(theirs["ms"])


async def _contender(name: str, path: str) -> Answer:
    command = (sys.executable, "-m", "bench.oifits_contenders", name, path)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    if process.returncode:
        message = f"{name} ended with {process.returncode}"
        raise WrongAnswerError(message)
    answer: Answer = json.loads(output)
    return answer
