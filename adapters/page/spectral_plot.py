"""The spectral energy distribution of a star."""

import math
from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup

from adapters.page.quantities import BANDS, Values, measured, source
from adapters.page.svg import FILLED, OPEN, RAISED, RINGED, Axis, Plot, Sign, axis_of, legend, numbered, shapes
from adapters.page.words import Say

LIGHT = 299_792_458.0
"""m/s."""
FEW = 2.5
"""Powers of ten on an axis, below which there is more than these at it."""
CONFIDENT = {"HIGH": FILLED, "MEDIUM": RINGED}
"""Shapes of points by their confidence; others are open."""


def flux(magnitude: float, micron: float, jansky: float) -> float:
    """λ F_λ = ν F_ν, W m⁻², of a magnitude in a band.

    >>> f"{flux(0.0, 0.545, 3636):.3g}"
    '2e-08'
    """
    return float(jansky * 1e-26 * LIGHT / (micron * 1e-6) * 10 ** (-0.4 * magnitude))


def spectral_plot(star: Values, say: Say) -> Markup | None:
    """λ F_λ against λ, with errors, origins and confidences; None where no magnitude is known."""
    known = {field: star[field] for field in BANDS if star[field]["value"] is not None}
    if not known:
        return None
    ends = {
        field: (_level(field, one["value"] + (one["error"] or 0)), _level(field, one["value"] - (one["error"] or 0)))
        for field, one in known.items()
    }
    places = {field: math.log10(BANDS[field].micron) for field in known}
    levels = axis_of(
        "λ F(λ) [W m⁻²]", [level + away for pair in ends.values() for level in pair for away in (-0.1, 0.1)]
    )
    plot = Plot(_wavelengths(say), replace(levels, named=_powers(levels)))
    series = numbered(one["origin"] or say("unknown origin") for one in known.values())
    parts = []
    for field, one in known.items():
        number = series[one["origin"] or say("unknown origin")]
        level = _level(field, one["value"])
        if one["error"]:
            parts.append(plot.bar(places[field], ends[field], number))
        told = f"{BANDS[field].name} {measured(one)}; {source(one, say)}"
        parts.append(plot.point((places[field], level), number, told, Sign(CONFIDENT.get(one["confidence"], OPEN))))
        parts.append(plot.text(places[field], max(ends[field]), BANDS[field].name))
    return plot.drawn(say("Spectral energy distribution"), parts) + legend(series) + shapes(_meaning(say))


def _level(field: str, magnitude: float) -> float:
    return math.log10(flux(magnitude, BANDS[field].micron, BANDS[field].jansky))


def _wavelengths(say: Say) -> Axis:
    named = tuple((math.log10(micron), f"{micron:g}") for micron in (0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10))
    return Axis(say("Wavelength [µm]"), math.log10(0.36), math.log10(13), named)


def _powers(axis: Axis) -> tuple[tuple[float, str], ...]:
    """Powers of ten within an axis of logarithms; 2 and 5 times these too where they are few."""
    whole = range(math.floor(axis.first), math.ceil(axis.last) + 1)
    digits = (1,) if axis.last - axis.first > FEW else (1, 2, 5)
    values = ((power + math.log10(digit), digit, power) for power in whole for digit in digits)
    return tuple((at, _number(digit, power)) for at, digit, power in values if axis.first <= at <= axis.last)


def _number(digit: int, power: int) -> str:
    """A round number.

    >>> _number(1, -9), _number(5, -10)
    ('10⁻⁹', '5×10⁻¹⁰')
    """
    return ("" if digit == 1 else f"{digit}×") + "10" + str(power).translate(RAISED)


def _meaning(say: Say) -> Mapping[str, str]:
    return {
        FILLED: say("high confidence: measured"),
        RINGED: say("medium confidence"),
        OPEN: say("low or unknown confidence"),
    }
