"""Names of stars in every catalogue, for the table of identifiers."""

from collections.abc import Iterator

import numpy as np

from sample.binary import Batch, batch
from sample.records import Texts
from sample.stars import Stars
from schema.designation import designation
from schema.jsdc import IDENTIFIER

NUMBERED = {
    "HD": ("hd", b"HD "), "HIP": ("hip", b"HIP "), "TYC": ("tyc", b"TYC "), "2MASS": ("twomass", b"2MASS J"),
    "Gaia DR3": ("gaia", b"Gaia DR3 "),
}  # fmt: skip
"""Catalogue → column and prefix of names that are designations as they are."""
SPELT = {
    "Bayer": ("bayer", b"* "),
    "Flamsteed": ("flamsteed", b"* "),
    "IAU": ("name", b"NAME "),
    "SIMBAD": ("simbad", b""),
}
SPAN = 10
"""Identifiers of a star are numbered from `jsdc_id * SPAN`."""


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


def _named(stars: Stars, catalogue: str, column: str, prefix: bytes, place: int) -> Iterator[Batch]:
    bearers = stars.text(column) != b""
    if bearers.any():
        names = np.char.add(prefix, stars.text(column)[bearers])
        yield _batch(stars.take(bearers), catalogue, names, place)


def _batch(stars: Stars, catalogue: str, names: Texts, place: int) -> Batch:
    spellings = _designations(names) if catalogue in SPELT else names
    return batch(IDENTIFIER, {
        "identifier_id": stars.ids * SPAN + place,
        "star_id": stars.ids,
        "catalogue": np.full(len(stars), catalogue.encode()),
        "identifier": names,
        "designation": spellings,
        "folded": np.char.lower(np.char.replace(spellings, b" ", b"")),
    })  # fmt: skip


def _designations(names: Texts) -> Texts:
    return np.array([designation(name.decode()).encode() for name in names.tolist()], np.bytes_)
