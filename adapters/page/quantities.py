"""Values with their errors, as people read them, and the bands in which stars are measured."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.page.svg import label
from adapters.page.words import Say
from schema.jsdc import ORIGIN

Values = Mapping[str, Any]
"""An object of a GraphQL answer."""
ORIGINS = dict(ORIGIN.members.values())
"""What the words for origins mean."""
CONFIDENCES = {
    "HIGH": "high confidence", "MEDIUM": "medium confidence", "LOW": "low confidence", "NO": "no confidence",
}  # fmt: skip
"""Of magnitudes, whose high confidence is that they are measured, and of computed diameters, which are not."""


@dataclass(frozen=True, slots=True)
class Band:
    """A photometric band."""

    name: str
    micron: float
    """Mean wavelength, µm."""
    jansky: float
    """Flux density of magnitude 0, Jy."""


BANDS = {
    "bmag": Band("B", 0.438, 4063), "bpmag": Band("BP", 0.505, 3552), "vmag": Band("V", 0.545, 3636),
    "gmag": Band("G", 0.582, 3229), "rpmag": Band("RP", 0.762, 2555), "jmag": Band("J", 1.235, 1594),
    "hmag": Band("H", 1.662, 1024), "kmag": Band("K", 2.159, 666.7), "lmag": Band("L", 3.45, 276),
    "mmag": Band("M", 4.8, 160), "nmag": Band("N", 10.5, 35.2),
}  # fmt: skip
"""Magnitudes of JSDC: B and V of Bessell et al. (1998, A&A 333, 231), Gaia's of DR3, J, H and K of 2MASS (Cohen et al.
2003, AJ 126, 1090), L, M and N of Tokunaga (2000, in Allen's Astrophysical Quantities)."""
DISKS = {
    "uddb": ("B", 0.44), "uddv": ("V", 0.55), "uddr": ("R", 0.70), "uddi": ("I", 0.90), "uddj": ("J", 1.25),
    "uddh": ("H", 1.65), "uddk": ("K", 2.2), "uddl": ("L", 3.5), "uddm": ("M", 5.0), "uddn": ("N", 10.5),
}  # fmt: skip
"""Diameters of the uniform disk: the band, and its wavelength, µm (Johnson)."""


def measured(one: Values) -> str:
    """A value with its error and unit, as far as they are known; "" where there is none.

    An error has two figures, and its value no more than that: all of them where there is no error.

    >>> measured({"value": -4.7061357, "error": 0.3546925, "unit": "mas"})
    '−4.71 ± 0.35 mas'
    """
    if one["value"] is None:
        return ""
    if not one["error"]:
        return f"{label(one['value'])} {one['unit']}"
    decimals = max(0, 1 - math.floor(math.log10(abs(one["error"]))))
    value = f"{one['value']:.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return f"{value} ± {one['error']:.{decimals}f} {one['unit']}"


def source(one: Values, say: Say) -> str:
    """Where a value is from and how far it is to be trusted: "" where neither is known."""
    words = (ORIGINS.get(one["origin"]), CONFIDENCES.get(one["confidence"]))
    return "; ".join(say(word) for word in words if word)
