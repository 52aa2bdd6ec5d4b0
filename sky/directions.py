"""Directions of places as unit vectors."""

import numpy as np

from sky.healpix import Floats


def unit_vectors(ra: Floats, dec: Floats) -> Floats:
    """Directions of places, radians, as unit vectors, along one more axis at the end."""
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)
