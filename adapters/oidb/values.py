"""Elements of rows → values of their columns, as texts, by the rules of OiDB (its `modules/granule.xqm`)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from adapters.oidb.addresses import WANTED, is_web_address
from adapters.oidb.documents import text_of
from planning.errors import BadInput
from schema.catalog import suggestion
from schema.column import Column
from schema.oidb import DATALINK, GRANULE
from schema.sexagesimal import units
from schema.table import Table

Values = Mapping[Column, str | None]
"""Text of each column, None for an element that is empty."""
LINK = "datalink"
"""The element of a granule that is no column of it."""
COUNTS = ("nb_vis", "nb_vis2", "nb_t3")
"""Whole numbers that CHARA's files have as `12.0`."""
ADDRESS = "access_url"
"""Of a granule's file, and of what is linked to it."""
HOURS = {"s_ra": 15.0, "s_dec": 1.0}
"""Degrees of a unit of what may be sexagesimal."""


def granule_values(granule: Element) -> Values:
    """The columns of a `<granule>`; its number, and what the gateway computes, are passed over. Raises `BadInput`."""
    return _values(granule, GRANULE, (GRANULE.key.name, LINK))


def link_values(link: Element) -> Values:
    """The columns of a `<datalink>` but its granule, which is another element or an attribute; raises `BadInput`."""
    return _values(link, DATALINK, (DATALINK.key.name, "granule_id", "id"))


def _values(row: Element, table: Table, ignored: tuple[str, ...]) -> Values:
    columns = {column.name: column for column in table.columns}
    values: dict[Column, str | None] = {}
    for node in row:
        name = str(node.tag)
        if name in ignored:
            continue
        if (column := columns.get(name)) is None:
            message = f"A {table.singular} has no column {name[:60]!r}{suggestion(name, sorted(columns))}"
            raise BadInput(message)
        if column in values:
            message = f"{name} is there twice"
            raise BadInput(message)
        if not column.computed:
            values[column] = _read(column, text_of(node)) or None
    return values


def _read(column: Column, text: str) -> str:
    reader = utc_text if column.type.temporal else _READERS.get(column.name)
    return reader(column.name, text) if text and reader else text


def utc_text(name: str, text: str) -> str:
    """A date or time in ISO 8601 as UTC without a zone: PostgreSQL passes over zones where it keeps none.

    Raises `BadInput`.
    """
    try:
        date = datetime.fromisoformat(text)
        return (date.astimezone(UTC).replace(tzinfo=None) if date.tzinfo else date).isoformat()
    except (ValueError, OverflowError) as error:
        message = f"{name} is {text[:40]!r}: ISO 8601 is wanted, as 2027-01-31T00:00:00"
        raise BadInput(message) from error


def _degrees(name: str, text: str) -> str:
    """A coordinate in degrees, from hours or degrees with minutes and seconds where it has blanks or colons."""
    if not {" ", ":"} & set(text):
        return text
    if (value := units(text)) is None:
        message = f"{name} is {text[:40]!r}: degrees are wanted, or sexagesimal, as 06:45:08.9"
        raise BadInput(message)
    return repr(value * HOURS[name])


def _address(name: str, text: str) -> str:
    """An address that browsers may be led to: one of another scheme runs as a script, or is nobody's."""
    if not is_web_address(text):
        message = f"{name} is {text[:40]!r}: {WANTED}"
        raise BadInput(message)
    return text


def _count(_name: str, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return text  # which PostgreSQL refuses
    return str(int(number)) if number.is_integer() else text


_READERS: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(HOURS, _degrees), **dict.fromkeys(COUNTS, _count), ADDRESS: _address,
}  # fmt: skip
