"""The uv plane: at which spatial frequencies a star was observed."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from markupsafe import Markup

from adapters.page.instants import moment
from adapters.page.quantities import Values
from adapters.page.svg import SQUARE, Axis, Plot, Point, legend, numbered
from adapters.page.words import Say

METRES, MEGAWAVELENGTHS = "m", "Mlambda"
"""Units of a uv plane, as the address of the page has them."""
Pieces = list[list[Point]]


def uv_plot(exposures: Sequence[Values], unit: str, say: Say) -> Markup | None:
    """The uv plane with conjugates; None where nothing is known.

    In metres each baseline goes from the start of the exposure to its end; in Mλ from the longest wavelength of the
    instrument to the shortest, at the start.
    """
    pieces_of = _UNITS[unit]
    tracks = [(exposure, pieces) for exposure in exposures if (pieces := list(pieces_of(exposure)))]
    if not tracks:
        return None
    reach = max(abs(value) for _, pieces in tracks for piece in pieces for point in piece for value in point)
    edge, named = 1.08 * reach, {METRES: "m", MEGAWAVELENGTHS: "Mλ"}[unit]
    east = Axis(say("u, towards the east [{unit}]", unit=named), edge, -edge)
    north = Axis(say("v, towards the north [{unit}]", unit=named), -edge, edge)
    plot = Plot(east, north, SQUARE)
    series = numbered(exposure["instrumentName"] for exposure, _ in tracks)
    parts = [
        plot.track(with_conjugates(pieces), series[one["instrumentName"]], _told(one), one["expId"])
        for one, pieces in tracks
    ]
    return plot.drawn(say("Spatial frequencies that were observed, in {unit}", unit=named), parts) + legend(series)


def in_metres(exposure: Values) -> Iterator[list[Point]]:
    """Of each baseline the points (u, v), m, that are known, at the start and at the end of an exposure."""
    for baseline in exposure["projectedBaselines"] or ():
        ends = [baseline["uv"][end] for end in ("start", "end")] if baseline["uv"] else []
        points = [(end["u"], end["v"]) for end in ends if end]
        if points:
            yield points


def in_megawavelengths(exposure: Values) -> Iterator[list[Point]]:
    """Of each baseline the points (u, v) / λ, 10⁶, at the start, for the longest and the shortest wavelength."""
    microns = [edge * 1e6 for edge in (exposure["instrumentEmMax"], exposure["instrumentEmMin"]) if edge]
    for (u, v), *_ in in_metres(exposure) if microns else ():
        yield [(u / micron, v / micron) for micron in microns]


def with_conjugates(pieces: Pieces) -> Pieces:
    """The same and their mirror images: a real brightness has both."""
    return pieces + [[(-u, -v) for u, v in piece] for piece in pieces]


def _told(exposure: Values) -> str:
    return f"{exposure['instrumentName']}, {moment(exposure['expStart'])}, {exposure['expId']}"


_UNITS: Mapping[str, Callable[[Values], Iterator[list[Point]]]] = {
    METRES: in_metres, MEGAWAVELENGTHS: in_megawavelengths,
}  # fmt: skip
