"""GetStar's properties: SearchCal's names for columns of `jsdc.star`, in GetStar's order and with its UCD1.

Names, UCDs, units and descriptions are SearchCal's (`vobsSTAR.cpp`, `sclsvrCALIBRATOR.cpp`, GetStar 6.0). GetStar has
more, which the published JSDC leaves out: other catalogues' fluxes, Cousins magnitudes, single diameters, extinction,
distances, flags of multiplicity and variability, effective temperatures. ASPRO2 reads RadVel, R and I of them, where
they are present.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schema.column import Column, Quantity
from schema.jsdc import STAR
from schema.sexagesimal import dms, hms

NO_CATALOGUE, MIXED, COMPUTED, AKARI, ASCC, TWOMASS = 0, 1, 2, 3, 4, 14
SBC9, WDS, SIMBAD, WISE, GAIA, MDFC = 19, 21, 23, 24, 25, 27
"""Origins of values for which the table has no column of origins (`schema.jsdc.ORIGIN`)."""
DIGITS = re.compile(r"\d+")
LABELS = (
    "NO CATALOG", "MIXED CATALOG", "computed", "II/297/irc", "I/280", "I/280B", "V/50/catalog", "II/225/catalog",
    "B/denis", "J/A+A/413/1037/table1", "I/196/main", "I/239/hip_main", "I/311/hip2", "J/A+A/393/183/catalog",
    "II/246/out", "J/A+A/433/1155", "MIDI", "II/7A/catalog", "V/36B/bsc4s", "B/sb9/main", "I/284", "B/wds/wds",
    "I/280B", "SIMBAD", "II/328/allwise", "I/355/gaiadr3", "I/355/paramp", "II/361", "USER", "BADCAL",
)  # fmt: skip
"""GetStar's labels of the origins, in the order of their codes."""


@dataclass(frozen=True, eq=False, slots=True)
class Error:
    """The PARAM of a property's error."""

    name: str
    ucd: str
    column: Column


@dataclass(frozen=True, eq=False, slots=True)
class Property:
    """One of GetStar's properties of a star, with its error, origin and confidence."""

    name: str
    ucd: str
    description: str
    columns: tuple[Column, ...] = ()
    """Columns it is computed from; empty for the identifier in `catalogue`, and for the requested name."""
    datatype: str = "char"
    unit: str = ""
    convert: Callable[..., Any] | None = None
    """Computes it from its columns or its identifier; None if it is the column itself."""
    error: Error | None = None
    origin: Column | int = NO_CATALOGUE
    """Column of origins, or the origin of all values."""
    confidence: Column | None = None
    """Column of confidences; None for HIGH."""
    catalogue: str = ""
    """Catalogue of the identifier; "" for other properties."""


def _column(name: str) -> Column:
    return next(column for column in STAR.columns if column.name == name)


def _identifier(name: str, catalogue: str, origin: int, prefix: str, page: str = "VizieR") -> Property:
    """An identifier without its prefix; `page` is where a click on it leads."""
    text = f"{name} identifier, click to call {page} on this object"
    ucd = f"ID_{name.replace('SBC9', 'SB9')}"
    return Property(
        name, ucd, text, convert=lambda identifier: identifier.removeprefix(prefix), origin=origin, catalogue=catalogue
    )


def _durchmusterung(identifier: str) -> str:
    """As ASCC counts: `BD+05 939` is 500939, `BD-16 1591` is -1601591."""
    zone, number = identifier.lstrip("BCDP").split()
    return f"{'-' * zone.startswith('-')}{int(zone[1:3]) * 100_000 + int(DIGITS.match(number)[0])}"  # type: ignore[index]


def _tycho(number: int) -> Property:
    text = f"TYC{number} number from Tycho-2, click to call Simbad on this object"
    name = f"TYC{number}"
    return Property(
        name, f"ID_{name}", text, convert=lambda identifier: identifier.removeprefix("TYC ").split("-")[number - 1],
        origin=ASCC, catalogue="TYC",
    )  # fmt: skip


def _with_error(name: str, ucd: str, text: str, ours: str, error: str) -> Property:
    """A number with its error, for which the table has no column of origins."""
    column = _column(ours)
    beside = Error(error, f"{ucd}_ERROR", _column(f"e_{ours}"))
    return Property(name, ucd, text, (column,), "double", column.unit, error=beside, origin=MIXED)


def _magnitude(name: str, ucd: str, text: str, quantity: Quantity) -> Property:
    assert quantity.error is not None  # noqa: S101 - for mypy: all magnitudes have one
    beside = Error(f"e_{name}", f"{ucd}_ERROR", quantity.error)
    return Property(
        name, ucd, text, (quantity.value,), "double", "mag", error=beside, origin=quantity.origin or GAIA,
        confidence=quantity.confidence,
    )  # fmt: skip


def _johnson(band: str) -> Property:
    quantity = STAR.quantities[f"{band.lower()}mag"]
    return _magnitude(band, f"PHOT_JHN_{band}", f"Johnson's Magnitude in {band}-band", quantity)


def _gaia(name: str, text: str) -> Property:
    return _magnitude(name, f"PHOT_MAG_{name}", f"GAIA: {text} (Vega)", STAR.quantities[f"{name.lower()}mag"])


def _plain(name: str, ucd: str, text: str, ours: str, **overrides: Any) -> Property:
    """A column as it is; its origin is "computed" unless `overrides` say otherwise."""
    column = _column(ours)
    return Property(name, ucd, text, (column,), unit=column.unit, **({"origin": COMPUTED} | overrides))


def _disk(band: str) -> Property:
    text = f"{band}-band Uniform-Disk Diameter"
    return _plain(f"UD_{band}", f"UD_{band}", text, f"UDD{band}", datatype="double", confidence=LDD.confidence)


LDD = STAR.quantities["ldd"]
assert LDD.error is not None  # noqa: S101 - for mypy
PROPERTIES = (
    _identifier("HD", "HD", ASCC, "HD ", "Simbad"),
    _identifier("HIP", "HIP", ASCC, "HIP ", "Simbad"),
    Property("DM", "ID_DM", "DM number, click to call Simbad on this object", convert=_durchmusterung, origin=ASCC,
             catalogue="DM"),
    *map(_tycho, (1, 2, 3)),
    _identifier("2MASS", "2MASS", TWOMASS, "2MASS J"),
    _identifier("SBC9", "SBC9", SBC9, "SBC9 "),
    _identifier("WDS", "WDS", WDS, "WDS J"),
    Property("AKARI", "ID_AKARI", "AKARI source identifier, click to call VizieR on this object", origin=AKARI,
             convert=lambda identifier: identifier.removeprefix("AKARI "), catalogue="AKARI"),
    _identifier("WISE", "WISE", WISE, "WISE "),
    _identifier("GAIA", "Gaia DR2", GAIA, "Gaia DR2 "),
    _plain("SIMBAD", "ID_SIMBAD", "Simbad Identifier", "MainId_SIMBAD", origin=SIMBAD),
    Property("TARGET_ID", "ID_TARGET", "The target identifier asked to CDS", origin=COMPUTED),
    Property("RAJ2000", "POS_EQ_RA_MAIN", "Right Ascension - J2000", (_column("RAJ2000"),), unit="h:m:s", convert=hms,
             error=Error("e_RAJ2000", "POS_EQ_RA_ERROR", _column("e_RAJ2000")), origin=MIXED),
    Property("DEJ2000", "POS_EQ_DEC_MAIN", "Declination - J2000", (_column("DEJ2000"),), unit="d:m:s", convert=dms,
             error=Error("e_DEJ2000", "POS_EQ_DEC_ERROR", _column("e_DEJ2000")), origin=MIXED),
    _with_error("pmRa", "POS_EQ_PMRA", "Proper Motion in Right Ascension * cos(Declination)", "pmRA", "e_pmRa"),
    _with_error("pmDec", "POS_EQ_PMDEC", "Proper Motion in Declination", "pmDEC", "e_pmDec"),
    _with_error("plx", "POS_PARLX_TRIG", "Trigonometric Parallax", "plx", "e_Plx"),
    _plain("SpType", "SPECT_TYPE_MK", "MK Spectral Type (SIMBAD)", "SpType_SIMBAD", origin=SIMBAD),
    _plain("ObjTypes", "OBJ_TYPES", "SIMBAD: Object Type list (comma separated)", "ObjTypes_SIMBAD", origin=SIMBAD),
    _johnson("B"),
    _gaia("Bp", "Integrated Bp mean magnitude"),
    _johnson("V"),
    _gaia("G", "G-band mean magnitude"),
    _gaia("Rp", "Integrated Rp mean magnitude"),
    *map(_johnson, "JHKLMN"),
    _plain("IRFlag", "IR_FLAG", "MDFC: IR Flag (bit field)", "IRFlag", datatype="int", origin=MDFC),
    Property("LDD", "LD_DIAM", "Limb-darkened diameter", (LDD.value,), "double", "mas",
             error=Error("e_LDD", "LD_DIAM_ERROR", LDD.error), origin=LDD.origin or COMPUTED,
             confidence=LDD.confidence),
    Property("e_LDD_rel", "LD_DIAM_ERROR_REL", "Relative error on limb-darkened diameter", (LDD.error, LDD.value),
             "double", "%", convert=lambda error, value: 100 * error / value, origin=COMPUTED,
             confidence=LDD.confidence),
    _plain("diam_chi2", "DIAM_CHI2", "Reduced chi-square of the LDD diameter", "LDD_chi2", datatype="double"),
    _plain("CalFlag", "CAL_FLAG", "Calibrator Flag (bit field)", "CalFlag", datatype="int"),
    _plain("diamFlag", "DIAM_FLAG", "Diameter Flag (true: the LDD diameter is computed)", "LDD", datatype="boolean",
           convert=lambda value: value is not None),
    *map(_disk, "BVRIJHKLMN"),
    _plain("SpType_JMMC", "SPECTRAL_TYPE", "Corrected spectral type by the JMMC", "SpType_JMMC"),
    _plain("Name", "NAME", "Star name (identifier from HIP, HD, TYC, 2MASS, DM or coordinates 'RA DE'), click to call "
           "Simbad on this object", "Name"),
)  # fmt: skip
CATALOGUES = tuple(dict.fromkeys(one.catalogue for one in PROPERTIES if one.catalogue))
