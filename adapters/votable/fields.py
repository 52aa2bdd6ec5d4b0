"""Columns of a result → FIELD, GROUP, COOSYS and TIMESYS (VOTable 1.4 sections 3 and 4)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from planning.errors import BadInput
from planning.plan import Cell
from schema.column import TARGET_NAME_UTYPE, Column, Quantity
from schema.table import Table
from schema.types import ASCII, Scalar

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold."""
MAIN = ";meta.main"
"""Secondary UCD word of the one column of its kind that counts."""
NOT_IN_ID = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True, slots=True)
class System:
    """A COOSYS or TIMESYS: FIELDs refer to it by ID."""

    id: str
    element: str
    located: str = ""
    """The same from VOTable 1.5 on, where a COOSYS says what place its directions are seen from."""


ICRS = System("ICRS", '<COOSYS ID="ICRS" system="ICRS"/>')
ICRS_J2000 = System(
    "ICRS_J2000",
    '<COOSYS ID="ICRS_J2000" system="ICRS" epoch="J2000"/>',
    '<COOSYS ID="ICRS_J2000" system="ICRS" epoch="J2000" refposition="BARYCENTER"/>',
)
UTC = System("UTC", '<TIMESYS ID="UTC" timeorigin="MJD-origin" timescale="UTC" refposition="TOPOCENTER"/>')
AT_EPOCH = {"jsdc": ICRS_J2000}
"""Sources whose positions are at one epoch; elsewhere positions are where observers pointed at the time."""
POSITION = {"pos.eq.ra", "pos.eq.dec", "POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN"}
UPLOADS = "tap_upload"
"""Source of uploaded tables, whose frames are not known."""
MJD = ("time.start", "time.end", "time.epoch")
"""UCDs of dates; other columns in days are durations."""


def field_elements(table: Table | None, cells: Sequence[Cell]) -> str:
    """Write the FIELD of each cell, in order, then a GROUP for each quantity of which value and another part are there.

    A GROUP has the UCD of its value. Where linked tables have main identifiers or positions of their own, only
    the one nearest to `table` keeps `meta.main`.

    Parameters
    ----------
    table : Table | None
        Owner of the cells that name no other; None for a query over several tables.
    cells : Sequence[Cell]
        The columns.
    """
    ids = field_ids(cells)
    mains: dict[str, Cell] = {}
    for cell in sorted(cells, key=lambda cell: len(cell.path)):
        mains.setdefault(cell.column.ucd, cell)
    elements = [_field(table, cell, name, main=mains[cell.column.ucd] is cell) for cell, name in ids.items()]
    return "\n".join([*elements, *_groups(table, ids)]) + "\n"


def field_ids(cells: Sequence[Cell]) -> dict[Cell, str]:
    """The FIELD ID of each cell: its name made an XML name, numbered where it repeats or is an ID of a system."""
    return dict(zip(cells, _ids(cells), strict=True))


def system_elements(table: Table | None, cells: Sequence[Cell], *, located: bool = False) -> str:
    """Write the COOSYS and TIMESYS that these FIELDs refer to: ICRS, and MJD in UTC at the observatory.

    `located` is for VOTable 1.5: of catalogues it is known that directions are those from the barycentre (`refposition`
    of the IVOA's vocabulary), of where observers pointed it is not.
    """
    coordinate_systems = dict.fromkeys(system for cell in cells if (system := _system(table, cell)))
    return "".join(f"{(located and system.located) or system.element}\n" for system in coordinate_systems)


@cache
def with_ucd1(table: Table, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Give cells the UCD1 of Simple Cone Search 1.03 (section 2.2.2): one ID_MAIN of type `char`, and the position.

    The result belongs in the plan as well as in the header: where the only identifier is a number, its cell changes
    type and PostgreSQL prints it as text. The other cells keep their UCD1+, without `meta.main`.

    Raises
    ------
    BadInput
        The table's position is not among the cells, or nothing that identifies a row is.
    """
    position = dict(zip(table.position or (), ("POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN"), strict=False))
    columns = [cell.column for cell in cells if not cell.path]
    names = [column for column in columns if column.type is ASCII and column.ucd == f"meta.id{MAIN}"]
    identifiers = [*names, *(column for column in columns if column is table.key)]
    if not position or not position.keys() <= set(columns) or not identifiers:
        message = f"A cone search wants the position and the key of {table.qualified} among its columns"
        raise BadInput(message)
    ucds = position | {identifiers[0]: "ID_MAIN"}
    return tuple(
        replace(cell, column=_with_ucd(cell.column, "" if cell.path else ucds.get(cell.column, ""))) for cell in cells
    )


def _with_ucd(column: Column, ucd: str) -> Column:
    if ucd == "ID_MAIN":
        return replace(column, ucd=ucd, type=ASCII)
    if ucd or column.ucd.endswith(MAIN):
        return replace(column, ucd=ucd or column.ucd.removesuffix(MAIN))
    return column


def owner_of(table: Table | None, cell: Cell) -> Table | None:
    """The table that a cell is of; `table` is that of cells that name no other. None where that is not known."""
    return cell.path[-1].target if cell.path else cell.table or table


def element(tag: str, content: str = "", /, **attributes: str | None) -> str:
    """Write an XML element; `content` is XML already, attributes are escaped, illegal characters become `?`.

    Attributes that are None or empty are left out, except that `value` may be empty.
    """
    present = ((key, value) for key, value in attributes.items() if value or (key == "value" and value is not None))
    written = "".join(f" {key}={quoteattr(legal_xml(value))}" for key, value in present)
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text_element(tag: str, text: str, /, **attributes: str | None) -> str:
    """Write an element with text, which is escaped here."""
    return element(tag, escape(legal_xml(text)), **attributes)


def legal_xml(text: str) -> str:
    """Replace characters that XML 1.0 cannot hold by `?`."""
    return ILLEGAL.sub("?", text)


def type_attributes(scalar: Scalar) -> dict[str, str | None]:
    """Attributes `datatype`, `arraysize` and `xtype` of a type."""
    return {"datatype": scalar.datatype, "arraysize": scalar.arraysize, "xtype": scalar.xtype}


def _field(table: Table | None, cell: Cell, name: str, *, main: bool) -> str:
    column, system = cell.column, _system(table, cell)
    content = text_element("DESCRIPTION", column.description) if column.description else ""
    if column.codes:
        content += _values(column.codes)
    ucd = column.ucd if main else column.ucd.removesuffix(MAIN)
    return element(
        "FIELD",
        content,
        ID=name,
        name=cell.name,
        **type_attributes(column.type),
        unit=column.unit,
        ucd=ucd,
        utype=_utype(column),
        ref=system.id if system else None,
    )


def _utype(column: Column) -> str:
    """The utype, that of names of targets to the letter: utypes have no case, but to ASPRO2 they do."""
    return TARGET_NAME_UTYPE if column.utype.lower() == TARGET_NAME_UTYPE.lower() else column.utype


def _values(codes: Mapping[str, str]) -> str:
    return element("VALUES", "".join(element("OPTION", name=meaning, value=code) for code, meaning in codes.items()))


def _system(table: Table | None, cell: Cell) -> System | None:
    words, owner = cell.column.ucd.split(";"), owner_of(table, cell)
    if owner is None or owner.source == UPLOADS:
        return None
    if POSITION.intersection(words):
        return AT_EPOCH.get(owner.source, ICRS)
    return UTC if cell.column.unit == "d" and words[0] in MJD else None


def _groups(table: Table | None, ids: dict[Cell, str]) -> Iterator[str]:
    id_of = {(cell.path, cell.column): name for cell, name in reversed(ids.items())}
    for cell in ids:
        owner = owner_of(table, cell)
        quantity = _quantities(owner).get(cell.column) if owner else None
        keys = [(cell.path, column) for column in quantity.columns] if quantity else []
        members = [id_of[key] for key in keys if key in id_of]
        if len(members) > 1:
            references = "".join(element("FIELDref", ref=name) for name in members)
            # A name of its own: votlint warns where a GROUP shares its FIELD's.
            yield element("GROUP", references, name=f"{cell.name}_quantity", ucd=cell.column.ucd)


@cache
def _quantities(table: Table) -> dict[Column, Quantity]:
    return {quantity.value: quantity for quantity in table.quantities.values()}


def _ids(cells: Iterable[Cell]) -> list[str]:
    used = {system.id for system in (ICRS, ICRS_J2000, UTC)}
    return [_unused_id(cell.name, used) for cell in cells]


def _unused_id(name: str, used: set[str]) -> str:
    plain = NOT_IN_ID.sub("_", name)
    plain = plain if plain[:1].isalpha() or plain.startswith("_") else f"_{plain}"
    number, candidate = 1, plain
    while candidate in used:
        number += 1
        candidate = f"{plain}_{number}"
    used.add(candidate)
    return candidate
