"""The field around a star, with the calibrators in it."""

from collections.abc import Sequence
from math import cos, degrees, radians, sin

from markupsafe import Markup

from adapters.page.quantities import Values, measured
from adapters.page.svg import RINGED, SQUARE, Axis, Plot, Point, Sign
from adapters.page.words import Say

RADIUS = 5.0
"""Degrees, within which calibrators are looked for."""
RINGS = (1, 3, 5)
"""Circles about the star, degrees."""
NAMED = 15
"""Calibrators up to which each has its name beside it."""
LARGEST, PER_MAGNITUDE = 9.0, 0.9
"""Radius of the point of a star of K = 0, and by how much it is smaller for each magnitude."""


def field_plot(star: Values, calibrators: Sequence[Values], say: Say) -> Markup | None:
    """Calibrators about a star, projected on the plane that touches the sky there; None where there are none."""
    if not calibrators:
        return None
    edge = 1.04 * RADIUS
    east, north = Axis(say("towards the east [°]"), edge, -edge), Axis(say("towards the north [°]"), -edge, edge)
    plot = Plot(east, north, SQUARE)
    parts = [plot.ring(0, 0, radius) for radius in RINGS]
    parts.append(plot.point((0, 0), 1, star["name"] or "", Sign(RINGED, 6)))
    for one in calibrators:
        told = f"{one['name']}, K {one['kmag']['value']}, {measured(one['ldd'] | {'unit': 'mas'})}"
        place = projected((star["ra"], star["dec"]), (one["ra"], one["dec"]))
        if len(calibrators) <= NAMED:
            parts.append(plot.text(*place, one["name"]))
        parts.append(plot.point(place, 0, told, Sign(size=_size(one["kmag"]["value"]), key=f"star {one['jsdcId']}")))
    return plot.drawn(say("Calibrators within {radius}° of the star", radius=f"{RADIUS:g}"), parts)


def projected(centre: Point, place: Point) -> Point:
    """Gnomonic projection of a place about a centre, all in degrees: towards the east, towards the north.

    >>> x, y = projected((359.5, 60.0), (0.5, 60.0))
    >>> round(x, 3), round(y, 3)
    (0.5, 0.004)
    """
    (ra0, dec0), (ra, dec) = (tuple(map(radians, point)) for point in (centre, place))
    along = sin(dec0) * sin(dec) + cos(dec0) * cos(dec) * cos(ra - ra0)
    east = cos(dec) * sin(ra - ra0) / along
    north = (cos(dec0) * sin(dec) - sin(dec0) * cos(dec) * cos(ra - ra0)) / along
    return degrees(east), degrees(north)


def _size(magnitude: float | None) -> float:
    return max(2.5, LARGEST - PER_MAGNITUDE * (6 if magnitude is None else magnitude))
