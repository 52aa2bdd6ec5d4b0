#!/usr/bin/env bash
# Galactic coordinates of one ICRS place by astropy and by ERFA (on which astropy stands) are up to 25 mas apart, and both come back to where they began.
. "$(dirname "$0")/common.bash"
packages astropy==8.0.2 pyerfa==2.0.1.5
cat > "$folder/galactic.py" <<'PYTHON'
import astropy.units as u
import erfa
import numpy as np
from astropy.coordinates import Galactic, SkyCoord

places = SkyCoord(np.arange(0, 360, 10)[:, None], np.arange(-90, 91, 10)[None, :], unit="deg").ravel()
ours = places.galactic
longitude, latitude = erfa.icrs2g(places.ra.rad, places.dec.rad)
theirs = SkyCoord(longitude, latitude, unit="rad", frame=Galactic)
apart = ours.separation(theirs).to_value(u.mas)
back = ours.icrs.separation(places).to_value(u.mas).max()
ra, dec = erfa.g2icrs(longitude, latitude)
returned = SkyCoord(ra, dec, unit="rad").separation(places).to_value(u.mas).max()
print(f"apart {apart.min():.1f} to {apart.max():.1f} mas, back within 0.01 mas: {back < 0.01}, {returned < 0.01}")
PYTHON
seen "apart 0.2 to 24.9 mas, back within 0.01 mas: True, True" "$("$python" -W ignore "$folder/galactic.py")"
