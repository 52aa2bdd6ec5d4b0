"""Which columns of a list are its positions."""

from collections.abc import Sequence

from planning.errors import BadInput
from schema.catalog import suggestion
from schema.column import Column

UCDS = {
    "ra": ("pos.eq.ra;meta.main", "POS_EQ_RA_MAIN", "pos.eq.ra"),
    "dec": ("pos.eq.dec;meta.main", "POS_EQ_DEC_MAIN", "pos.eq.dec"),
}
NUMERIC = ("real", "double precision", "smallint", "integer", "bigint")


def axis_column(columns: Sequence[Column], name: str, axis: str) -> Column:
    """The column of an axis, "ra" or "dec": by `name`, or for "" by its UCD or usual names; raises `BadInput`."""
    chosen = _named(columns, name) if name else _by_meaning(columns, axis)
    if chosen.type.sql not in NUMERIC:
        message = f"{chosen.name} is {chosen.type.datatype}: a number of degrees is wanted"
        raise BadInput(message)
    return chosen


def _named(columns: Sequence[Column], name: str) -> Column:
    named = {column.name.lower(): column for column in columns}
    chosen = next((column for column in columns if column.name == name), named.get(name.lower()))
    if chosen is None:
        message = f"The list has no column {name[:60]!r}{suggestion(name, [column.name for column in columns])}"
        raise BadInput(message)
    return chosen


def _by_meaning(columns: Sequence[Column], axis: str) -> Column:
    meant = (column for ucd in UCDS[axis] for column in columns if column.ucd == ucd)
    called = (column for column in columns if column.name.lower() in (axis, f"{axis}j2000", f"{axis[:2]}j2000"))
    chosen = next(meant, None) or next(called, None)
    if chosen is None:
        message = f"No UCD of the list tells which column is the {axis}: name it"
        raise BadInput(message)
    return chosen
