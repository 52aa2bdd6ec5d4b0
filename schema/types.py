"""The table of scalar types: each with its names in PostgreSQL, GraphQL and VOTable."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, eq=False, slots=True)
class Scalar:
    """A type of values under all its names."""

    sql: str
    """Type in PostgreSQL, at the sources and in the hub."""
    graphql: str
    """Name of the GraphQL scalar."""
    datatype: str
    """VOTable 1.4 datatype (section 2.1); only `unicodeChar` holds all of Unicode."""
    text: str
    """SQL that prints a cell for TABLEDATA or CSV; `{}` is the column."""
    arraysize: str | None = None
    xtype: str | None = None
    """DALI 1.1 section 3.3."""

    @property
    def orderable(self) -> bool:
        """Whether `<`, ORDER BY and keyset cursors are meaningful."""
        return self is not JSON and not self.many

    @property
    def temporal(self) -> bool:
        """Whether PostgreSQL stores it as a time."""
        return self.sql.startswith("timestamp")

    @property
    def unbounded(self) -> bool:
        """Whether it has infinities, and perhaps NaN, which are null in JSON."""
        return self.temporal or self in (FLOAT, DOUBLE)

    @property
    def zoneless(self) -> bool:
        """Whether PostgreSQL stores it as a time without a zone, which is UTC for all that is ours."""
        return self.sql == "timestamp without time zone"

    @property
    def many(self) -> bool:
        """Whether a cell holds an array."""
        return self.sql.endswith("[]")


ASCII = Scalar("text", "String", "char", "{}", arraysize="*")
"""Text of a closed vocabulary or an identifier, always ASCII."""
TEXT = Scalar("text", "String", "unicodeChar", "{}", arraysize="*")
REGION = Scalar("text", "String", "char", "{}", "*", "adql:REGION")
"""A region of the sky in STC-S, as `CIRCLE ICRS 10.5 -20.25 0.001`, degrees (TAP 1.0 section 6)."""
SHORT = Scalar("smallint", "Int", "short", "{}")
INT = Scalar("integer", "Int", "int", "{}")
LONG = Scalar("bigint", "Long", "long", "{}")
FLOAT = Scalar("real", "Float", "float", "{}")
DOUBLE = Scalar("double precision", "Float", "double", "{}")
BOOLEAN = Scalar("boolean", "Boolean", "boolean", "CASE {} WHEN true THEN 'T' WHEN false THEN 'F' END")


def whole_milliseconds(time: str) -> str:
    """SQL of whether a time has no more digits than that, in whatever zone."""
    return f"date_part('microseconds', {time})::int % 1000 = 0"


def _formats(zoneless: str, rest: str, finer: str) -> Iterator[str]:
    """SQL of the formats of `time_text`: with the year before, and without."""
    for year in ("YYYY", ""):
        if not finer:
            yield f"'{year}{rest}'"
            continue
        yield f"CASE WHEN {whole_milliseconds(zoneless)} THEN '{year}{rest}' ELSE '{year}{finer}' END"


def time_text(zoneless: str, rest: str, form: str = "{}", finer: str = "") -> str:
    """SQL that prints a time; years but 1 to 9999 as `sky.instants` says, which to_char writes as if they were AD.

    Parameters
    ----------
    zoneless
        The time in UTC, without a zone, as SQL over `{0}`.
    rest
        Format of to_char for what follows the year.
    form
        SQL over the text of that, `{}`.
    finer
        The format for what follows the year of times that are no whole milliseconds; empty where there is no other.
    """
    plain, tail = (form.format(f"to_char({zoneless}, {pattern})") for pattern in _formats(zoneless, rest, finer))
    year = f"to_char(extract(year FROM {zoneless}) + ({{0}} < '0001-01-01')::int, 'S000000')"
    return f"CASE WHEN {{0}} >= '0001-01-01' AND {{0}} < '10000-01-01' THEN {plain} ELSE {year} || {tail} END"


ISO, FINER = '-MM-DD"T"HH24:MI:SS.MS"Z"', '-MM-DD"T"HH24:MI:SS.US"Z"'
"""Formats of to_char for what follows the year: ISO 8601, in UTC, to the millisecond; and to the microsecond, of the
times that would be others without: a time may be a key."""
UTC = "({0} AT TIME ZONE 'UTC')"
INSTANT = Scalar("timestamp with time zone", "DateTime", "char", time_text(UTC, ISO, finer=FINER), "*", "timestamp")
DATETIME = Scalar(
    "timestamp without time zone", "DateTime", "char", time_text("{0}", ISO, finer=FINER), "*", "timestamp"
)
"""A time that its source stores without a zone and means as UTC."""
MOMENT = Scalar(
    "timestamp without time zone",
    "DateTime",
    "char",
    time_text("{0}", '-MM-DD"T"HH24:MI:SS.US', "rtrim(rtrim({}, '0'), '.')"),
    "*",
    "timestamp",
)
"""A time of a table of others, in the scale that the table says; to the microsecond, in DALI's form without a zone."""
JSON = Scalar("jsonb", "JSON", "unicodeChar", "{}::text", arraysize="*")

BYTE = Scalar("smallint", "Int", "unsignedByte", "{}")
"""0 to 255: PostgreSQL has no type for it alone."""
CHARACTER = Scalar("text", "String", "char", "{}")
"""One character, in tables of others."""
UNICODE_CHARACTER = Scalar("text", "String", "unicodeChar", "{}")
ARRAYED = {
    "float": "replace(replace(array_to_string({}, ' ', 'NaN'), 'Infinity', '+Inf'), '-+', '-')",
    "double": "replace(replace(array_to_string({}, ' ', 'NaN'), 'Infinity', '+Inf'), '-+', '-')",
    "boolean": "upper(array_to_string({}, ' ', '?'))",
}
"""SQL that prints an array for TABLEDATA (VOTable 1.4 section 5.1), where that is not `array_to_string` alone."""


@cache
def array(element: Scalar, arraysize: str | None, xtype: str | None = None, datatype: str = "") -> Scalar:
    """An array type: one dimension in PostgreSQL, whatever shape `arraysize` gives it.

    `datatype` overrides the element's, for complex numbers, which are pairs of elements.
    """
    text = ARRAYED.get(element.datatype, "array_to_string({}, ' ')")
    return Scalar(f"{element.sql}[]", "JSON", datatype or element.datatype, text, arraysize, xtype)


@cache
def worded(scalar: Scalar, arraysize: str | None, xtype: str | None) -> Scalar:
    """A text type with another `arraysize` or `xtype`, for tables of others."""
    return Scalar(scalar.sql, scalar.graphql, scalar.datatype, scalar.text, arraysize, xtype)


POINT = array(DOUBLE, "2", "point")
"""Right ascension and declination, degrees; this and the next two as in DALI 1.1 section 3.3."""
CIRCLE = array(DOUBLE, "3", "circle")
POLYGON = array(DOUBLE, "*", "polygon")
