"""`python -m bench.figures`: write each measured figure of the README and of `docs/` from the runs that are kept.

A figure stands between two comments, and `docs/figures.toml` says which measurement it is::

    a cone is <!-- figure: cone_vs_dachs -->6.8–19×<!-- /figure --> faster

The figure `runs` is declared nowhere: it says which runs the others come from.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.measurement import Measurement
from bench.quantities import quantities, span, template
from bench.report import STARS
from bench.runs import Key, Run, histories, load_runs

ROOT = Path(__file__).parents[1]
DECLARED = ROOT / "docs" / "figures.toml"
_MARKED = re.compile(r"(<!-- figure: (\w+) -->).*?(<!-- /figure -->)", re.DOTALL)
UNKNOWN_MACHINE = "not written down"
"""The machine of a run that others made, who noted its ratios alone."""


class FigureError(Exception):
    """A page names a figure that is not declared, or a declaration a measurement that no run has."""


@dataclass(frozen=True, slots=True)
class PageFigure:
    """Which quantity of which measurement a figure is."""

    part: str
    question: str
    cell: str = "ratio"
    """`ours`, `theirs` or `ratio`."""
    against: str = ""
    slot: int = 0
    """Which quantity of the cell, from 0."""
    stars: int = STARS


def pages() -> Iterator[Path]:
    """The README and the pages of `docs/`."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def declared() -> dict[str, PageFigure]:
    """The figures that pages may name."""
    return {name: PageFigure(**entry) for name, entry in tomllib.loads(DECLARED.read_text()).items()}


def texts(runs: Sequence[Run]) -> dict[str, str]:
    """Every declared figure as it is written: its range over the runs that are kept. Raises `FigureError`."""
    known = histories(runs)
    figures = {name: _text(name, figure, known) for name, figure in declared().items()}
    used = {run.name: run for figure in declared().values() for run, _ in known[_key(figure)]}
    return figures | {"runs": _provenance([used[name] for name in sorted(used)])}


def filled(page: str, figures: Mapping[str, str]) -> str:
    """The text of a page with its figures. Raises `FigureError`."""

    def figure(match: re.Match[str]) -> str:
        opening, name, closing = match.groups()
        if name not in figures:
            message = f"{name} is not in {DECLARED.name}"
            raise FigureError(message)
        return f"{opening}{figures[name]}{closing}"

    return _MARKED.sub(figure, page)


def main() -> None:
    """Fill all pages."""
    figures = texts(load_runs())
    for path in pages():
        path.write_text(filled(path.read_text(), figures))


def _key(figure: PageFigure) -> Key:
    return (figure.part, figure.stars, figure.question, figure.against)


def _text(name: str, figure: PageFigure, known: Mapping[Key, Sequence[tuple[Run, Measurement]]]) -> str:
    history = known.get(_key(figure))
    if not history:
        message = f"{name}: no run has {figure.question!r} against {figure.against!r}"
        raise FigureError(message)
    cells = [cell for _, measurement in history if (cell := getattr(measurement, figure.cell))]
    values = [quantities(cell)[figure.slot] for cell in cells if template(cell) == template(cells[-1])]
    return span(
        values if any(value.value < 0 for value in values) else [replace(value, signed=False) for value in values]
    )


def _provenance(runs: Sequence[Run]) -> str:
    """Write how many runs there are, with the days and commits; notes are in `results.md`."""
    days: dict[str, dict[str, None]] = {}
    for run in runs:
        elsewhere = " on another machine, ratios alone" if run.machine == UNKNOWN_MACHINE else ""
        days.setdefault(run.when.partition("T")[0], {})[f"`{run.commit.partition('-')[0]}`{elsewhere}"] = None
    count = f"{len(runs)} run{'s' if len(runs) > 1 else ''}"
    return f"{count}: " + "; ".join(f"{day} at {', '.join(commits)}" for day, commits in days.items())


if __name__ == "__main__":
    main()
