"""`ivo_histogram`: how many values are in each bin; each is given its bin where it is, they are counted in the hub."""

from math import inf

from adql.checked.typed import INTEGERS, ColumnMetadata, TypedExpression
from adql.errors import AdqlError
from adql.template import AggregateCall, hub_call
from adql.tree import Call
from schema.types import INT, array

MOST = 10_000
"""Bins of a histogram."""
BINNED = "array_agg(CASE WHEN {0} <> 'NaN'::float8 THEN width_bucket({0}, {1}, {2}, {3}) END)"
"""What is no number is in no bin: PostgreSQL refuses to look for one."""


def counted(
    node: Call, value: TypedExpression, lower: TypedExpression, upper: TypedExpression, bins: TypedExpression
) -> TypedExpression:
    """An array of `bins + 2` counts: below `lower`, in each bin, and at `upper` or above; zeros for no rows.

    Raises
    ------
    AdqlError
        The number of bins is not written out, or the limits are the wrong way round.
    """
    known = bins.number
    if known is None or bins.type not in INTEGERS or not 1 <= known <= MOST:
        raise AdqlError(f"{node.function} wants the number of bins written out, 1 to {MOST}", node.at)
    if lower.number is not None and upper.number is not None and not 0 < upper.number - lower.number < inf:
        raise AdqlError(f"{node.function} wants a lower limit that is less than the upper one", node.at)
    size = int(known) + 2
    numbers = AggregateCall(this=BINNED, expressions=[value.sql, lower.sql, upper.sql, bins.sql])
    sql = hub_call("histogram", numbers, bins.sql.copy())
    return TypedExpression(
        sql, array(INT, str(size)), ColumnMetadata("Number of values below, in each bin, and above", "", "meta.number")
    )
