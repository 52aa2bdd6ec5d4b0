#!/usr/bin/env bash
# cdshealpix, and mocpy which stands on it, leave cells out of circles of more than some 138°: one of 170° is less of the sky than one of 150°.
. "$(dirname "$0")/common.bash"
packages cdshealpix==0.9.0 mocpy==0.21.0
cat > "$folder/circles.py" <<'PYTHON'
import astropy.units as u
import numpy as np
from astropy.coordinates import Latitude, Longitude
from cdshealpix.nested import cone_search, lonlat_to_healpix
from mocpy import MOC

lon, lat = Longitude(30, u.deg), Latitude(20, u.deg)
for radius in (120, 150, 170):
    cells, _, _ = cone_search(lon, lat, radius * u.deg, np.uint8(6), flat=True)
    moc = MOC.from_cone(lon, lat, radius=radius * u.deg, max_depth=6)
    share = (1 - np.cos(np.radians(radius))) / 2
    centre = lonlat_to_healpix(lon, lat, np.uint8(6))[0] in cells
    print(f"{radius}: {share:.3f} of the sky, {len(cells) / (12 * 4**6):.3f} {moc.sky_fraction:.3f}, with its centre: {centre}")
PYTHON
seen "120: 0.750 of the sky, 0.755 0.755, with its centre: True
150: 0.933 of the sky, 0.936 0.936, with its centre: True
170: 0.992 of the sky, 0.833 0.833, with its centre: True" "$("$python" "$folder/circles.py")"
