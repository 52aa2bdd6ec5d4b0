"""Plots as SVG: axes with round ticks, lines and points. Colours and sizes of text are the style sheet's, by class."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

WIDTH, HEIGHT = 640, 340
"""Of a plot, in units of its own: the page scales it."""
LEFT, RIGHT, TOP, BOTTOM = 84, 12, 12, 44
"""Margins with the texts of the axes."""
SQUARE = WIDTH - LEFT - RIGHT + TOP + BOTTOM
"""Height of a plot whose units are equal both ways."""
SERIES = 8
"""Classes of colours that the style sheet has."""
STEPS = (1, 2, 5)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""What turns digits into those of an exponent."""
FILLED, RINGED, OPEN = "filled", "ringed", "open"
"""Shapes of points."""
POINT = Markup('<circle class="point {} s{}" cx="{}" cy="{}" r="{}"{}><title>{}</title></circle>')
TRACK = Markup('<path class="track s{}" d="{}"{}><title>{}</title></path>')
RING = Markup('<circle class="frame" cx="{}" cy="{}" r="{}"/>')
BAR = Markup('<line class="bar s{}" x1="{}" x2="{}" y1="{}" y2="{}"/>')
TURNED = Markup('<text class="axis" text-anchor="middle" transform="translate(14 {}) rotate(-90)">{}</text>')
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from one value to another, which may be the smaller."""

    title: str
    first: float
    last: float
    named: tuple[tuple[float, str], ...] = ()
    """Values that have a name there, in place of round numbers."""

    @property
    def ticks(self) -> Mapping[float, str]:
        """What stands at the axis: the values that have a name, or else some seven round ones.

        >>> ", ".join(Axis("B", 0, 330).ticks.values())
        '0, 50, 100, 150, 200, 250, 300'
        """
        if self.named:
            return dict(self.named)
        low, high = sorted((self.first, self.last))
        step = _step((high - low) / 7)
        numbers = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
        return {number * step: label(number * step) for number in numbers}

    def share(self, value: float) -> float:
        """How far along the axis a value is, 0 to 1."""
        return (value - self.first) / (self.last - self.first)


def _step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is not less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * scale for scale in (power, 10 * power) for step in STEPS if step * scale >= least * (1 - 1e-9))


def axis_of(title: str, values: Iterable[float], *, downwards: bool = False) -> Axis:
    """An axis that has room for some values, of which there is at least one; `downwards`, as for magnitudes."""
    known = list(values)
    low, high = min(known), max(known)
    margin = 0.06 * (high - low) or 0.5
    low, high = low - margin, high + margin
    return Axis(title, high, low) if downwards else Axis(title, low, high)


@dataclass(frozen=True, slots=True)
class Sign:
    """How a point is drawn."""

    shape: str = FILLED
    size: float = 3.5
    """Radius."""
    key: str = ""
    """Shared by all that stands for the same thing on the page."""


DOT = Sign()


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot in the making: what is added is drawn over what was."""

    x: Axis
    y: Axis
    height: int = HEIGHT

    def at(self, x: float, y: float) -> Point:
        """Where a point is drawn."""
        across, up = WIDTH - LEFT - RIGHT, self.height - TOP - BOTTOM
        return round(LEFT + self.x.share(x) * across, 1), round(TOP + (1 - self.y.share(y)) * up, 1)

    def line(self, points: Iterable[Point], series: int) -> Markup:
        """A line through some points."""
        drawn = " ".join(f"{x},{y}" for x, y in (self.at(*point) for point in points))
        return Markup('<polyline class="line s{}" points="{}"/>').format(series % SERIES, drawn)

    def point(self, place: Point, series: int, told: str, sign: Sign = DOT) -> Markup:
        """A point, which tells what it is."""
        across, down = self.at(*place)
        return POINT.format(sign.shape, series % SERIES, across, down, round(sign.size, 1), keyed(sign.key), told)

    def track(self, pieces: Iterable[Sequence[Point]], series: int, told: str, key: str = "") -> Markup:
        """Lines that are one thing; a piece of one point is a dot."""
        drawn = "".join(self._piece(piece) for piece in pieces)
        return TRACK.format(series % SERIES, drawn, keyed(key), told)

    def _piece(self, piece: Sequence[Point]) -> str:
        (x, y), *further = (self.at(*point) for point in piece)
        return f"M{x:g} {y:g}" + ("".join(f"L{x:g} {y:g}" for x, y in further) or "h0")

    def ring(self, x: float, y: float, radius: float) -> Markup:
        """A circle, whose radius is in units of the x axis."""
        (across, down), (edge, _) = self.at(x, y), self.at(x + radius, y)
        return RING.format(across, down, round(abs(edge - across), 1))

    def text(self, x: float, y: float, told: str) -> Markup:
        """A text just above a place."""
        across, down = self.at(x, y)
        return _text("middle", across, round(down - 7, 1), told)

    def bar(self, x: float, ends: Point, series: int) -> Markup:
        """An error: a line upwards, from one end to the other."""
        (across, lower), (_, upper) = (self.at(x, end) for end in ends)
        return BAR.format(series % SERIES, across, across, lower, upper)

    def drawn(self, described: str, parts: Sequence[Markup]) -> Markup:
        """The plot, whose description is read to who does not see it."""
        frame = Markup(
            '<svg class="plot" role="img" viewBox="0 0 {} {}"><title>{}</title>'
            '<rect class="frame" x="{}" y="{}" width="{}" height="{}"/>'
        ).format(WIDTH, self.height, described, LEFT, TOP, WIDTH - LEFT - RIGHT, self.height - TOP - BOTTOM)
        return Markup("").join([frame, *self._ticks(), *parts, Markup("</svg>")])

    def _ticks(self) -> Iterable[Markup]:
        for value, name in self.x.ticks.items():
            across, down = self.at(value, self.y.first)
            yield _text("middle", across, down + 16, name)
        for value, name in self.y.ticks.items():
            across, down = self.at(self.x.first, value)
            yield _text("end", across - 6, down + 4, name)
        yield _text("middle", (LEFT + WIDTH - RIGHT) / 2, self.height - 8, self.x.title)
        yield TURNED.format((TOP + self.height - BOTTOM) / 2, self.y.title)


def _text(anchor: str, x: float, y: float, text: str) -> Markup:
    return Markup('<text class="axis" text-anchor="{}" x="{}" y="{}">{}</text>').format(anchor, x, y, text)


def keyed(key: str) -> Markup:
    """The attribute by which scripts find what stands for the same thing."""
    return Markup(' data-key="{}"').format(key) if key else Markup("")


def label(value: float) -> str:
    """A number at an axis, with a minus that is one.

    >>> label(-0.2), label(50.0)
    ('−0.2', '50')
    """
    return f"{value:.10g}".replace("-", "\N{MINUS SIGN}")


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Numbers of series by their names, in the order of these."""
    return dict(zip(sorted(set(names)), count(), strict=False))


def legend(series: Mapping[str, int]) -> Markup:
    """The names of series beside their colours."""
    one = Markup('<span class="key s{}">{}</span>')
    return Markup('<p class="legend">{}</p>').format(
        Markup(" ").join(one.format(number % SERIES, name) for name, number in series.items())
    )


def shapes(named: Mapping[str, str]) -> Markup:
    """What the shapes of points mean: a sentence by shape."""
    one = Markup(
        '<span class="key"><svg class="sign" viewBox="0 0 10 10" aria-hidden="true">'
        '<circle class="point {} s7" cx="5" cy="5" r="3.5"/></svg> {}</span>'
    )
    return Markup('<p class="legend">{}</p>').format(
        Markup(" ").join(one.format(shape, name) for shape, name in named.items())
    )
