"""A picture of what is in an OIFITS file, as SVG: uv coverage, V², closure phase and flux, one under the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from markupsafe import Markup

from adapters.page.svg import HEIGHT, SERIES, SQUARE, WIDTH, Axis, Plot, axis_of
from oifits.measurements import FLUX, T3, VIS2
from oifits.points import Floats, Panels, Points
from planning.errors import NotFound

COLOURS = ("#0b62a4", "#d1495b", "#2e8b57", "#b8860b", "#6a4c93", "#00838f", "#8d6e63", "#555555")
"""Of `SERIES` series."""
KEY = 22
"""Height of a line of the legend."""
STYLE = Markup(
    "<style>text{{font:13px sans-serif;fill:#222}}.frame{{fill:none;stroke:#888}}"
    ".dots{{fill:none;stroke-width:3.2;stroke-linecap:round}}{}</style>"
).format(Markup("").join(Markup(".s{}{{stroke:{}}}").format(place, colour) for place, colour in enumerate(COLOURS)))
TITLES = {
    VIS2: ("Spatial frequency (Mλ)", "Squared visibility", 1e-6),
    T3: ("Spatial frequency (Mλ)", "Closure phase (°)", 1e-6),
    FLUX: ("Wavelength (µm)", "Flux", 1e6),
}  # fmt: skip
"""Of both axes, and what values of the first are multiplied by."""


def picture(panels: Panels, title: str) -> bytes:
    """Draw the points; `title` is read to who does not see them.

    Raises
    ------
    NotFound
        There is no good point.
    """
    drawn = list(_drawn(panels))
    if not drawn:
        message = "There is nothing to draw: all points are flagged"
        raise NotFound(message)
    shown = panels.insnames[:SERIES]
    top, parts = KEY * len(shown), [STYLE, *_legend(shown)]
    for plot, height in drawn:
        part = Markup('<svg x="0" y="{}" width="{}" height="{}">{}</svg>')
        parts.append(part.format(top, WIDTH, height, plot))
        top += height
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}"><title>{}</title>'
    )
    white = Markup('<rect width="100%" height="100%" fill="#fff"/>')
    begin = head.format(WIDTH, top, WIDTH, top, title) + white
    return (begin + Markup("").join(parts) + Markup("</svg>")).encode()


def _legend(insnames: Sequence[str]) -> Iterator[Markup]:
    line = Markup('<path class="dots s{}" d="M16,{}h0"/><text x="26" y="{}">{}</text>')
    for place, name in enumerate(insnames):
        yield line.format(place, KEY * place + 12, KEY * place + 16, name)


def _drawn(panels: Panels) -> Iterator[tuple[Markup, int]]:
    """The panels that have points, each with its height."""
    if len(panels.uv.x):
        opposite = Points(-panels.uv.x, -panels.uv.y, panels.uv.series)
        most = float(max(np.abs(panels.uv.x).max(), np.abs(panels.uv.y).max())) * 1.06 or 1.0
        plot = Plot(Axis("u (m)", most, -most), Axis("v (m)", -most, most), SQUARE)
        yield plot.drawn("uv coverage", [*_dots(plot, panels.uv), *_dots(plot, opposite)]), SQUARE
    for kind, points in panels.panels.items():
        if len(points.x):
            across, up, factor = TITLES[kind]
            scaled = replace(points, x=points.x * factor)
            plot = Plot(axis_of(across, scaled.x.tolist()), axis_of(up, _middle(points.y).tolist()), HEIGHT)
            yield plot.drawn(f"{up} against {across}", list(_dots(plot, scaled))), HEIGHT


def _middle(values: Floats) -> Floats:
    """Values but for the outermost hundredths, which errors without bounds are found among."""
    low, high = np.percentile(values, (1, 99))
    return values.clip(low, high)


def _dots(plot: Plot, points: Points) -> Iterator[Markup]:
    """A path of points for each series; points beyond the axes are left out."""
    low, high = sorted((plot.y.first, plot.y.last))
    inside = (points.y >= low) & (points.y <= high)
    for number in np.unique(points.series[inside]).tolist():
        chosen = inside & (points.series == number)
        places = (plot.at(x, y) for x, y in zip(points.x[chosen].tolist(), points.y[chosen].tolist(), strict=True))
        path = "".join(f"M{across:g},{down:g}h0" for across, down in places)
        yield Markup('<path class="dots s{}" d="{}"/>').format(number % SERIES, path)
