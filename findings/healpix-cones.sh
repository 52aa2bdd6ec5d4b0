#!/usr/bin/env bash
# cdshealpix, and mocpy which stands on it, leave parts of circles out: of one circle in some thousand a corner, and of each that is wider than 138° up to a sixth of the sky.
. "$(dirname "$0")/common.bash"
packages cdshealpix==0.9.0 mocpy==0.21.0 astropy==8.0.2
cat > "$folder/circles.py" <<'PYTHON'
import astropy.units as u
import numpy as np
from astropy.coordinates import Latitude, Longitude, SkyCoord
from cdshealpix.nested import cone_search, lonlat_to_healpix
from mocpy import MOC


def circle(ra, dec, radius, order):
    lon, lat = Longitude(ra, u.deg), Latitude(dec, u.deg)
    cells, _, _ = cone_search(lon, lat, radius * u.deg, np.uint8(order), flat=True)
    return cells, MOC.from_cone(lon, lat, radius=radius * u.deg, max_depth=order)


place, radius = SkyCoord(303.75, 30.08, unit="deg"), 9.77
away = place.separation(SkyCoord(304.4, 20.75, unit="deg")).deg
for order in (4, 9):
    cells, moc = circle(304.4, 20.75, radius, order)
    [cell] = lonlat_to_healpix(place.ra, place.dec, np.uint8(order))
    there = cell in cells, moc.contains_lonlat(place.ra, place.dec).item()
    print(f"{away:.2f} of {radius} degrees, order {order}: {there}")
for radius in (120, 150, 170):
    cells, moc = circle(30, 20, radius, 6)
    share = (1 - np.cos(np.radians(radius))) / 2
    print(f"{radius}: {share:.3f} of the sky, {len(cells) / (12 * 4**6):.3f} {moc.sky_fraction:.3f}")
PYTHON
seen "9.35 of 9.77 degrees, order 4: (False, False)
9.35 of 9.77 degrees, order 9: (False, False)
120: 0.750 of the sky, 0.755 0.755
150: 0.933 of the sky, 0.936 0.936
170: 0.992 of the sky, 0.833 0.833" "$("$python" "$folder/circles.py")"
