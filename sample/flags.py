"""CalFlag: reasons of JSDC against a star as a calibrator, as bits.

Bits 0, 1 and 2 follow SearchCal's code of version 6 (`sclsvrCALIBRATOR.cpp`); bit 3 is a neighbour within 3 arcsec in
Tycho. A star that Hipparcos or CCDM calls multiple without a separation counts as double.
"""

import numpy as np

from sample.records import Floats, Ints
from sample.stars import Stars

CLOSE = 2.0
"""Separation (arcsec) of WDS components up to which a star is double."""
WORST_CHI2 = 5.0
SUSPICIOUS = {
    "C*", "S*", "Pu*", "RR*", "Ce*", "dS*", "RV*", "WV*", "bC*", "cC*", "gD*", "SX*", "Mi*", "SB*", "Al*", "EB*", "El*",
    "LP*", "EB?", "LP?", "SB?", "Mi?", "Ce?", "Pu?", "RR?",
}  # fmt: skip
"""SIMBAD's object types of binaries and of pulsating stars."""


def calibrator_flag(stars: Stars, chi2: Floats) -> Ints:
    """Compute the flag of each star: 0 for a calibrator."""
    poor = np.nan_to_num(chi2) > WORST_CHI2
    double = (stars.text("sbc9") != b"") | (np.nan_to_num(stars.number("sep"), nan=99.0) <= CLOSE)
    double |= (np.nan_to_num(stars.number("multiple")) > 0) & (stars.text("wds") == b"")
    crowded = np.isfinite(stars.number("neighbour"))
    return np.asarray(poor * 1 + double * 2 + _suspicious(stars) * 4 + crowded * 8)


def _suspicious(stars: Stars) -> Ints:
    kinds = stars.text("object_types")
    if not kinds.any():
        return np.zeros(len(stars), int)
    is_suspicious = {kind: bool(SUSPICIOUS.intersection(kind.decode().split(","))) for kind in set(kinds.tolist())}
    return np.array([is_suspicious[kind] for kind in kinds.tolist()], int)
