"""JSDC: the stellar diameters catalogue, version 3, with version 2's names where they differ (`former`).

Published columns in the order of SearchCal's `sclcatFilterCatalog.sh`; origins and confidences are the enumerations of
`vobsSTAR_PROPERTY_META.h` and `vobsSTAR_PROPERTY.h`, whose integers never change. Units of VizieR II/346.
"""

from schema import origins
from schema.column import TARGET_NAME_UTYPE, Column, Enumeration, Quantity
from schema.example_cones import FOMALHAUT, VEGA
from schema.table import ConeFilter, Link, Source, Table
from schema.types import ASCII, BOOLEAN, DOUBLE, FLOAT, LONG, SHORT
from schema.vocabularies import CAL_FLAG, IR_FLAG

CONFIDENCE = Enumeration(
    "Confidence",
    "How far a value is to be trusted",
    {
        0: ("NO", "No confidence"),
        1: ("LOW", "Low: the value is estimated"),
        2: ("MEDIUM", "Medium"),
        3: ("HIGH", "High: the value is measured"),
    },
)
ORIGIN = Enumeration(
    "Origin",
    "The catalogue that a value comes from",
    {
        0: ("NO_CATALOG", "No catalogue"),
        1: ("MIXED_CATALOG", "Several catalogues"),
        2: ("COMPUTED", "Computed"),
        3: ("AKARI", "AKARI/IRC, II/297/irc"),
        4: ("ASCC", "ASCC-2.5, I/280"),
        5: ("JSDC_BRIGHT", "JSDC bright stars, made from I/280B"),
        6: ("BSC", "Bright Star Catalogue, V/50/catalog"),
        7: ("CIO", "Catalog of Infrared Observations, II/225/catalog"),
        8: ("DENIS", "DENIS, B/denis"),
        9: ("DENIS_JK", "DENIS J and K, J/A+A/413/1037/table1"),
        10: ("HIC", "Hipparcos Input Catalogue, I/196/main"),
        11: ("HIP", "Hipparcos, I/239/hip_main"),
        12: ("HIP2", "Hipparcos, new reduction, I/311/hip2"),
        13: ("LBSI", "Calibrator stars for long baselines, J/A+A/393/183/catalog"),
        14: ("TWOMASS", "2MASS, II/246/out"),
        15: ("MERAND", "Calibrator stars for 200 m baselines, J/A+A/433/1155"),
        16: ("MIDI", "MIDI calibrators"),
        17: ("PHOTO", "Photoelectric photometry, II/7A/catalog"),
        18: ("SBSC", "Supplement of the Bright Star Catalogue, V/36B/bsc4s"),
        19: ("SB9", "Spectroscopic binary orbits, B/sb9/main"),
        20: ("USNO", "USNO-B1.0, I/284"),
        21: ("WDS", "Washington Double Star Catalog, B/wds/wds"),
        22: ("JSDC_FAINT", "JSDC faint stars, made from I/280B"),
        23: ("SIMBAD", "SIMBAD"),
        24: ("WISE", "AllWISE, II/328/allwise"),
        25: ("GAIA", "Gaia DR3, I/355/gaiadr3"),
        26: ("GAIA_PARAM", "Gaia DR3 astrophysical parameters, I/355/paramp"),
        27: ("MDFC", "MDFC, II/361"),
        28: ("USER", "Given by the user"),
        29: ("BADCAL", "BadCal"),
    },
)
DIAMETER = "phys.angSize"


EMISSION = {
    "B": "em.opt.B", "V": "em.opt.V", "R": "em.opt.R", "I": "em.opt.I", "J": "em.IR.J", "H": "em.IR.H", "K": "em.IR.K",
    "L": "em.IR.3-4um", "M": "em.IR.4-8um", "N": "em.IR.8-15um",
}  # fmt: skip
"""Bands and their words in UCDs."""


FILTERS = {
    "B": "Generic/Johnson.B", "V": "Generic/Johnson.V", "G": "GAIA/GAIA3.G", "BP": "GAIA/GAIA3.Gbp",
    "RP": "GAIA/GAIA3.Grp", "J": "2MASS/2MASS.J", "H": "2MASS/2MASS.H", "K": "2MASS/2MASS.Ks",
}  # fmt: skip
"""Identifiers at SVO; L, M and N are of several instruments (MDFC, AllWISE, AKARI)."""


def magnitude(band: str, ucd: str, text: str, *, sourced: bool = True, principal: bool = False) -> Quantity:
    """Magnitude of a band with its error and, where the catalogue gives them (`sourced`), its origin and confidence."""
    name, known = f"{band}mag", FILTERS.get(band, "")
    value = Column(
        name,
        FLOAT,
        f"{text} (SVO: {known})" if known else text,
        "mag",
        f"phot.mag;{ucd}",
        field=name.lower(),
        filter=known,
        principal=principal,
        indexed=band in "VK",
    )
    error = Column(
        f"e_{name}",
        FLOAT,
        f"Error of {name}",
        "mag",
        f"stat.error;phot.mag;{ucd}",
        field=f"e{name.lower().capitalize()}",
    )
    return Quantity(value, error, *(provenance(name) if sourced else ()))


def provenance(name: str) -> tuple[Column, Column]:
    """Columns of origin (`f_`, as published) and confidence (`q_`, the CDS's convention) of a value."""
    return (
        Column(f"f_{name}", SHORT, f"Origin of {name}", ucd="meta.ref", enumeration=ORIGIN),
        Column(f"q_{name}", SHORT, f"Confidence in {name}", ucd="meta.code.qual", enumeration=CONFIDENCE),
    )


def uniform_disk(band: str) -> Column:
    """Uniform-disk diameter in a band, mas, computed from the limb-darkened one."""
    return Column(f"UDD{band}", FLOAT, f"Uniform-disk diameter in {band}", "mas", f"{DIAMETER};{EMISSION[band]}")


STAR_ID = Column(
    "jsdc_id",
    LONG,
    "Star: a number that stays from one version to the next",
    ucd="meta.id",
    key=True,
    principal=True,
    indexed=True,
)

STAR = Table(
    "jsdc",
    "star",
    "public.jsdc",
    "Star",
    "stars",
    "A star with its photometry and angular diameters",
    (
        Column(
            "Name",
            ASCII,
            "Normalised name, HD if there is one",
            ucd="meta.id;meta.main",
            utype=TARGET_NAME_UTYPE,
            principal=True,
            indexed=True,
        ),
        Column(
            "RAJ2000",
            DOUBLE,
            "Right ascension (ICRS), epoch J2000",
            "deg",
            "pos.eq.ra;meta.main",
            field="ra",
            principal=True,
        ),
        Column(
            "e_RAJ2000", FLOAT, "Error of the right ascension times cos δ", "mas", "stat.error;pos.eq.ra", field="eRa"
        ),
        Column(
            "DEJ2000",
            DOUBLE,
            "Declination (ICRS), epoch J2000",
            "deg",
            "pos.eq.dec;meta.main",
            field="dec",
            principal=True,
        ),
        Column("e_DEJ2000", FLOAT, "Error of the declination", "mas", "stat.error;pos.eq.dec", field="eDec"),
        Quantity(
            Column(
                "pmRA",
                FLOAT,
                "Proper motion in right ascension times cos δ",
                "mas/yr",
                "pos.pm;pos.eq.ra",
                principal=True,
            ),
            Column("e_pmRA", FLOAT, "Error of pmRA", "mas/yr", "stat.error;pos.pm;pos.eq.ra"),
        ),
        Quantity(
            Column("pmDEC", FLOAT, "Proper motion in declination", "mas/yr", "pos.pm;pos.eq.dec", principal=True),
            Column("e_pmDEC", FLOAT, "Error of pmDEC", "mas/yr", "stat.error;pos.pm;pos.eq.dec"),
        ),
        Quantity(
            Column("plx", FLOAT, "Parallax", "mas", "pos.parallax.trig", principal=True),
            Column("e_plx", FLOAT, "Error of the parallax", "mas", "stat.error;pos.parallax.trig"),
        ),
        magnitude("B", EMISSION["B"], "Magnitude in B"),
        magnitude("V", EMISSION["V"], "Magnitude in V", principal=True),
        magnitude("G", "em.opt", "Magnitude in Gaia's G", sourced=False),
        magnitude("BP", "em.opt.B", "Magnitude in Gaia's BP", sourced=False),
        magnitude("RP", "em.opt.R", "Magnitude in Gaia's RP", sourced=False),
        magnitude("J", EMISSION["J"], "Magnitude in J"),
        magnitude("H", EMISSION["H"], "Magnitude in H", principal=True),
        magnitude("K", EMISSION["K"], "Magnitude in K", principal=True),
        magnitude("L", EMISSION["L"], "Magnitude in L"),
        magnitude("M", EMISSION["M"], "Magnitude in M"),
        magnitude("N", EMISSION["N"], "Magnitude in N"),
        Quantity(
            Column("LDD", FLOAT, "Limb-darkened diameter", "mas", DIAMETER, principal=True, indexed=True),
            Column(
                "e_LDD",
                FLOAT,
                "Error of LDD and of all UDD, with 2 % in quadrature",
                "mas",
                f"stat.error;{DIAMETER}",
                principal=True,
            ),
            *provenance("LDD"),
        ),
        Column("LDD_chi2", FLOAT, "Reduced χ² of the fit of LDD", ucd="stat.fit.chi2", former="LDDCHI", principal=True),
        *(uniform_disk(band) for band in "BVRIJHKLMN"),
        Column("MainId_SIMBAD", ASCII, "Main identifier in SIMBAD", ucd="meta.id"),
        Column("SpType_SIMBAD", ASCII, "Spectral type in SIMBAD", ucd="src.spType", former="SpType", principal=True),
        Column("ObjTypes_SIMBAD", ASCII, "Object types in SIMBAD, separated by commas", ucd="src.class"),
        Column("SpType_JMMC", ASCII, "Spectral type used for the diameters", ucd="src.spType"),
        Column(
            "CalFlag",
            SHORT,
            f"{CAL_FLAG.description}, a number of bits ({CAL_FLAG.of_bits}); empty: not examined",
            ucd="meta.code",
            principal=True,
            bits=CAL_FLAG,
        ),
        Column(
            "IRFlag",
            SHORT,
            f"{IR_FLAG.description}, a number of bits ({IR_FLAG.of_bits})",
            ucd="meta.code",
            bits=IR_FLAG,
        ),
        STAR_ID,
        Column("synthetic", BOOLEAN, "Whether the sample made this star up", ucd="meta.code", required=True),
    ),
    rows=2_500_000,
    cone_filters=(ConeFilter("CALFLAG", "calFlag", 15),),
    test_cone=FOMALHAUT,
)
IDENTIFIER = Table(
    "jsdc",
    "identifier",
    "public.identifier",
    "Identifier",
    "identifiers",
    "A name of a star in one catalogue",
    (
        Column("identifier_id", LONG, "Identifier", ucd="meta.id", key=True, indexed=True),
        Column("star_id", LONG, "Star that bears the name", ucd="meta.id", required=True, indexed=True),
        Column(
            "catalogue", ASCII, "HD, HIP, HR, TYC, 2MASS, Gaia DR2, GCVS, SIMBAD…", ucd="meta.code.class", required=True
        ),
        Column("identifier", ASCII, "The name, as the catalogue spells it", ucd="meta.id;meta.main", required=True),
        Column(
            "designation",
            ASCII,
            "The name in its one spelling (`schema.designation`), to be searched by",
            ucd="meta.id",
            required=True,
            indexed=True,
        ),
        Column(
            "folded",
            ASCII,
            "That without case and blanks, to be searched by where case says nothing",
            ucd="meta.id",
            required=True,
            indexed=True,
        ),
    ),
    rows=5_000_000,
)
BADCAL = Table(
    "jsdc",
    "badcal",
    "public.badcal",
    "BadCalibrator",
    "badCalibrators",
    "A star found unfit to be a calibrator",
    (
        Column("badcal_id", LONG, "Entry", ucd="meta.id", key=True, indexed=True),
        Column("name", ASCII, "Star", ucd="meta.id;meta.main", utype=TARGET_NAME_UTYPE, principal=True),
        Column("ra", DOUBLE, "Right ascension (ICRS)", "deg", "pos.eq.ra;meta.main", principal=True),
        Column("dec", DOUBLE, "Declination (ICRS)", "deg", "pos.eq.dec;meta.main", principal=True),
        Column("comment", ASCII, "Why", ucd="meta.note", principal=True),
        Column(
            "sample_choice",
            BOOLEAN,
            "Whether the sample chose this star, BadCal itself not being published",
            ucd="meta.code",
            required=True,
        ),
    ),
    test_cone=VEGA,
)

SOURCE = Source(
    "jsdc",
    "JSDC",
    "Stellar diameters, 2.5 million stars, and the stars unfit for calibration",
    (STAR, IDENTIFIER, BADCAL),
    (
        Link("identifiers", STAR, IDENTIFIER, STAR_ID, IDENTIFIER.columns[1], many=True, description="Its names"),
        Link(
            "star",
            IDENTIFIER,
            STAR,
            IDENTIFIER.columns[1],
            STAR_ID,
            description="The star that bears it",
            designation=IDENTIFIER.by_field["designation"],
        ),
    ),
    origin=origins.JSDC,
)
