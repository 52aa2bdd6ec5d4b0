"""astropy as the judge of places: its tables of the Earth's orientation, without a network."""

import astropy.units as u
import astropy_iers_data
import numpy as np
from astropy.coordinates import AltAz, EarthLocation, SkyCoord, get_body
from astropy.time import Time
from astropy.utils import iers
from numpy.typing import NDArray

from sky.site import Site

Floats = NDArray[np.float64]
ARCSEC = 1 / 3600


def prepare() -> None:
    """Have astropy compute nights to come from the table of the package: as it is, it asks two hosts and raises."""
    iers.conf.auto_download = False
    iers.conf.auto_max_age = None
    iers.conf.iers_degraded_accuracy = "warn"
    iers.earth_orientation_table.set(iers.IERS_A.open(astropy_iers_data.IERS_A_FILE))


def frame(site: Site, mjd: Floats) -> AltAz:
    location = EarthLocation.from_geocentric(*site.geocentric, unit=u.m)
    return AltAz(obstime=Time(mjd, format="mjd", scale="utc"), location=location)


def stars(ra: Floats, dec: Floats, pmra: Floats, pmdec: Floats, years: float) -> SkyCoord:
    """Stars so many years after J2000, moved along a great circle by hand."""
    there = SkyCoord(ra * u.deg, dec * u.deg)
    far, angle = np.hypot(pmra, pmdec) * years / 3.6e6, np.arctan2(pmra, pmdec)
    return there.directional_offset_by(angle * u.rad, far * u.deg)


def body(name: str, site: Site, mjd: Floats) -> SkyCoord:
    at = frame(site, mjd)
    return get_body(name, at.obstime, at.location).transform_to(at)
