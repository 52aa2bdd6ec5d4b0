#!/usr/bin/env bash
# oifits writes MJD in whole seconds: a file that is opened and saved has its observations up to a second earlier.
. "$(dirname "$0")/common.bash"
packages oifits==0.6.1 astropy==8.0.2 numpy==2.4.6
cat > "$folder/seconds.py" <<'PYTHON'
import sys
import oifits
from astropy.io import fits

folder, times = sys.argv[1], [58000.123456789, 58000.5, 58000.999999]


def table(name, header, **columns):
    made = [fits.Column(name=name, format=form, array=array) for name, (form, array) in columns.items()]
    hdu = fits.BinTableHDU.from_columns(made, name=name)
    hdu.header.update({"OI_REVN": 2} | header)
    return hdu


real = {name: ("1D", [0.0]) for name in "RAEP0 DECEP0 RA_ERR DEC_ERR SYSVEL PMRA PMDEC PMRA_ERR PMDEC_ERR".split()}
texts = {"TARGET": ("16A", ["HD 48329"]), "VELTYP": ("8A", ["LSR"]), "VELDEF": ("8A", ["OPTICAL"]), "SPECTYP": ("16A", ["G8Ib"])}
floats = {"EQUINOX": ("1E", [2000.0]), "PARALLAX": ("1E", [0.0]), "PARA_ERR": ("1E", [0.0])}
target = table("OI_TARGET", {}, TARGET_ID=("1I", [1]), **texts, **real, **floats)
array = table(
    "OI_ARRAY", {"ARRNAME": "VLTI", "FRAME": "GEOCENTRIC", "ARRAYX": 1951952.0, "ARRAYY": -5483173.0, "ARRAYZ": -2668147.0},
    TEL_NAME=("16A", ["UT1", "UT2"]), STA_NAME=("16A", ["U1", "U2"]), STA_INDEX=("1I", [1, 2]), DIAMETER=("1E", [8.2, 8.2]),
    STAXYZ=("3D", [[0, 0, 0], [56, 0, 0]]), FOV=("1D", [0.06, 0.06]), FOVTYPE=("6A", ["FWHM", "FWHM"]),
)
wavelength = table("OI_WAVELENGTH", {"INSNAME": "GRAVITY"}, EFF_WAVE=("1E", [2.2e-6]), EFF_BAND=("1E", [1e-8]))
vis2 = table(
    "OI_VIS2", {"DATE-OBS": "2017-09-04", "ARRNAME": "VLTI", "INSNAME": "GRAVITY"},
    TARGET_ID=("1I", [1] * 3), TIME=("1D", [0.0] * 3), MJD=("1D", times), INT_TIME=("1D", [10.0] * 3), VIS2DATA=("1D", [0.5] * 3),
    VIS2ERR=("1D", [0.01] * 3), UCOORD=("1D", [40.0] * 3), VCOORD=("1D", [30.0] * 3), STA_INDEX=("2I", [[1, 2]] * 3), FLAG=("1L", [False] * 3),
)
primary = fits.PrimaryHDU(header=fits.Header({"CONTENT": "OIFITS2", "DATE-OBS": "2017-09-04"}))
fits.HDUList([primary, target, array, wavelength, vis2]).writeto(f"{folder}/a.fits")
oifits.open(f"{folder}/a.fits", quiet=True).save(f"{folder}/b.fits")
saved = fits.getdata(f"{folder}/b.fits", "OI_VIS2")["MJD"]
print("seconds too early:", *(f"{(before - after) * 86400:.2f}" for before, after in zip(times, saved, strict=True)))
PYTHON
seen "seconds too early: 0.67 0.00 0.91" "$("$python" -W ignore "$folder/seconds.py" "$folder" 2> /dev/null | tail -1)"
