"""Units that IN_UNIT converts between: those that we declare, in the spelling of VOUnits 1.1, with powers of ten."""

import re
from functools import lru_cache
from math import inf, pi

BASE: dict[str, tuple[str, float]] = {
    "rad": ("angle", 1.0),
    "deg": ("angle", pi / 180),
    "arcmin": ("angle", pi / 10_800),
    "arcsec": ("angle", pi / 648_000),
    "m": ("length", 1.0),
    "Angstrom": ("length", 1e-10),
    "AU": ("length", 149_597_870_700.0),
    "pc": ("length", 149_597_870_700.0 * 648_000 / pi),
    "lyr": ("length", 9_460_730_472_580_800.0),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "d": ("time", 86_400.0),
    "a": ("time", 31_557_600.0),
    "yr": ("time", 31_557_600.0),
    "Hz": ("frequency", 1.0),
    "J": ("energy", 1.0),
    "eV": ("energy", 1.602176634e-19),
    "erg": ("energy", 1e-7),
    "g": ("mass", 1e-3),
    "K": ("temperature", 1.0),
    "Jy": ("flux density", 1.0),
    "W": ("power", 1.0),
    "mag": ("magnitude", 1.0),
    "byte": ("data", 8.0),
    "bit": ("data", 1.0),
    "V": ("tension", 1.0),
}
"""Unit → what it measures, and how much of the first unit of its kind it is."""
PREFIXED = frozenset(BASE) - {"min", "h", "d", "deg", "arcmin", "Angstrom", "AU", "lyr"}
PREFIXES = {
    "y": -24, "z": -21, "a": -18, "f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "c": -2, "d": -1, "": 0,
    "da": 1, "h": 2, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
SHORT = {"mas": "marcsec", "uas": "uarcsec"}
SEPARATOR = re.compile(r"[. ]|(?<!\*)\*(?!\*)")
FACTOR = re.compile(r"([A-Za-z]+)(?:\*\*|\^)?\(?([+-]?\d)?\)?")


def factor(unit: str, target_unit: str) -> float:
    """What a number in one unit is to be multiplied by to be in another.

    Raises
    ------
    ValueError
        A unit is not known, or the two do not measure the same.
    """
    (measured, size), (target_measure, target) = read(unit), read(target_unit)
    if measured != target_measure:
        message = f"{unit} cannot be converted to {target_unit}"
        raise ValueError(message)
    return size / target


@lru_cache(maxsize=256)
def read(unit: str) -> tuple[tuple[tuple[str, int], ...], float]:
    """What a unit such as `mas/yr` or `km.s-1` measures, as powers, and its size; raises `ValueError`."""
    over, _, under = unit.partition("/")
    powers: dict[str, int] = {}
    size = 1.0
    for term, sign in [(term, 1) for term in _factors(over)] + [(term, -1) for term in _factors(under)]:
        matched = FACTOR.fullmatch(term)
        if not matched:
            message = f"{unit!r} is no unit that is known here"
            raise ValueError(message)
        power = sign * int(matched[2] or 1)
        measured, scale = _single(matched[1])
        powers[measured] = powers.get(measured, 0) + power
        size *= scale**power
    if not 0 < size < inf:
        message = f"{unit!r} is too large or too small a unit"
        raise ValueError(message)
    return tuple(sorted((name, power) for name, power in powers.items() if power)), size


def _factors(text: str) -> list[str]:
    return [term for term in SEPARATOR.split(text.strip().strip("()")) if term and term != "1"]


def _single(name: str) -> tuple[str, float]:
    name = SHORT.get(name, name)
    if name in BASE:
        return BASE[name]
    for length in (1, 2):
        prefix, base = name[:length], name[length:]
        if prefix in PREFIXES and base in PREFIXED:
            measured, size = BASE[base]
            return measured, size * 10.0 ** PREFIXES[prefix]
    message = f"{name!r} is no unit that is known here"
    raise ValueError(message)
