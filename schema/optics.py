"""What follows of baselines, telescopes and wavelengths: values of ObsCore and of its extension, for a branch."""

from collections.abc import Sequence

from schema import uv
from schema.column import Column, ColumnSql


def optics(
    place: Sequence[Column], *, recorded: Sequence[Column] = (), own: Sequence[Column] = ()
) -> dict[str, ColumnSql]:
    """The values by the names of their columns.

    Parameters
    ----------
    place
        Right ascension, declination, shortest and longest wavelength, interferometer and stations.
    recorded
        The shortest and longest baseline as they were projected; empty where there are none, so that the stations tell
        the baselines.
    own
        Field of view and resolution, which count where they have a value; empty where there are none.
    """
    columns = (*place, *(recorded or own))
    ra, dec, low, high, facility, stations, *two = (f"{{{number}}}" for number in range(len(columns)))
    apart, farthest = uv.shortest(stations), uv.longest(stations)
    least, most = _preferred(two, (apart, farthest)) if recorded else (apart, farthest)  # no log has a length of 0
    telescope, middle = uv.diameter(facility, stations), f"(({low} + {high}) / 2)"
    seen = (uv.field_of_view(middle, telescope), uv.resolution(low, f"({most})", 2))
    fov, resolution = _preferred(two, seen) if own else seen
    written = {
        "s_fov": fov,
        "s_region": uv.region(ra, dec, fov),
        "s_resolution": resolution,
        "s_resolution_min": uv.resolution(low, f"({most})"),
        "s_resolution_max": uv.resolution(high, f"({most})"),
        "s_fov_min": uv.field_of_view(low, telescope),
        "s_fov_max": uv.field_of_view(high, telescope),
        "s_maximum_angular_scale": uv.resolution(middle, f"({least})"),
        "uv_distance_min": two[0] if recorded else apart,
        "uv_distance_max": two[1] if recorded else farthest,
        "instr_tel_number": uv.telescopes(stations),
        "instr_tel_min_dist": apart,
        "instr_tel_max_dist": farthest,
        "instr_tel_diameter": telescope,
    }
    return {name: ColumnSql(text, columns) for name, text in written.items()}


def _preferred(columns: Sequence[str], others: Sequence[str]) -> list[str]:
    """SQL of columns where they have a value, else of something else."""
    both = zip(columns, others, strict=True)
    return [f"(CASE WHEN {known} IS NULL THEN {other} ELSE {known} END)" for known, other in both]
