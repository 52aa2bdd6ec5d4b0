"""Names of interferometers and instruments as people know them, from the many that files have."""

import re
from math import atan2, degrees, hypot

from schema.instruments import INSTRUMENTS

VERSION = re.compile(r"(_v\d+|_\d+)+$")
"""Suffixes by which programs that merge files keep names apart, as in `CHARA_v1_v5`."""
DATE = re.compile(r"[_-]\d{4}-\d{2}-\d{2}$")
FACILITIES = {
    "VLTI": -70.4048, "CHARA": -118.0570, "NPOI": -111.5352, "IOTA": -110.8849, "PTI": -116.8630, "KI": -155.4747,
    "SUSI": 149.5482, "COAST": 0.0424, "GI2T": 6.9208, "MROI": -107.1850, "LBTI": -109.8891,
}  # fmt: skip
"""Longitude of interferometers, degrees, east positive, by their names: many files say 0 for ARRAYX and ARRAYY."""
SEVERAL = ("", "MULTI")
"""Values of INSTRUME and TELESCOP that name nothing (OIFITS 2, section 4)."""


def facility_name(telescop: str, arrname: str) -> str:
    """The interferometer: of TELESCOP where that names a known one, else of ARRNAME, which is left as it is if unknown.

    >>> facility_name("ESO-VLTI-A1234", "VLTI"), facility_name("", "NPOI_2004-01-07"), facility_name("", "CHARA_v1_v5")
    ('VLTI', 'NPOI', 'CHARA')
    """
    bare = VERSION.sub("", DATE.sub("", arrname))
    for text in (telescop.upper(), bare.upper()):
        for name in FACILITIES:
            if re.search(rf"(?<![A-Z0-9]){name}(?![A-Z0-9])", text):
                return name
    return bare


def instrument_name(instrume: str, insname: str) -> str:
    """The instrument: INSTRUME of the primary header, else by what INSNAME begins with, else INSNAME without versions.

    >>> instrument_name("", "H_PRISM_v1_v5"), instrument_name("MULTI", "PIONIER_Pnat(1.59/1.77)")
    ('MIRC', 'PIONIER')
    """
    if instrume.upper() not in SEVERAL:
        return instrume
    upper = insname.upper()
    return next((name for prefix, name in INSTRUMENTS if upper.startswith(prefix)), VERSION.sub("", insname))


def longitude(arrname: str, telescop: str, geocentric: tuple[float, float]) -> float | None:
    """Longitude of an interferometer, degrees, east positive: by ARRAYX and ARRAYY or its name; None if unknown."""
    x, y = geocentric
    if 1e5 < hypot(x, y) < 7e6:  # in metres from the Earth's axis, not at it, nor the 0 of many files
        return degrees(atan2(y, x))
    return FACILITIES.get(facility_name(telescop, arrname))


def calibration_level(pro_catg: str) -> int | None:
    """ObsCore's level by ESO PRO CATG of the primary header: 2 where it is calibrated, 1 where not; None if unknown.

    `TARGET_CAL_INT` (MATISSE), `…_CALIBRATED` (GRAVITY, AMBER) are calibrated; `SINGLE_SCI_VIS` is not.
    """
    text = pro_catg.upper()
    if "CALIBRATED" in text or "TARGET_CAL" in text:
        return 2
    return 1 if "SCI_VIS" in text or "CAL_VIS" in text or "TARGET_RAW" in text else None
