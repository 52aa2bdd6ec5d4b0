"""`ivo_histogram`: how many values are in each bin, counted in the hub (sql/hub/histogram.sql)."""

from adql.errors import AdqlError
from adql.tree import Call
from adql.typed import INTEGERS, Meaning, Typed
from adql.written import made
from schema.types import INT, array

MOST = 10_000
"""Bins of a histogram."""


def counted(node: Call, value: Typed, lower: Typed, upper: Typed, bins: Typed) -> Typed:
    """Counts below, in each bin, and above: zeros where there are no rows; raises `AdqlError`."""
    known = bins.number
    if known is None or bins.type not in INTEGERS or not 1 <= known <= MOST:
        raise AdqlError(f"{node.function} wants the number of bins written out, 1 to {MOST}", node.at)
    if lower.number is not None and upper.number is not None and lower.number >= upper.number:
        raise AdqlError(f"{node.function} wants a lower limit that is less than the upper one", node.at)
    size = int(known) + 2
    sql = made(
        f"COALESCE(gw.histogram({{0}}, {{1}}, {{2}}, {{3}}), array_fill(0, ARRAY[{size}]))",
        value.sql, lower.sql, upper.sql, bins.sql,
    )  # fmt: skip
    return Typed(
        sql, array(INT, str(size)), Meaning("Number of values below, in each bin, and above", "", "meta.number")
    )
