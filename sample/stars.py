"""Stars as columns, and the real ones: `stars.csv`.

Positions are ICRS, degrees, epoch J2000; proper motions mas/yr with the factor cos δ; parallaxes mas.

Numbers of stars (`jsdc_id`): Hipparcos stars have their HIP number, other Tycho stars the digits of TYC a-b-c as
a·10⁶ + b·10 + c, real stars with neither one from 200 000 on that `stars.csv` gives them for good, made-up ones 10¹¹
and more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.records import Floats, Ints, Texts, columns, numbers, texts
from sample.spectral import UNKNOWN, guess_luminosity_class, parse_spectral_type

OTHERS, MADE_UP = 200_000, 10**11
"""First numbers of real stars that neither Hipparcos nor Tycho has, and of made-up ones."""
TEXT_COLUMNS = (
    "hip", "hd", "tyc", "twomass", "gaia", "bayer", "flamsteed", "name", "simbad", "spt", "object_types", "sbc9", "wds",
)  # fmt: skip
NO_NUMBERS = {*TEXT_COLUMNS, "spt_source", "place_source", "ccdm"}


@dataclass(frozen=True, eq=False)
class Stars:
    """A block of stars; a missing column is unknown for all of them."""

    ids: Ints
    numbers: Mapping[str, Floats]
    texts: Mapping[str, Texts]
    index: Ints
    """Spectral index, UNKNOWN where there is no type."""
    luminosity: Ints
    """Luminosity class 1 to 5, guessed from the parallax where the type does not say."""
    synthetic: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, name: str) -> Floats:
        """Return a column of numbers, NaN where unknown."""
        return self.numbers.get(name, np.full(len(self), np.nan))

    def text(self, name: str) -> Texts:
        """Return a column of texts, empty where unknown."""
        return self.texts.get(name, np.zeros(len(self), "S1"))

    def take(self, places: Ints | slice | NDArray[np.bool_]) -> "Stars":
        """Select some of the stars."""
        return Stars(
            self.ids[places], {name: column[places] for name, column in self.numbers.items()},
            {name: column[places] for name, column in self.texts.items()},
            self.index[places], self.luminosity[places], self.synthetic,
        )  # fmt: skip


@cache
def real_stars() -> Stars:
    """Read every star of `stars.csv`: all to V = 7, and those that another table of the sample mentions."""
    table = columns("stars")
    number = {name: numbers(column) for name, column in table.items() if name not in NO_NUMBERS}
    types = np.array([parse_spectral_type(text) for text in table["spt"]])
    guessed = guess_luminosity_class(types[:, 0], number["vmag"], number["plx"])
    return Stars(
        numbers(table["jsdc_id"]).astype(np.int64), number, {name: texts(table[name]) for name in TEXT_COLUMNS},
        types[:, 0], np.where(types[:, 1] == UNKNOWN, guessed, types[:, 1]),
    )  # fmt: skip


def star_numbers(hip: Floats, tyc: list[str]) -> Ints:
    """Numbers of stars that have a HIP number (NaN for none) or one of Tycho ("" for none): HIP, else from TYC."""
    digits = np.array([tycho_digits(name) if name else 0 for name in tyc])
    return np.where(np.isnan(hip), digits, np.nan_to_num(hip)).astype(np.int64)


def tycho_digits(name: str) -> int:
    """Number of a star by its designation a-b-c in Tycho."""
    region, star, component = map(int, name.split("-"))
    return (region * 100_000 + star) * 10 + component
