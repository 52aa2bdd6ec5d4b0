"""Magnitudes that were not measured, estimated from V, B-V and the spectral type.

Intrinsic colours by spectral index and luminosity class are JSDC's (Johnson B V R L M, Cousins-CIT I J H K);
J, H and K are converted to 2MASS by Carpenter (2001AJ....121.2851C). Reddening follows from B-V with the extinction
ratios of JSDC.
"""

from functools import cache

import numpy as np

from sample.records import Floats, Ints, columns, numbers, rows

SIZE = 280
BANDS = ("b", "j", "h", "k")


@cache
def extinction() -> dict[str, float]:
    """A_X / E(B-V) by band; 3.1 for V."""
    return {row["band"].lower(): float(row["ratio"]) for row in rows("extinction")}


@cache
def _intrinsic() -> dict[str, Floats]:
    """V minus magnitude in b, j, h, k (2MASS), by luminosity class and spectral index."""
    table = columns("colours")
    light, index = (numbers(table[name]).astype(int) for name in ("luminosity_class", "spectral_index"))
    values = {name: numbers(table[name]) for name in ("b_v", "v_ic", "ic_j", "j_h", "j_k")}
    v_k = values["v_ic"] + values["ic_j"] + values["j_k"] + 0.024
    j_k = 1.056 * values["j_k"] - 0.013
    h_k = 1.026 * (values["j_k"] - values["j_h"]) + 0.028
    colours = {"b": -values["b_v"], "j": v_k - j_k, "h": v_k - h_k, "k": v_k}
    return {band: _spread(light, index, colour) for band, colour in colours.items()}


def _spread(light: Ints, index: Ints, colour: Floats) -> Floats:
    """Tabulate a colour by class 0…5 and index, straight lines between known types, the last one beyond."""
    table = np.empty((6, SIZE))
    for luminosity in range(6):
        nearest = 5 if luminosity >= 4 else 3 if luminosity == 3 else 1
        known = (light == nearest) & np.isfinite(colour)
        table[luminosity] = np.interp(np.arange(SIZE), index[known], colour[known])
    return table


def intrinsic(band: str, index: Ints, luminosity: Ints) -> Floats:
    """V minus the magnitude in b, j, h or k (2MASS) of unreddened stars, by spectral index and luminosity class."""
    return np.asarray(_intrinsic()[band][luminosity, np.clip(index, 0, SIZE - 1)])


def estimated_magnitude(band: str, v: Floats, b_v: Floats, index: Ints, luminosity: Ints) -> Floats:
    """Magnitude in a band; NaN where the spectral type is unknown.

    Parameters
    ----------
    band : str
        b, j, h or k.
    v, b_v : Floats
        V and B-V, mag. An unknown B-V (NaN), or one bluer than the type's, means no reddening.
    index, luminosity : Ints
        Spectral index, negative if unknown, and luminosity class 0 to 5.
    """
    ratios = extinction()
    excess = np.nan_to_num(np.maximum(b_v + intrinsic("b", index, luminosity), 0))
    reddening = excess * (ratios["v"] - ratios[band])
    return np.where(index >= 0, v - intrinsic(band, index, luminosity) - reddening, np.nan)
