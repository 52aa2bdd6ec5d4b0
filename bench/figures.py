"""`python -m bench.figures`: write each measured figure of the README and of `docs/` from the runs that are kept.

A figure stands between two comments, and `docs/figures.toml` says which measurement it is::

    a cone is <!-- figure: cone_vs_dachs -->6.8–19×<!-- /figure --> faster
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
    measurements = {key: [measurement for _, measurement in history] for key, history in histories(runs).items()}
    return {name: _text(name, figure, measurements) for name, figure in declared().items()}


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


def _text(name: str, figure: PageFigure, measurements: Mapping[Key, Sequence[Measurement]]) -> str:
    history = measurements.get((figure.part, figure.stars, figure.question, figure.against))
    if not history:
        message = f"{name}: no run has {figure.question!r} against {figure.against!r}"
        raise FigureError(message)
    cells = [cell for measurement in history if (cell := getattr(measurement, figure.cell))]
    values = [quantities(cell)[figure.slot] for cell in cells if template(cell) == template(cells[-1])]
    return span(
        values if any(value.value < 0 for value in values) else [replace(value, signed=False) for value in values]
    )


if __name__ == "__main__":
    main()
