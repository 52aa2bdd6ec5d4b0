"""JSDC's rows: photometry with origins and confidences, diameters by its own formula, flags.

Origin 2 (computed) and confidence 1 mark a magnitude that comes from colours; a diameter has the confidence of the
least sure of the infrared magnitudes it rests on. Errors that no source gives are taken as 0.01 mag in V and 0.1 mag in
J, H, K by the formula alone, and stay unknown in the rows.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sample.binary import Batch, Values, batch
from sample.colours import estimated_magnitude
from sample.diameter import BANDS, diameters, uniform_disks
from sample.flags import calibrator_flag
from sample.identifiers import identifiers, made_up_names
from sample.records import Floats, Texts, columns, numbers, texts
from sample.spectral import spectral_type_label
from sample.stars import Stars
from schema.jsdc import BADCAL, STAR

COMPUTED, LOW, HIGH = 2, 1, 3
INFRARED = "jhk"


def star_batches(stars: Stars) -> Iterator[Batch]:
    """Yield the rows of a block of stars: themselves, then their identifiers."""
    yield batch(STAR, star_columns(stars))
    yield from identifiers(stars)


def star_columns(stars: Stars) -> dict[str, Values]:
    """Columns of the table of stars."""
    photometry = {band: _magnitude(stars, band) for band in "bvjhklmn"}
    values: dict[str, Values] = {
        "jsdc_id": stars.ids,
        "name": names(stars),
        "synthetic": np.full(len(stars), stars.synthetic),
    }
    values |= {f"{axis}j2000": stars.number(axis.replace("de", "dec")) for axis in ("ra", "de")}
    values |= {column: stars.number(column) for column in ("pmra", "pmdec", "plx", "e_plx", "gmag", "bpmag", "rpmag")}
    for band, (value, error, origin, confidence) in photometry.items():
        values |= {f"{band}mag": value, f"e_{band}mag": error, f"f_{band}mag": origin, f"q_{band}mag": confidence}
    values |= _texts(stars)
    return values | _diameters(stars, photometry)


def names(stars: Stars) -> Texts:
    """Name as JSDC normalises it: HD, else HIP, TYC, 2MASS or what SIMBAD says."""
    if stars.synthetic:
        return made_up_names(stars)
    chosen = stars.text("simbad")
    for column, prefix in (("twomass", b"2MASS J"), ("tyc", b"TYC "), ("hip", b"HIP "), ("hd", b"HD ")):
        number = stars.text(column)
        chosen = np.where(number != b"", np.char.add(prefix, number), chosen)
    return chosen


def _magnitude(stars: Stars, band: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Magnitude, error, origin and confidence: measured, or computed from V, B-V and type in J, H and K."""
    value, error = stars.number(f"{band}mag"), stars.number(f"e_{band}mag")
    origin = stars.number(f"{band}_origin")
    origin = np.where(np.isnan(origin) & np.isfinite(value), COMPUTED if stars.synthetic else 1, origin)
    if band in INFRARED:
        v = stars.number("vmag")
        estimate = estimated_magnitude(band, v, stars.number("bmag") - v, stars.index, stars.luminosity)
        origin = np.where(np.isnan(value) & np.isfinite(estimate), COMPUTED, origin)
        value = np.where(np.isnan(value), estimate, value)
    confidence = np.where(np.isnan(origin), np.nan, np.where(origin == COMPUTED, LOW, HIGH))
    return value, error, origin, confidence


def _diameters(stars: Stars, photometry: dict[str, tuple[Floats, Floats, Floats, Floats]]) -> dict[str, Values]:
    infrared, errors, _, sureness = (
        np.stack([photometry[band][index] for band in INFRARED], axis=1) for index in range(4)
    )
    v, e_v, _, _ = photometry["v"]
    computed = diameters(stars.index, v, e_v, infrared, errors)
    disks = uniform_disks(stars.index, stars.luminosity, computed.ldd)
    known = np.isfinite(computed.ldd)
    values: dict[str, Values] = {
        "ldd": computed.ldd, "e_ldd": computed.e_ldd, "ldd_chi2": computed.chi2,
        "f_ldd": np.where(known, COMPUTED, np.nan), "q_ldd": np.where(known, sureness.min(axis=1), np.nan),
        "calflag": calibrator_flag(stars, computed.chi2),
    }  # fmt: skip
    return values | {f"udd{band.lower()}": disks[:, place] for place, band in enumerate(BANDS)}


def _texts(stars: Stars) -> dict[str, Values]:
    labels = np.array([[spectral_type_label(index, light).encode() for index in range(280)] for light in range(6)])
    jmmc = np.where(stars.index >= 0, labels[stars.luminosity, np.maximum(stars.index, 0)], b"")
    return {
        "mainid_simbad": _main_id(stars), "sptype_simbad": stars.text("spt"),
        "objtypes_simbad": stars.text("object_types"), "sptype_jmmc": jmmc,
    }  # fmt: skip


def _main_id(stars: Stars) -> NDArray[np.bytes_]:
    """SIMBAD's main identifier: as a source gives it, else the Bayer or Flamsteed name, which it nearly always is."""
    chosen = stars.text("simbad")
    for column in ("bayer", "flamsteed"):
        chosen = np.where((chosen == b"") & (stars.text(column) != b""), np.char.add(b"* ", stars.text(column)), chosen)
    return chosen


def bad_calibrators() -> Batch:
    """Stars that the sample holds for bad calibrators, BadCal's own list not being public."""
    table = columns("badcal")
    reasons = [f"{reason} ({source})" for reason, source in zip(table["reason"], table["reference"], strict=True)]
    return batch(BADCAL, {
        "badcal_id": np.arange(1, len(reasons) + 1), "name": texts(table["name"]), "ra": numbers(table["ra"]),
        "dec": numbers(table["dec"]), "comment": texts(reasons), "sample_choice": np.ones(len(reasons), bool),
    })  # fmt: skip
