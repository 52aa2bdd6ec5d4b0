"""From cells to what a document says of its columns: FIELD, GROUP, COOSYS, TIMESYS (VOTable 1.4 sections 3 and 4)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from planning.errors import BadInput
from planning.plan import Cell
from schema.table import Column, Enumeration, Quantity, Table
from schema.types import ASCII, Scalar

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAIN = ";meta.main"
NOT_IN_ID = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True, slots=True)
class System:
    """A frame that FIELDs refer to by its ID."""

    id: str
    element: str


ICRS = System("ICRS", '<COOSYS ID="ICRS" system="ICRS"/>')
ICRS_J2000 = System("ICRS_J2000", '<COOSYS ID="ICRS_J2000" system="ICRS" epoch="J2000"/>')
UTC = System("UTC", '<TIMESYS ID="UTC" timeorigin="MJD-origin" timescale="UTC" refposition="TOPOCENTER"/>')
AT_EPOCH = {"jsdc": ICRS_J2000}
"""Sources whose positions are carried to one epoch; elsewhere they are where observers pointed, whenever that was."""
POSITION = {"pos.eq.ra", "pos.eq.dec", "POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN"}
UPLOADS = "tap_upload"
"""The source of tables that clients bring, in frames that nobody knows."""
MJD = ("time.start", "time.end", "time.epoch")
"""UCDs that tell a date in days from a duration in days."""


def fields(table: Table | None, cells: Sequence[Cell]) -> str:
    """Write the FIELD of every cell, in order, then a GROUP for each quantity that has its value and more among them.

    A GROUP has the UCD of its value. Where linked tables bring their own main identifiers or positions, only
    the nearest to the table keeps `meta.main`.
    """
    ids = identified(cells)
    mains: dict[str, Cell] = {}
    for cell in sorted(cells, key=lambda cell: len(cell.path)):
        mains.setdefault(cell.column.ucd, cell)
    written = [_field(table, cell, name, main=mains[cell.column.ucd] is cell) for cell, name in ids.items()]
    return "\n".join([*written, *_groups(table, ids)]) + "\n"


def identified(cells: Sequence[Cell]) -> dict[Cell, str]:
    """The ID of the FIELD of every cell."""
    return dict(zip(cells, _ids(cells), strict=True))


def systems(table: Table | None, cells: Sequence[Cell]) -> str:
    """Write the COOSYS and TIMESYS that the cells' FIELDs refer to: ICRS, and MJD in UTC at the observatory."""
    found = dict.fromkeys(system for cell in cells if (system := _system(table, cell)))
    return "".join(f"{system.element}\n" for system in found)


@cache
def ucd1(table: Table, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Respell cells as Simple Cone Search 1.03 (section 2.2.2) wants: one ID_MAIN, of `char`, and the position in UCD1.

    The result belongs in the plan as well as in the header: where the only identifier is a number, its cell changes
    type and PostgreSQL prints it as text. The other cells keep their UCD1+, without `meta.main`.

    Raises
    ------
    BadInput
        The table's position is not among the cells, or nothing that identifies a row is.
    """
    position = dict(zip(table.position or (), ("POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN"), strict=False))
    own = [cell.column for cell in cells if not cell.path]
    names = [column for column in own if column.type is ASCII and column.ucd == f"meta.id{MAIN}"]
    identifiers = [*names, *(column for column in own if column is table.key)]
    if not position or not position.keys() <= set(own) or not identifiers:
        message = f"A cone search wants the position and the key of {table.qualified} among its columns"
        raise BadInput(message)
    ucds = position | {identifiers[0]: "ID_MAIN"}
    return tuple(
        replace(cell, column=_respelt(cell.column, "" if cell.path else ucds.get(cell.column, ""))) for cell in cells
    )


def _respelt(column: Column, ucd: str) -> Column:
    if ucd == "ID_MAIN":
        return replace(column, ucd=ucd, type=ASCII)
    if ucd or column.ucd.endswith(MAIN):
        return replace(column, ucd=ucd or column.ucd.removesuffix(MAIN))
    return column


def element(tag: str, content: str = "", /, **attributes: str | None) -> str:
    """Write an element of VOTable: characters that XML forbids become `?`.

    Attributes without a value are left out, but for the one called `value`, which may be empty.
    """
    given = ((key, value) for key, value in attributes.items() if value or (key == "value" and value is not None))
    told = "".join(f" {key}={quoteattr(legal(value))}" for key, value in given)
    return f"<{tag}{told}>{content}</{tag}>" if content else f"<{tag}{told}/>"


def text_element(tag: str, text: str, /, **attributes: str | None) -> str:
    """Write an element that holds text."""
    return element(tag, escape(legal(text)), **attributes)


def legal(text: str) -> str:
    """Text without what XML 1.0 cannot hold."""
    return ILLEGAL.sub("?", text)


def typed(scalar: Scalar) -> dict[str, str | None]:
    """Say a type in attributes."""
    return {"datatype": scalar.datatype, "arraysize": scalar.arraysize, "xtype": scalar.xtype}


def _field(table: Table | None, cell: Cell, name: str, *, main: bool) -> str:
    column, system = cell.column, _system(table, cell)
    content = text_element("DESCRIPTION", column.description) if column.description else ""
    if column.enumeration:
        content += _values(column.enumeration)
    ucd = column.ucd if main else column.ucd.removesuffix(MAIN)
    return element(
        "FIELD",
        content,
        ID=name,
        name=cell.name,
        **typed(column.type),
        unit=column.unit,
        ucd=ucd,
        utype=column.utype,
        ref=system.id if system else None,
    )


def _values(enumeration: Enumeration) -> str:
    options = [element("OPTION", name=name, value=str(code)) for code, (name, _) in enumeration.members.items()]
    return element("VALUES", "".join(options))


def _system(table: Table | None, cell: Cell) -> System | None:
    words, owner = cell.column.ucd.split(";"), _owner(table, cell)
    if owner is None or owner.source == UPLOADS:
        return None
    if POSITION.intersection(words):
        return AT_EPOCH.get(owner.source, ICRS)
    return UTC if cell.column.unit == "d" and words[0] in MJD else None


def _owner(table: Table | None, cell: Cell) -> Table | None:
    return cell.path[-1].target if cell.path else cell.table or table


def _groups(table: Table | None, ids: dict[Cell, str]) -> Iterator[str]:
    found = {(cell.path, cell.column): name for cell, name in reversed(ids.items())}
    for cell in ids:
        owner = _owner(table, cell)
        quantity = _quantities(owner).get(cell.column) if owner else None
        keys = [(cell.path, column) for column in quantity.columns] if quantity else []
        members = [found[key] for key in keys if key in found]
        if len(members) > 1:
            references = "".join(element("FIELDref", ref=name) for name in members)
            # A name of its own: votlint warns where a GROUP shares its FIELD's.
            yield element("GROUP", references, name=f"{cell.name}_quantity", ucd=cell.column.ucd)


@cache
def _quantities(table: Table) -> dict[Column, Quantity]:
    return {quantity.value: quantity for quantity in table.quantities.values()}


def _ids(cells: Iterable[Cell]) -> list[str]:
    taken = {system.id for system in (ICRS, ICRS_J2000, UTC)}
    return [_free(cell.name, taken) for cell in cells]


def _free(name: str, taken: set[str]) -> str:
    plain = NOT_IN_ID.sub("_", name)
    plain = plain if plain[:1].isalpha() or plain.startswith("_") else f"_{plain}"
    number, free = 1, plain
    while free in taken:
        number += 1
        free = f"{plain}_{number}"
    taken.add(free)
    return free
