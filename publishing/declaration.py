"""The declaration of a published table as JSON, as the hub keeps it, and back."""

from collections.abc import Mapping
from typing import Any

from schema.column import Column, Quantity
from schema.jsdc import CONFIDENCE, ORIGIN
from schema.published import NAME
from schema.table import Table
from schema.types import ASCII
from schema.votable_types import scalar_type

LISTS = {enumeration.name: enumeration for enumeration in (ORIGIN, CONFIDENCE)}
TEXTS = ("name", "description", "unit", "ucd", "utype", "given", "field")
FLAGS = ("key", "required", "principal", "indexed")
PARTS = ("value", "error", "origin", "confidence")


def as_json(table: Table) -> dict[str, Any]:
    """A table as a JSON object, which `table` reads."""
    names = {"name": table.name, "type": table.type_name, "plural": table.plural, "description": table.description}
    return names | {"members": [_member(member) for member in table.members]}


def table(declared: Mapping[str, Any], source: str = NAME) -> Table:
    """The table of a JSON object that `as_json` has made, of the source of this name."""
    name = declared["name"]
    members = tuple(_read(member) for member in declared["members"])
    about = (declared["type"], declared["plural"], declared["description"])
    return Table(source, name, f"{source}.{name}", *about, members)


def _member(member: Column | Quantity) -> dict[str, Any]:
    if isinstance(member, Column):
        return _column(member)
    return {part: _column(column) for part in PARTS if (column := getattr(member, part))}


def _column(column: Column) -> dict[str, Any]:
    declared = {key: getattr(column, key) for key in (*TEXTS, *FLAGS)}
    kind = {"datatype": column.type.datatype, "arraysize": column.type.arraysize, "xtype": column.type.xtype}
    if column.type.temporal:
        kind["sql"] = column.type.sql
    codes = {"list": column.enumeration.name} if column.enumeration else {}
    return {key: value for key, value in (declared | kind | codes).items() if value}


def _read(member: Mapping[str, Any]) -> Column | Quantity:
    if "name" in member:
        return _read_column(member)
    value, *others = (_read_column(member[part]) if part in member else None for part in PARTS)
    assert value  # noqa: S101 - as `as_json` has written it
    return Quantity(value, *others)


def _read_column(declared: Mapping[str, Any]) -> Column:
    texts: dict[str, Any] = {key: declared.get(key, "") for key in TEXTS}
    flags: dict[str, Any] = {key: bool(declared.get(key)) for key in FLAGS}
    kind = scalar_type(declared["datatype"], declared.get("arraysize"), declared.get("xtype"))
    if kind.temporal and "sql" not in declared:
        kind = ASCII  # a table of before times were stored as such, until it is published anew
    enumeration = LISTS[declared["list"]] if "list" in declared else None
    return Column(type=kind, enumeration=enumeration, **texts, **flags)
