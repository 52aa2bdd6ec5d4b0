"""Numbers of a granule, from the rows of its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oifits.described import Array, Target, Wavelengths
from oifits.granule import Granule
from oifits.hdus import Hdu
from oifits.measurements import FLUX, KINDS, T3, VIS, VIS2, Measurements
from oifits.names import facility_name, instrument_name
from oifits.times import DAY, exposure
from oifits.uv_plane import distinct_points, eccentricity, filling


@dataclass(frozen=True, slots=True)
class Context:
    """What describes the measurements of a file.

    Parameters
    ----------
    telescop, instrume
        Of the primary header, "" where they name nothing.
    level
        ObsCore's calibration level, None if unknown.
    targets, arrays, wavelengths
        By TARGET_ID, ARRNAME and INSNAME.
    """

    telescop: str
    instrume: str
    level: int | None
    targets: Mapping[int, Target]
    arrays: Mapping[str, Array]
    wavelengths: Mapping[str, Wavelengths]


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """Rows of one table that are of a granule: their numbers in `rows`."""

    hdu: Hdu
    measured: Measurements
    rows: NDArray[np.int64]

    @property
    def good(self) -> NDArray[np.int64]:
        """Rows with a point that is not flagged."""
        return self.rows[self.measured.good[self.rows] > 0]


def summary(  # noqa: PLR0913 - what makes a granule one
    insname: str, number: int, night: int, parts: Sequence[Part], context: Context, *, implausible: bool
) -> Granule:
    """The granule of rows that have one target, one INSNAME and one night.

    Parameters
    ----------
    insname, number, night
        INSNAME, TARGET_ID, and MJD of the evening.
    parts
        Its rows, table by table.
    context
        What describes them.
    implausible
        Whether INT_TIME of this INSNAME says no exposure time.
    """
    target = context.targets.get(number) or Target(number, "", float("nan"), float("nan"), "")
    arrname = next(filter(None, (part.hdu.header.string("ARRNAME") for part in parts)), "")
    middle = np.concatenate([part.measured.middle[part.rows] for part in parts])
    duration = np.concatenate([part.measured.duration[part.rows] for part in parts])
    half = np.zeros(len(middle)) if implausible else np.nan_to_num(duration) / 2 / DAY
    counts = {kind: sum(len(part.rows) for part in parts if part.hdu.name == kind) for kind in KINDS}
    shortest, longest = _lengths(parts)
    points = _points(parts)
    em_min, em_max, power, channels = _spectrum(context.wavelengths.get(insname))
    return Granule(
        target.name, target.category, _known(target.ra), _known(target.dec),
        facility_name(context.telescop, arrname), instrument_name(context.instrume, insname), arrname, insname, night,
        float((middle - half).min()), float((middle + half).max()), float(middle.min()), float(middle.max()),
        None if implausible else _exposure(parts), em_min, em_max, power, channels,
        counts[VIS], counts[VIS2], counts[T3], counts[FLUX],
        sum(int(part.measured.points[part.rows].sum()) for part in parts),
        sum(int(part.measured.good[part.rows].sum()) for part in parts),
        shortest, longest, eccentricity(points), filling(points), _stations(parts, context), context.level,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _exposure(parts: Sequence[Part]) -> float | None:
    middle = np.concatenate([part.measured.middle[part.good] for part in parts])
    duration = np.concatenate([part.measured.duration[part.good] for part in parts])
    known = (duration > 0) & np.isfinite(middle)
    return exposure(middle[known], duration[known]) if known.any() else None


def _lengths(parts: Sequence[Part]) -> tuple[float | None, float | None]:
    lengths = np.concatenate([part.measured.lengths[part.good].ravel() for part in parts])
    lengths = lengths[np.isfinite(lengths)]
    return (float(lengths.min()), float(lengths.max())) if len(lengths) else (None, None)


def _points(parts: Sequence[Part]) -> NDArray[np.float64]:
    u, v = (np.concatenate([getattr(part.measured, name)[part.good].ravel() for part in parts]) for name in "uv")
    return distinct_points(u, v)


def _stations(parts: Sequence[Part], context: Context) -> tuple[str, ...]:
    """Names of the stations in use, their numbers where the file has no names."""
    found: dict[str, None] = {}
    for part in parts:
        array = context.arrays.get(part.hdu.header.string("ARRNAME"))
        for index in set(part.measured.stations[part.rows].ravel().tolist()):
            found[(array.stations.get(index) if array else None) or str(index)] = None
    return tuple(sorted(found))


def _spectrum(one: Wavelengths | None) -> tuple[float | None, float | None, float | None, int]:
    if one is None or not len(one.wave):
        return None, None, None, 0
    low, high = one.edges
    with np.errstate(divide="ignore", invalid="ignore"):
        power = _known(float(np.mean(one.wave / one.band)))
    return float(low.min()), float(high.max()), power, len(one.wave)
