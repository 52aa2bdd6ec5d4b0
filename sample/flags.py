"""CalFlag: reasons of JSDC against a star as a calibrator, as bits.

Bits 0, 1 and 2 follow SearchCal's code of version 6 (`sclsvrCALIBRATOR.cpp`, `DefineCalFlag`); bit 3 is a neighbour
within 3 arcsec in Tycho. A star that Hipparcos or CCDM calls multiple without a separation counts as double. Where
nothing is known against a star whose types in SIMBAD no source of ours gives, the flag is unknown, not 0.
"""

import numpy as np

from sample.records import Floats, Ints
from sample.stars import Stars

CLOSE = 2.0
"""Separation (arcsec) of WDS components up to which a star is double."""
WORST_CHI2 = 5.0
SUSPICIOUS = {
    "EB?", "Sy?", "CV?", "No?", "pr?", "TT?", "C*?", "S*?", "OH?", "CH?", "WR?", "Ae?", "RR?", "Ce?", "LP?", "Mi?",
    "sv?", "pA?", "WD?", "N*?", "BH?", "SN?", "BD?", "EB*", "Al*", "bL*", "WU*", "EP*", "SB*", "El*", "Sy*", "CV*",
    "NL*", "No*", "DN*", "Ae*", "C*", "S*", "pA*", "WD*", "ZZ*", "BD*", "N*", "OH*", "CH*", "pr*", "TT*", "WR*", "Ir*",
    "Or*", "RI*", "Er*", "FU*", "RC*", "RC?", "Psr", "BY*", "RS*", "Pu*", "RR*", "Ce*", "dS*", "RV*", "WV*", "bC*",
    "cC*", "gD*", "SX*", "LP*", "Mi*", "sr*", "SN*",
}  # fmt: skip
"""SIMBAD's object types of binaries, of variable and of odd stars: `FILTER_SIMBAD_OBJTYPES`."""


def calibrator_flag(stars: Stars, chi2: Floats) -> Floats:
    """Compute the flag of each star: 0 for a calibrator, NaN for a star that was not examined."""
    poor = np.nan_to_num(chi2) > WORST_CHI2
    double = (stars.text("sbc9") != b"") | (np.nan_to_num(stars.number("sep"), nan=99.0) <= CLOSE)
    double |= (np.nan_to_num(stars.number("multiple")) > 0) & (stars.text("wds") == b"")
    crowded = np.isfinite(stars.number("neighbour"))
    flag = poor * 1.0 + double * 2 + _suspicious(stars) * 4 + crowded * 8
    return np.where((flag == 0) & (stars.text("object_types") == b""), np.nan, flag)


def _suspicious(stars: Stars) -> Ints:
    kinds = stars.text("object_types")
    if not kinds.any():
        return np.zeros(len(stars), int)
    is_suspicious = {kind: bool(SUSPICIOUS.intersection(kind.decode().split(","))) for kind in set(kinds.tolist())}
    return np.array([is_suspicious[kind] for kind in kinds.tolist()], int)
