"""What no checker of OIFITS looks for, because it is no violation of the standard: numbers that cannot be so."""

from collections.abc import Mapping
from dataclasses import replace
from math import cos, hypot, radians

import numpy as np
from numpy.typing import NDArray

from oifits.described import Target
from oifits.hdus import Hdu
from oifits.measurements import Measurements
from oifits.times import DAY, JULIAN, has_time_of_day, mjd_of_date

Place = tuple[float, float]
"""Right ascension and declination, degrees (ICRS)."""
NEAR = 0.1
"""Degrees from its place within which a target is that star: proper motions of a century are less."""
MINUTE = 60.0


def misplaced(targets: Mapping[int, Target], places: Mapping[str, Place]) -> tuple[dict[int, Target], list[str]]:
    """Targets with right ascensions in hours put right, and a sentence for each that is not where its star is.

    Parameters
    ----------
    targets
        By TARGET_ID.
    places
        Of stars by name, as `Target.name` spells it; of others nothing is said.
    """
    found, problems = dict(targets), []
    for number, target in targets.items():
        place = places.get(target.name)
        if place is None or _near(target.ra, target.dec, place):
            continue
        there, star = _told(target.ra, target.dec), _told(*place)
        if _near(15 * target.ra, target.dec, place):
            degrees = _told(15 * target.ra, target.dec)
            problems.append(
                f"OI_TARGET: RAEP0 of {target.name} is in hours: it is at {there}, in degrees {degrees}, "
                f"its star at {star}"
            )
            found[number] = replace(target, ra=15 * target.ra)
        else:
            problems.append(f"OI_TARGET: {target.name} is at {there}, its star at {star}")
    return found, problems


def _told(ra: float, dec: float) -> str:
    return f"{ra:.6g} {dec:+.6g}"


def _near(ra: float, dec: float, place: Place) -> bool:
    across = ((ra - place[0] + 180) % 360 - 180) * cos(radians(place[1]))
    return hypot(across, dec - place[1]) < NEAR


def table_problems(hdu: Hdu, read: Measurements) -> list[str]:
    """Sentences about the times of a table of measurements; `read` are its rows."""
    mjd, time = read.mjd, read.time
    problems = [_date_problem(hdu, read), _mjd_problem(hdu, mjd, time, read), _time_problem(hdu, mjd, time)]
    if not np.all(np.isfinite(read.middle)):
        problems.append(f"{hdu.name}: MJD is no time in some rows, which are not indexed")
    if np.any((read.duration <= 0) & (read.good > 0)):
        problems.append(f"{hdu.name}: INT_TIME is not positive in rows with good points")
    return [problem for problem in problems if problem]


def _date_problem(hdu: Hdu, read: Measurements) -> str:
    text = hdu.header.string("DATE-OBS")
    start, first = mjd_of_date(text), float(np.min(read.middle))
    if start is None:
        return f"{hdu.name}: DATE-OBS is {text[:30]!r}, no date"
    return f"{hdu.name}: DATE-OBS is {text[:30]}, but MJD begins at {first:.3f}" if abs(first - start) > 2 else ""


def _mjd_problem(hdu: Hdu, mjd: NDArray[np.float64], time: NDArray[np.float64], read: Measurements) -> str:
    if np.any(mjd > JULIAN):
        return f"{hdu.name}: MJD is a Julian date, of which 2400000.5 is taken off"
    if np.any((mjd == np.floor(mjd)) & has_time_of_day(time) & (read.middle != mjd)):
        return f"{hdu.name}: MJD has no time of day, which DATE-OBS and TIME give"
    return ""


def _time_problem(hdu: Hdu, mjd: NDArray[np.float64], time: NDArray[np.float64]) -> str:
    """What TIME counts, where it is not seconds from 0 h of DATE-OBS (OIFITS 1) and not 0 (OIFITS 2)."""
    if not np.any(time > 0) or np.all(mjd == np.floor(mjd)):
        return ""
    ways = {
        "is MJD in seconds": mjd * DAY,
        "is a Julian date": mjd + JULIAN,
        "counts from noon": (mjd - np.floor(mjd)) * DAY + DAY / 2,
    }
    for words, expected in ways.items():
        if np.all(np.abs(time - expected) < MINUTE):
            return f"{hdu.name}: TIME {words}"
    start = mjd_of_date(hdu.header.string("DATE-OBS"))
    whole = np.floor(mjd.min()) if start is None else start
    if np.any(np.abs(time - (mjd - whole) * DAY) > 30 * MINUTE):
        return f"{hdu.name}: TIME is {time.min():.0f} to {time.max():.0f} s, which is not the time of day of MJD"
    return ""
