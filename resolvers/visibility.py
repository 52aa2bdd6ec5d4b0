"""When a place can be observed, as values of the columns of `schema.visibility`: computed span after span of nights."""

from collections.abc import AsyncIterator
from importlib.metadata import version
from time import monotonic
from typing import Any

from hub.threads import compute
from planning.errors import TimedOut
from resolvers.visibility_request import INTERFEROMETERS, Setup, VisibilityRequest
from sky.nights import nights, span_numbers
from sky.orientation import orientation_table
from sky.season import Piece, observable_pieces, windows_of

Row = dict[str, Any]
DAY = 86_400.0
"""Seconds."""
DIGITS = 6
"""Of an MJD: 0.1 s."""


async def visibility_rows(request: VisibilityRequest, seconds: float, limit: int) -> AsyncIterator[list[Row]]:
    """Compute the rows in threads, those of some nights at once, in the order of their begins.

    Parameters
    ----------
    request
        What is asked, checked.
    seconds
        How long all of it may take.
    limit
        Rows after which no more are computed, but for those that show that there are more; 0 computes none.

    Raises
    ------
    TimedOut
        It takes longer.
    """
    until, setups = monotonic() + seconds, request.setups()
    numbers = {number for setup in setups for number in span_numbers(setup.array.site, request.start, request.end)}
    count = 0
    for number in sorted(numbers) if limit else ():
        rows: list[Row] = []
        for setup in setups:  # each by itself: what is short keeps nobody waiting, and needs no rest
            if monotonic() > until:
                message = f"The visibility takes longer than {seconds:g} s: ask for fewer nights, or one interferometer"
                raise TimedOut(message)
            rows += await compute(_span_rows, request, setup, number)
        yield sorted(rows, key=lambda row: (row["t_start"], row["facility"]))
        count += len(rows)
        if count > limit:
            return


def _span_rows(request: VisibilityRequest, setup: Setup, number: int) -> list[Row]:
    """The rows of a span of nights; none where it has no night that is asked for."""
    bounds = request.start, request.end
    span, star = nights(setup.array.site, number), (request.ra, request.dec, *request.motion)
    windows = windows_of(span, request.twilight, star, bounds)
    if not len(windows.starts):
        return []
    pieces = observable_pieces(windows, setup.array, setup.pops, setup.fixed)
    return [_row(setup, piece) for piece in pieces if _wanted(request, piece)]


def _wanted(request: VisibilityRequest, piece: Piece) -> bool:
    return (request.soft or not piece.soft) and (piece.end - piece.start) * DAY >= request.seconds


def _row(setup: Setup, piece: Piece) -> Row:
    known, site = float(orientation_table().last), setup.array.site.name
    has_pops = any(len(beam.pops) > 1 for beam in setup.array.beams)
    return {
        "t_start": round(piece.start, DIGITS),
        "t_stop": round(piece.end, DIGITS),
        "t_observability": round((piece.end - piece.start) * DAY, 1),
        "t_validity": known,
        "validity_accuracy": "HIGH" if piece.end <= known else "MEDIUM",
        "validity_predictor": predictor(site),
        "facility": site,
        "stations": " ".join(beam.station for beam in setup.array.beams),
        "pops": "".join(str(place + 1) for place in piece.pops) if has_pops else None,
        "elevation_min": round(piece.lowest, 2),
        "elevation_max": round(piece.highest, 2),
        "moon_sep_min": round(piece.moon, 2),
        "limited_by": " ".join(limit.name for limit in piece.soft) or None,
    }


def predictor(interferometer: str) -> str:
    """The program, and ASPRO2's configuration of an interferometer."""
    return f"jmmc-gateway {version('jmmc-gateway')}; ASPRO2 {interferometer} {INTERFEROMETERS[interferometer]}"
