"""Spectral types as JSDC numbers them: `4 * (10 * class + subclass)`, O = 0 … M = 6, so that A1 is 84."""

import re

import numpy as np

from sample.records import Floats, Ints, columns, numbers

CLASSES = "OBAFGKM"
ROMAN = ("", "I", "II", "III", "IV", "V")
TYPE = re.compile(r"([OBAFGKM])(\d(?:\.\d+)?)?")
LUMINOSITY = re.compile(r"IV|V|III|II|I")
UNKNOWN = -1
"""Index or luminosity class that is not known."""
GIANT_EXCESS = 2.0
"""Magnitudes by which a star must outshine a dwarf of its type to be taken for a giant."""


def parse_spectral_type(text: str) -> tuple[int, int]:
    """Spectral index and luminosity class of a type; each is UNKNOWN where the text does not say.

    Of a composite (`A1V+DA`) or a range (`M1-M2Ia`) the first counts; a class without subclass is put in its middle.
    """
    spectral = TYPE.match(text.lstrip("dgsk "))
    if not spectral:
        return UNKNOWN, UNKNOWN
    subclass = float(spectral[2] or 5)
    light = LUMINOSITY.search(text.partition("+")[0], spectral.end())
    return round(4 * (10 * CLASSES.index(spectral[1]) + subclass)), ROMAN.index(light[0]) if light else UNKNOWN


def spectral_type_label(index: int, luminosity: int) -> str:
    """Write a type as SpType_JMMC does: `A1.00V`; "" for UNKNOWN."""
    kind, quarter = divmod(index, 40)
    return f"{CLASSES[kind]}{quarter / 4:.2f}{ROMAN[luminosity]}" if index >= 0 else ""


def guess_luminosity_class(index: Ints, v: Floats, parallax: Floats) -> Ints:
    """Guess III or V from spectral index, apparent V and parallax (mas).

    Without a parallax (NaN or not positive) only K and M stars brighter than V = 7 are taken for giants.
    """
    table = columns("colours")
    dwarf = np.array(table["luminosity_class"]) == "5"
    known = numbers(table["spectral_index"])[dwarf], numbers(table["abs_v"])[dwarf]
    sound = np.isfinite(known[1])
    expected = np.interp(index, known[0][sound], known[1][sound])
    with np.errstate(invalid="ignore", divide="ignore"):
        absolute = v + 5 * np.log10(parallax / 100)
        bright = np.where(parallax > 0, absolute < expected - GIANT_EXCESS, (index >= 200) & (v < 7))
    return np.where(bright, 3, 5)
