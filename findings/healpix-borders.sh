#!/usr/bin/env bash
# Four libraries, one scheme, and the same place in two or three different cells: where it lies on a border exactly.
. "$(dirname "$0")/common.bash"
packages hpgeom==1.6.1 cdshealpix==0.9.0 healpix==2025.1 astropy-healpix==2.0.1
cat > "$folder/cells.py" <<'PYTHON'
import astropy.units as u
import astropy_healpix, cdshealpix, healpix, hpgeom
import numpy as np
from astropy.coordinates import Latitude, Longitude

order, nside = 10, 1024


def cells(ra, dec):
    lon, lat = Longitude(ra * u.deg), Latitude(dec * u.deg)
    yield hpgeom.angle_to_pixel(nside, ra, dec)
    yield cdshealpix.lonlat_to_healpix(lon, lat, order).astype(np.int64)
    yield healpix.ang2pix(nside, ra, dec, nest=True, lonlat=True)
    yield astropy_healpix.lonlat_to_healpix(lon, lat, nside, order="nested")


def show(name, ra, dec):
    print(name, *(cell.tolist() if len(cell) < 9 else (cell != first).sum() for first in [next(cells(ra, dec))] for cell in cells(ra, dec)))


random = np.random.default_rng(1)
show("RA_90_DEC_0", np.array([90.0]), np.array([0.0]))
show("RA_0_DEC_30", np.array([0.0]), np.array([30.0]))
show("differ_of_a_million", random.uniform(0, 360, 10**6), np.degrees(np.arcsin(random.uniform(-1, 1, 10**6))))
PYTHON
echo "cells of order 10, nested: hpgeom, cdshealpix, healpix, astropy-healpix"
seen "RA_90_DEC_0 [5679786] [6029312] [6029312] [6029312] RA_0_DEC_30 [5193727] [5226496] [5193727] [5215573] differ_of_a_million 0 0 0 0" \
    "$("$python" "$folder/cells.py" | xargs)"
