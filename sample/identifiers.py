"""Names of stars in every catalogue, for the table of identifiers: columns of `stars.csv`, and `identifiers.csv`."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from sample.binary import Batch, batch
from sample.records import Ints, Texts, columns, numbers, texts
from sample.stars import Stars
from schema.designation import designation
from schema.jsdc import IDENTIFIER

NUMBERED = {
    "HD": ("hd", b"HD "), "HIP": ("hip", b"HIP "), "TYC": ("tyc", b"TYC "), "2MASS": ("twomass", b"2MASS J"),
    "Gaia DR2": ("gaia", b"Gaia DR2 "),
}  # fmt: skip
"""Catalogue → column and prefix of names that are designations as they are."""
SPELT = {
    "Bayer": ("bayer", b"* "),
    "Flamsteed": ("flamsteed", b"* "),
    "IAU": ("name", b"NAME "),
    "SIMBAD": ("simbad", b""),
}
SPAN, OTHERS = 64, 16
"""Identifiers of a star are numbered from `jsdc_id * SPAN`, those of `identifiers.csv` from OTHERS more."""


def made_up_names(stars: Stars) -> Texts:
    """Names of made-up stars, which no catalogue knows."""
    return np.char.add(b"SAMPLE ", stars.ids.astype(np.bytes_))


def identifiers(stars: Stars) -> Iterator[Batch]:
    """Yield the names of a block of stars, catalogue by catalogue."""
    if stars.synthetic:
        yield _batch(stars, "SAMPLE", made_up_names(stars), 0)
        return
    for place, (catalogue, (column, prefix)) in enumerate(NUMBERED.items()):
        yield from _named(stars, catalogue, column, prefix, place)
    for place, (catalogue, (column, prefix)) in enumerate(SPELT.items(), len(NUMBERED)):
        yield from _named(stars, catalogue, column, prefix, place)
    yield from _other_names(stars)


def _named(stars: Stars, catalogue: str, column: str, prefix: bytes, place: int) -> Iterator[Batch]:
    bearers = stars.text(column) != b""
    if bearers.any():
        names = np.char.add(prefix, stars.text(column)[bearers])
        yield _batch(stars.take(bearers), catalogue, names, place)


def _other_names(stars: Stars) -> Iterator[Batch]:
    """Yield the names that `identifiers.csv` has of these stars."""
    bearers, catalogues, names = _table()
    rows = np.isin(bearers, stars.ids)
    if rows.any():
        yield _rows(
            bearers[rows], OTHERS + _places(bearers)[rows], catalogues[rows], names[rows], _designations(names[rows])
        )


@cache
def _table() -> tuple[Ints, Texts, Texts]:
    """Read stars, catalogues and names, in the order of stars."""
    table = columns("identifiers")
    return numbers(table["jsdc_id"]).astype(np.int64), texts(table["catalogue"]), texts(table["identifier"])


def _places(bearers: Ints) -> Ints:
    """Count the names of each star from 0, given the stars of names in ascending order."""
    return np.arange(len(bearers)) - np.searchsorted(bearers, bearers)


def _batch(stars: Stars, catalogue: str, names: Texts, place: int) -> Batch:
    spellings = _designations(names) if catalogue in SPELT else names
    return _rows(stars.ids, place, np.full(len(stars), catalogue.encode()), names, spellings)


def _rows(stars: Ints, places: Ints | int, catalogues: Texts, names: Texts, spellings: Texts) -> Batch:
    return batch(IDENTIFIER, {
        "identifier_id": stars * SPAN + places,
        "star_id": stars,
        "catalogue": catalogues,
        "identifier": names,
        "designation": spellings,
        "folded": np.char.lower(np.char.replace(spellings, b" ", b"")),
    })  # fmt: skip


def _designations(names: Texts) -> Texts:
    return np.array([designation(name.decode()).encode() for name in names.tolist()], np.bytes_)
