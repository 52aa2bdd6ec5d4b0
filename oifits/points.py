"""Points of a file to be drawn: uv coverage, visibilities, closure phases and fluxes, as many as a picture shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oifits.blocks import Bytes, blocks, cells, numbers
from oifits.described import Wavelengths, read_wavelengths
from oifits.hdus import Hdu, read_hdus
from oifits.measurements import FLAGGED, FLUX, T3, VIS2, measurements
from oifits.source import Source

Floats = NDArray[np.float64]
MOST = 4000
"""Points of a panel: of more, every second, third… is taken."""
FINEST = 1e15
"""Cycles per radian beyond which nothing is drawn."""
VALUES = {VIS2: ("VIS2DATA",), T3: ("T3PHI",), FLUX: ("FLUXDATA", "FLUX")}
"""Columns of what is drawn; FLUX is FLUXDATA in files of GRAVITY."""


@dataclass(frozen=True, eq=False, slots=True)
class Points:
    """Points of a panel, and the INSNAME of each by its number."""

    x: Floats
    y: Floats
    series: NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Panels:
    """What is drawn of a file.

    Parameters
    ----------
    insnames
        Names of series, by number.
    uv
        Spatial coordinates, metres, of rows with good points; each baseline once, not its opposite.
    panels
        By name of the table. Of OI_VIS2 the squared visibility, of OI_T3 the closure phase in degrees, against spatial
        frequency in cycles per radian, that of the longest side; of OI_FLUX the flux, against wavelength in metres.
    """

    insnames: tuple[str, ...]
    uv: Points
    panels: Mapping[str, Points]


def panels(source: Source) -> Panels:
    """Read the points of a file, in blocks; flagged ones are left out. Raises `Malformed` and `Unsupported`."""
    hdus = read_hdus(source)
    grids = read_wavelengths(source, hdus)
    series = {name: number for number, name in enumerate(grids)}
    named = [hdu for hdu in hdus if hdu.header.string("INSNAME") in grids and hdu.rows]
    found = {
        kind: _joined(_points(source, [hdu for hdu in named if hdu.name == kind], grids, series)) for kind in VALUES
    }
    return Panels(tuple(grids), _joined(_coverage(source, named, series)), found)


def _joined(parts: Iterator[Points]) -> Points:
    listed = list(parts)
    empty = np.zeros(0)
    x, y = (np.concatenate([empty, *(getattr(part, name) for part in listed)]) for name in ("x", "y"))
    return Points(x, y, np.concatenate([np.zeros(0, np.int64), *(part.series for part in listed)]))


def _coverage(source: Source, hdus: Sequence[Hdu], series: Mapping[str, int]) -> Iterator[Points]:
    measured = [hdu for hdu in hdus if hdu.name in ("OI_VIS", VIS2)]
    kinds = {hdu.name for hdu in measured}
    chosen = [hdu for hdu in measured if hdu.name == VIS2 or VIS2 not in kinds]
    step = sum(hdu.rows for hdu in chosen) // MOST + 1
    for hdu in chosen:
        for _, block in blocks(source, hdu):
            read = measurements(block[::step], hdu)
            good = (read.good > 0) & np.isfinite(read.u[:, 0]) & np.isfinite(read.v[:, 0])
            u, v = read.u[good, 0], read.v[good, 0]
            yield Points(u, v, np.full(len(u), series[hdu.header.string("INSNAME")]))


def _points(
    source: Source, hdus: Sequence[Hdu], grids: Mapping[str, Wavelengths], series: Mapping[str, int]
) -> Iterator[Points]:
    step = sum(hdu.rows * len(grids[hdu.header.string("INSNAME")].wave) for hdu in hdus) // MOST + 1
    for hdu in hdus:
        insname = hdu.header.string("INSNAME")
        for _, block in blocks(source, hdu):
            x, y = _good(block, hdu, grids[insname].wave, step)
            yield Points(x, y, np.full(len(x), series[insname]))


def _good(block: Bytes, hdu: Hdu, wave: Floats, step: int) -> tuple[Floats, Floats]:
    """Abscissa and value of every so many points of a block, without those that are flagged or no numbers."""
    name = next((name for name in VALUES[hdu.name] if hdu.column(name)), None)
    flag = hdu.column("FLAG")
    if name is None:
        return np.zeros(0), np.zeros(0)
    y = numbers(block, hdu, name)
    if y.shape[1] != len(wave):
        return np.zeros(0), np.zeros(0)
    x = np.broadcast_to(wave, y.shape)
    if hdu.name != FLUX:
        read = measurements(block, hdu)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            x = np.hypot(read.u, read.v).max(axis=1)[:, None] / wave
    good = np.isfinite(y) & (np.abs(x) < FINEST)
    if flag is not None and flag.letter == "L" and flag.repeat == len(wave):
        good &= cells(block, flag).view(np.uint8) != FLAGGED
    chosen = np.flatnonzero(good.ravel()[::step]) * step
    return x.ravel()[chosen], y.ravel()[chosen]
