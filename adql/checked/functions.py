"""Every function that a query may call beside geometry, aggregates and the conditional ones: this and no other.

`{0}` and so on in its SQL are its arguments, already of the type that it wants. /capabilities lists the user-defined
ones (TAPRegExt 1.0 section 2.3) in these words.
"""

from dataclasses import dataclass
from enum import StrEnum

from schema.types import ASCII, DOUBLE, INT, LONG, POINT, TEXT, Scalar, array


class ArgumentKind(StrEnum):
    """What an argument must be; the value is its type in the form of TAPRegExt."""

    NUMBER = "DOUBLE PRECISION"
    """Any number, given as a double."""
    NUMERIC = "NUMERIC"
    """Any number, given as it is."""
    INTEGER = "INTEGER"
    LONG = "BIGINT"
    TEXT = "VARCHAR(*)"
    TIME = "TIMESTAMP"
    POINT = "POINT"


@dataclass(frozen=True, slots=True)
class SqlFunction:
    """A function with one list of arguments."""

    name: str
    arguments: tuple[tuple[str, ArgumentKind], ...]
    result: Scalar | None
    """None for the type of the first argument."""
    sql: str
    """Empty where more than these arguments decides it (`adql.calls.MADE`)."""
    description: str = ""
    unit: str = ""
    """Of the result."""
    keeps_unit: bool = False
    """Whether the result has the unit of the first argument."""
    answers: bool = False
    """Whether its SQL is a condition, 1 or 0 as a value."""
    aggregate: bool = False
    hub: bool = False
    """Whether only the hub has the functions in its SQL (`sql/hub`)."""
    varies: bool = False
    """Whether it gives another value each time (RAND)."""

    @property
    def form(self) -> str:
        """Its signature, as TAPRegExt wants it."""
        listed = ", ".join(f"{name} {kind}" for name, kind in self.arguments)
        return f"{self.name.lower()}({listed}) -> {RESULTS[self.result]}"


COUNTS = array(INT, "*")
RESULTS = {
    None: "NUMERIC", INT: "INTEGER", LONG: "BIGINT", DOUBLE: "DOUBLE PRECISION",
    ASCII: "VARCHAR(*)", TEXT: "VARCHAR(*)", POINT: "POINT", COUNTS: "INTEGER[]",
}  # fmt: skip
X = (("x", ArgumentKind.NUMBER),)
AS_IS = (("x", ArgumentKind.NUMERIC),)
PLACES = (*AS_IS, ("n", ArgumentKind.INTEGER))
XY = (("x", ArgumentKind.NUMBER), ("y", ArgumentKind.NUMBER))
TEXTS = ArgumentKind.TEXT
ROUNDED = "CAST({}(CAST({{0}} AS numeric){}) AS double precision)"
"""Decimal, so that 0.5 becomes 1 and 2.675 is cut where it is read: PostgreSQL rounds no double to so many places."""


def _plain(name: str, sql: str, unit: str = "") -> SqlFunction:
    return SqlFunction(name, X, DOUBLE, f"{sql}({{0}})", unit=unit)


MATHEMATICAL = (
    SqlFunction("ABS", AS_IS, None, "abs({0})", keeps_unit=True),
    SqlFunction("CEILING", X, DOUBLE, "ceil({0})", keeps_unit=True),
    SqlFunction("FLOOR", X, DOUBLE, "floor({0})", keeps_unit=True),
    SqlFunction("ROUND", AS_IS, DOUBLE, ROUNDED.format("round", ""), keeps_unit=True),
    SqlFunction("ROUND", PLACES, DOUBLE, ROUNDED.format("round", ", {1}"), keeps_unit=True),
    SqlFunction("TRUNCATE", AS_IS, DOUBLE, ROUNDED.format("trunc", ""), keeps_unit=True),
    SqlFunction("TRUNCATE", PLACES, DOUBLE, ROUNDED.format("trunc", ", {1}"), keeps_unit=True),
    SqlFunction("MOD", (("x", ArgumentKind.LONG), ("y", ArgumentKind.LONG)), LONG, "mod({0}, {1})", keeps_unit=True),
    SqlFunction("MOD", XY, DOUBLE, "({0} - {1} * trunc({0} / {1}))", keeps_unit=True),
    SqlFunction("RAND", (), DOUBLE, "random()", varies=True),
    SqlFunction("RAND", (("seed", ArgumentKind.LONG),), DOUBLE, "random()", varies=True),
    SqlFunction("PI", (), DOUBLE, "pi()"),
    SqlFunction("POWER", XY, DOUBLE, "power({0}, {1})"),
    SqlFunction("ATAN2", (("y", ArgumentKind.NUMBER), ("x", ArgumentKind.NUMBER)), DOUBLE, "atan2({0}, {1})",
                unit="rad"),
    _plain("SQRT", "sqrt"), _plain("EXP", "exp"), _plain("LOG", "ln"), _plain("LOG10", "log"),
    _plain("DEGREES", "degrees", "deg"), _plain("RADIANS", "radians", "rad"),
    _plain("SIN", "sin"), _plain("COS", "cos"), _plain("TAN", "tan"), _plain("COT", "cot"),
    _plain("ASIN", "asin", "rad"), _plain("ACOS", "acos", "rad"), _plain("ATAN", "atan", "rad"),
)  # fmt: skip
OF_STRINGS = (
    SqlFunction("LOWER", (("text", TEXTS),), TEXT, "lower({0})"),
    SqlFunction("UPPER", (("text", TEXTS),), TEXT, "upper({0})"),
)  # fmt: skip
EPOCH = "(date_part('epoch', {{0}}) / 86400 + {})"


def _days(name: str, zero: float, text: str) -> tuple[SqlFunction, ...]:
    return tuple(
        SqlFunction(f"{owner}_TO_{name}", (("d", ArgumentKind.TIME),), DOUBLE, EPOCH.format(zero), text, unit="d")
        for owner in ("IVO", "GAVO")
    )


def _spectral(owner: str) -> tuple[SqlFunction, ...]:
    value, unit = ("expr", ArgumentKind.NUMBER), ("dest_unit", TEXTS)
    return (
        SqlFunction(
            f"{owner}_SPECCONV", (value, unit), DOUBLE, "",
            "A wavelength, frequency or energy of light, whose unit is known, as that of the three that is measured in"
            " another unit, as 'nm', 'GHz' or 'keV'",
        ),
        SqlFunction(
            f"{owner}_SPECCONV", (value, ("expr_unit", TEXTS), unit), DOUBLE, "",
            "The same for a value whose unit is not known otherwise",
        ),
    )  # fmt: skip


def _histogram(owner: str) -> SqlFunction:
    limits = ("lower", ArgumentKind.NUMBER), ("upper", ArgumentKind.NUMBER), ("nbins", ArgumentKind.INTEGER)
    return SqlFunction(
        f"{owner}_HISTOGRAM", (("val", ArgumentKind.NUMBER), *limits), COUNTS, "",
        "How many values of a group are less than lower, in each of nbins bins of one width, and at upper or above:"
        " nbins + 2 counts",
        aggregate=True,
    )  # fmt: skip


PLACE = (("ra", ArgumentKind.NUMBER), ("dec", ArgumentKind.NUMBER))
USER_DEFINED = (
    SqlFunction(
        "IVO_HASHLIST_HAS", (("hashlist", TEXTS), ("item", TEXTS)), INT,
        "(lower({1}) = ANY (string_to_array(lower({0}), '#')))",
        "1 if the item is in a list separated by hashes, whatever its case", answers=True,
    ),
    SqlFunction(
        "IVO_HASWORD", (("haystack", TEXTS), ("needle", TEXTS)), INT,
        "(to_tsvector('pg_catalog.simple', {0}) @@ plainto_tsquery('pg_catalog.simple', {1}))",
        "1 if every word of the needle is a word of the haystack, whatever its case", answers=True,
    ),
    SqlFunction(
        "IVO_NOCASEMATCH", (("value", TEXTS), ("pattern", TEXTS)), INT,
        "",
        "1 if the value is like the pattern, whatever its case", answers=True,
    ),
    SqlFunction(
        "IVO_STRING_AGG", (("expression", TEXTS), ("delimiter", TEXTS)), TEXT, "string_agg({0}, {1})",
        "The values of a group with the delimiter between them", aggregate=True,
    ),
    SqlFunction(
        "IVO_INTERVAL_OVERLAPS",
        tuple((name, ArgumentKind.NUMERIC) for name in ("l1", "h1", "l2", "h2")), INT,
        "({0} <= {3} AND {2} <= {1})", "1 if the interval l1 to h1 has a point in common with l2 to h2", answers=True,
    ),
    SqlFunction(
        "IVO_INTERVAL_HAS", tuple((name, ArgumentKind.NUMERIC) for name in ("val", "low", "high")), INT,
        "({1} <= {0} AND {0} <= {2})", "1 if the value is in the interval low to high, ends included", answers=True,
    ),
    SqlFunction(
        "IVO_HEALPIX_INDEX", (("hpxOrder", ArgumentKind.INTEGER), *PLACE), LONG, "gw.healpix_index({0}, {1}, {2})",
        "Number of the HEALPix cell (nested) of this order that a position (degrees) is in", hub=True,
    ),
    SqlFunction(
        "IVO_HEALPIX_INDEX", (("hpxOrder", ArgumentKind.INTEGER), ("p", ArgumentKind.POINT)), LONG,
        "gw.healpix_index({0}, {1}, {2})",
        "Number of the HEALPix cell (nested) of this order that a point is in", hub=True,
    ),
    SqlFunction(
        "IVO_HEALPIX_CENTER", (("hpxOrder", ArgumentKind.INTEGER), ("hpxIndex", ArgumentKind.LONG)), POINT,
        "gw.healpix_center({0}, {1})", "Centre of a HEALPix cell (nested) of this order", hub=True,
    ),
    SqlFunction(
        "IVO_APPLY_PM",
        (*PLACE, ("pmra", ArgumentKind.NUMBER), ("pmdec", ArgumentKind.NUMBER), ("epdist", ArgumentKind.NUMBER)), POINT,
        "gw.carried({0}, {1}, {2}, {3}, {4})",
        "Where an object at ra and dec (degrees) is after epdist years, with proper motions in degrees a year, that of"
        " ra times cos(dec)", hub=True,
    ),
    SqlFunction(
        "IVO_EPOCH_PROP_POS",
        (
            *PLACE,
            *(
                (name, ArgumentKind.NUMBER)
                for name in ("parallax", "pmra", "pmdec", "radial_velocity", "ref_epoch", "out_epoch")
            ),
        ), POINT, "",
        "Where an object at ra and dec (degrees) at ref_epoch is at out_epoch (Julian years), by its parallax (mas),"
        " proper motions (mas a year, that of ra times cos(dec)) and radial velocity (km/s), each of which may be NULL",
    ),
    SqlFunction(
        "IVO_HMS_TO_DEGREES", (("hms", TEXTS),), DOUBLE, "",
        "Degrees of hours, minutes and seconds, as 3:34:45.4, 3h34m45.4s or 033445.4; NULL of what is none",
    ),
    SqlFunction(
        "IVO_DMS_TO_DEGREES", (("dms", TEXTS),), DOUBLE, "",
        "Degrees of degrees, minutes and seconds, as -42:09:06.8, 42d9m6.8s or 420906.8; NULL of what is none",
    ),
    *(form for owner in ("IVO", "GAVO") for form in (*_spectral(owner), _histogram(owner))),
    *_days("JD", 2440587.5, "Julian date of a time in UTC"),
    *_days("MJD", 40587, "Modified Julian date of a time in UTC"),
    SqlFunction(
        "GAVO_MATCH", (("pattern", TEXTS), ("string", TEXTS)), INT, "({1} ~ {0})",
        "1 if the POSIX regular expression matches anything in the string", answers=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedFunction:
    """A function whose arguments other modules judge, as /capabilities lists it."""

    form: str
    """Its signature, as TAPRegExt wants it."""
    description: str


LISTED: tuple[SqlFunction | ListedFunction, ...] = (
    *USER_DEFINED,
    ListedFunction(
        "ivo_geom_transform(from_sys VARCHAR(*), to_sys VARCHAR(*), geo GEOMETRY) -> GEOMETRY",
        "A POINT, CIRCLE or POLYGON of one reference frame in another: of ICRS, FK5 (J2000) and GALACTIC, written out",
    ),
    *(
        ListedFunction(
            f"{owner}_simbadpoint(identifier VARCHAR(*)) -> POINT",
            "The place (ICRS, J2000) of a star of JSDC, by any name that it bears, written out; this service's own"
            " resolver finds it, not Simbad",
        )
        for owner in ("ivo", "gavo")
    ),
    ListedFunction(
        "stddev(x DOUBLE PRECISION) -> DOUBLE PRECISION", "Standard deviation of the values of a group, as of a sample"
    ),
    ListedFunction("median(x DOUBLE PRECISION) -> DOUBLE PRECISION", "Median of the values of a group"),
)
"""What a query may call that ADQL itself does not name."""
FUNCTIONS: dict[str, tuple[SqlFunction, ...]] = {}
for _each in (*MATHEMATICAL, *OF_STRINGS, *USER_DEFINED):
    FUNCTIONS[_each.name] = (*FUNCTIONS.get(_each.name, ()), _each)
