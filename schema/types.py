"""The table of scalars: one row a type, with its name in PostgreSQL, GraphQL and VOTable."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, eq=False, slots=True)
class Scalar:
    """One type of value under all its names."""

    sql: str
    """Type in PostgreSQL, at the sources and in the hub."""
    graphql: str
    """Name of the GraphQL scalar."""
    datatype: str
    """VOTable 1.4 datatype (section 2.1); text may hold any Unicode only as `unicodeChar`."""
    text: str
    """SQL that prints a cell for a TABLEDATA or CSV stream; `{}` is the column."""
    arraysize: str | None = None
    xtype: str | None = None
    """DALI 1.1 section 3.3."""

    @property
    def orderable(self) -> bool:
        """Whether `<`, ORDER BY and keyset cursors make sense on it."""
        return self is not JSON and not self.many

    @property
    def temporal(self) -> bool:
        """Whether PostgreSQL keeps it as a time; others' times are text, as they wrote it."""
        return self.sql.startswith("timestamp")

    @property
    def many(self) -> bool:
        """Whether a cell holds several values, as an array of PostgreSQL."""
        return self.sql.endswith("[]")


ASCII = Scalar("text", "String", "char", "{}", arraysize="*")
"""Text of a closed vocabulary or an identifier: never outside ASCII."""
TEXT = Scalar("text", "String", "unicodeChar", "{}", arraysize="*")
REGION = Scalar("text", "String", "char", "{}", "*", "adql:REGION")
"""An area of the sky in the words of STC-S, as `CIRCLE ICRS 10.5 -20.25 0.001`, in degrees (TAP 1.0 section 6)."""
SHORT = Scalar("smallint", "Int", "short", "{}")
INT = Scalar("integer", "Int", "int", "{}")
LONG = Scalar("bigint", "Long", "long", "{}")
FLOAT = Scalar("real", "Float", "float", "{}")
DOUBLE = Scalar("double precision", "Float", "double", "{}")
BOOLEAN = Scalar("boolean", "Boolean", "boolean", "CASE {} WHEN true THEN 'T' WHEN false THEN 'F' END")
INSTANT = Scalar(
    "timestamp with time zone",
    "DateTime",
    "char",
    """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
    "*",
    "timestamp",
)
DATETIME = Scalar(
    "timestamp without time zone",
    "DateTime",
    "char",
    """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
    "*",
    "timestamp",
)
"""A time that its source keeps without a zone and means as UTC."""
JSON = Scalar("jsonb", "JSON", "unicodeChar", "{}::text", arraysize="*")

BYTE = Scalar("smallint", "Int", "unsignedByte", "{}")
"""0 to 255: PostgreSQL has no type for it alone."""
CHARACTER = Scalar("text", "String", "char", "{}")
"""One character, as others' tables may have it."""
UNICODE_CHARACTER = Scalar("text", "String", "unicodeChar", "{}")
ARRAYED = {
    "float": "replace(array_to_string({}, ' '), 'Infinity', 'Inf')",
    "double": "replace(array_to_string({}, ' '), 'Infinity', 'Inf')",
    "boolean": "upper(array_to_string({}, ' ', '?'))",
}
"""SQL that prints an array as TABLEDATA wants it (VOTable 1.4 section 5.1), where that is not its values alone."""


@cache
def array(element: Scalar, arraysize: str | None, xtype: str | None = None, datatype: str = "") -> Scalar:
    """Several values in a cell: one dimension in PostgreSQL, whatever shape `arraysize` gives them.

    A `datatype` of complex numbers says that they go by pairs.
    """
    text = ARRAYED.get(element.datatype, "array_to_string({}, ' ')")
    return Scalar(f"{element.sql}[]", "JSON", datatype or element.datatype, text, arraysize, xtype)


@cache
def worded(scalar: Scalar, arraysize: str | None, xtype: str | None) -> Scalar:
    """Text of another shape, or of another meaning (`xtype`), as others' tables may have it."""
    return Scalar(scalar.sql, scalar.graphql, scalar.datatype, scalar.text, arraysize, xtype)


POINT = array(DOUBLE, "2", "point")
"""Right ascension and declination, in degrees; this and the next two as DALI 1.1 section 3.3 has them."""
CIRCLE = array(DOUBLE, "3", "circle")
POLYGON = array(DOUBLE, "*", "polygon")
