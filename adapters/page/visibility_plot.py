"""The visibility curve of a star: V² against the baseline, in each band of which its diameter is known."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from adapters.page.quantities import DISKS, Values
from adapters.page.svg import RAISED, Axis, Plot, Point, legend, numbered
from adapters.page.words import Say
from sky.disk import first_null, squared_visibility

LOBES = 5
"""Of a curve: further ones are no wider than the line."""
LONGEST = 330
"""Metres, of CHARA's longest baseline (S1-E1, 331 m)."""
LINEAR, LOGARITHMIC = "linear", "log"
"""Scales of V², as the address of the page has them."""
FAINTEST = 1e-5
"""V² at the foot of a logarithmic scale: what is less is drawn there."""
PLOTTED = ("uddr", "uddh", "uddk", "uddl", "uddn")
"""Bands in which CHARA and the VLTI observe."""


def visibility_plot(star: Values, exposures: Sequence[Values], scale: str, say: Say) -> Markup | None:
    """V² of uniform disks against the projected baseline, m; None where no diameter is known.

    The baselines of each exposure are marked on the curve of the band that is nearest to its wavelengths. The scale is
    `LINEAR`, or `LOGARITHMIC` from 1 down to `FAINTEST`.
    """
    disks = {DISKS[field][0]: (star[field], DISKS[field][1]) for field in PLOTTED if star[field]}
    if not disks:
        return None
    vertical, scaled = _SCALES[scale]
    plot = Plot(Axis(say("Projected baseline [m]"), 0, LONGEST), vertical)
    series = numbered(disks)
    parts = [plot.line(scaled(_curve(*disk)), series[band]) for band, disk in disks.items()]
    observed: dict[str, set[str]] = {}
    for exposure in exposures:
        band = nearest_band(exposure, {name: micron for name, (_, micron) in disks.items()})
        dots = [[point] for point in scaled(observed_points(exposure, *disks[band]))]
        if dots:
            observed.setdefault(band, set()).add(exposure["instrumentName"])
            told = f"{exposure['instrumentName']}, {exposure['expId']}"
            parts.append(plot.track(dots, series[band], told, exposure["expId"]))
    named = {_named(band, disk, observed.get(band, ())): series[band] for band, disk in disks.items()}
    told = ", ".join(f"{band} {diameter:.3f} mas" for band, (diameter, _) in disks.items())
    return plot.drawn(say("Squared visibility of uniform disks: {disks}", disks=told), parts) + legend(named)


def nearest_band(exposure: Values, microns: Mapping[str, float]) -> str:
    """The band that is nearest to the middle of an exposure's wavelengths; the first where these are not known."""
    edges = exposure["instrumentEmMin"], exposure["instrumentEmMax"]
    middle = math.log(math.sqrt(edges[0] * edges[1]) * 1e6) if all(edges) else -math.inf
    return min(microns, key=lambda band: abs(math.log(microns[band]) - middle))


def observed_points(exposure: Values, diameter: float, micron: float) -> list[Point]:
    """The projected baselines, m, at the start of an exposure, and V² of the disk there."""
    lengths = sorted(length for length in lengths_of(exposure) if length <= LONGEST)
    values = squared_visibility(diameter, lengths, micron * 1e-6)
    return list(zip(lengths, values.tolist(), strict=True))


def lengths_of(exposure: Values) -> Iterator[float]:
    """The projected baselines, m, at the start of an exposure."""
    for baseline in exposure["projectedBaselines"] or ():
        start = baseline["uv"] and baseline["uv"]["start"]
        if start:
            yield math.hypot(start["u"], start["v"])


def _curve(diameter: float, micron: float) -> list[Point]:
    baselines = _baselines(first_null(diameter, micron * 1e-6))
    return list(zip(baselines.tolist(), squared_visibility(diameter, baselines, micron * 1e-6).tolist(), strict=True))


def _baselines(null: float) -> NDArray[np.float64]:
    """Where a curve is computed: all along, and close together in the lobes that can be told apart."""
    lobes = np.linspace(0, LOBES * null, 24 * LOBES)
    return np.unique(np.concatenate([np.linspace(0, LONGEST, 111), lobes[lobes < LONGEST]]).round(3))


def _named(band: str, disk: tuple[float, float], instruments: Sequence[str] | set[str]) -> str:
    diameter, micron = disk
    return f"{band} ({micron} µm, {diameter:.3f} mas)" + "".join(f" · {name}" for name in sorted(instruments))


def _logarithms(points: Sequence[Point]) -> list[Point]:
    return [(baseline, math.log10(max(value, FAINTEST))) for baseline, value in points]


_POWERS = (*((float(power), "10" + str(power).translate(RAISED)) for power in range(-5, 0)), (0.0, "1"))
_SCALES: Mapping[str, tuple[Axis, Callable[[Sequence[Point]], list[Point]]]] = {
    LINEAR: (Axis("V²", 0, 1), list), LOGARITHMIC: (Axis("V²", math.log10(FAINTEST), 0, _POWERS), _logarithms),
}  # fmt: skip
