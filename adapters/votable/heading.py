"""What a VOTable of others says before its rows: FIELDs, PARAMs, GROUPs, COOSYS (VOTable 1.4 sections 3 and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.votable.datatypes import known
from planning.errors import BadInput, TooMuch
from schema.table import Column
from schema.votable_types import scalar, shaped

Attributes = Mapping[str, str]
MOST_COLUMNS = 1000
"""PostgreSQL stops at 1600, and at 8 kB a row for what it cannot put elsewhere."""
MOST_ELEMENTS = 20_000
MOST_TEXT = 100_000
"""Characters of a description."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FieldElement:
    """A FIELD, or a PARAM with its value."""

    id: str
    name: str
    datatype: str
    arraysize: str | None
    xtype: str | None
    unit: str
    ucd: str
    utype: str
    ref: str
    value: str = ""
    """Of a PARAM."""
    description: str = ""
    null: str | None = None
    """What stands for no value (VALUES null)."""
    options: tuple[tuple[str, str], ...] = ()
    """Name and value of what a value may be."""


@dataclass(frozen=True, slots=True)
class GroupElement:
    """A GROUP of a table, with the IDs that its FIELDrefs and PARAMrefs name, in order."""

    name: str
    ucd: str
    utype: str
    description: str
    fields: tuple[str, ...]
    params: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """All that is said of a table."""

    name: str
    description: str
    fields: tuple[FieldElement, ...]
    params: tuple[FieldElement, ...]
    groups: tuple[GroupElement, ...]
    systems: Mapping[str, str]
    """ID of each COOSYS, and its frame in lower case."""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a PostgreSQL table for its rows: names as they are given, `column_7` in the hub."""
        taken: set[str] = set()
        return tuple(_column(field, number, taken) for number, field in enumerate(self.fields, 1))


def _column(field: FieldElement, number: int, taken: set[str]) -> Column:
    name, turn = field.name, 1
    while name.lower() in taken:
        turn += 1
        name = f"{field.name}_{turn}"
    taken.add(name.lower())
    return Column(
        name,
        scalar(field.datatype, field.arraysize, field.xtype),
        field.description,
        field.unit,
        field.ucd,
        field.utype,
        stored=f"column_{number}",
    )


@dataclass
class Open:
    """An element of the heading that has not ended yet."""

    tag: str
    attributes: Attributes
    description: str = ""
    null: str | None = None
    options: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    params: list[str] = field(default_factory=list)


class HeadingBuilder:
    """A heading as its elements come; `Reader` tells it of those that are not rows."""

    def __init__(self) -> None:
        self._open: list[Open] = []
        self._fields: list[FieldElement] = []
        self._params: list[FieldElement] = []
        self._groups: list[GroupElement] = []
        self._systems: dict[str, str] = {}
        self._about = ("", "")
        self._count = 0

    def begin(self, tag: str, attributes: Attributes) -> None:
        """An element begins; raises `GatewayError`."""
        self._count += 1
        if self._count > MOST_ELEMENTS:
            message = f"it has more than {MOST_ELEMENTS} elements before its rows"
            raise TooMuch(message)
        holder = self._open[-1] if self._open else None
        match tag:
            case "VALUES" if holder:
                holder.null = attributes.get("null", holder.null)
            case "OPTION" if holder:
                value = attributes.get("value", "")
                holder.options.append((attributes.get("name", value), value))
            case "FIELDref" if holder:
                holder.fields.append(attributes.get("ref", ""))
            case "PARAMref" if holder:
                holder.params.append(attributes.get("ref", ""))
            case "COOSYS":
                self._systems[attributes.get("ID", "")] = attributes.get("system", "").lower()
            case "TABLE" | "FIELD" | "PARAM" | "GROUP":
                self._open.append(Open(tag, attributes))

    def describe(self, text: str) -> None:
        """The DESCRIPTION of the element that is open."""
        if self._open:
            self._open[-1].description = " ".join(text.split())

    def end(self, tag: str) -> None:
        """An element ends; raises `GatewayError`."""
        if not self._open or self._open[-1].tag != tag:
            return
        ended = self._open.pop()
        about = ended.attributes
        match tag:
            case "FIELD" if self._open:
                self._fields.append(_field(ended))
                if len(self._fields) > MOST_COLUMNS:
                    message = f"it has more than {MOST_COLUMNS} columns"
                    raise TooMuch(message)
            case "PARAM":
                self._params.append(_field(ended))
            case "GROUP":
                told = (about.get("name", ""), about.get("ucd", ""), about.get("utype", ""), ended.description)
                self._groups.append(GroupElement(*told, tuple(ended.fields), tuple(ended.params)))
            case "TABLE":
                self._about = about.get("name") or about.get("ID", ""), ended.description

    def heading(self) -> Heading:
        """What has been said of the table, be it ended or only before its rows; raises `BadInput`."""
        for table in self._open[:1]:
            self._about = table.attributes.get("name") or table.attributes.get("ID", ""), table.description
        if not self._fields:
            message = "its TABLE has no FIELD"
            raise BadInput(message)
        name, description = self._about
        return Heading(
            name, description, tuple(self._fields), tuple(self._params), tuple(self._groups), dict(self._systems)
        )


def _field(ended: Open) -> FieldElement:
    about = ended.attributes
    name = about.get("name") or about.get("ID", "")
    if not name or len(name) > LONGEST_NAME:
        message = f"a {ended.tag} has no name" if not name else f"the name {name[:40]!r}… is too long"
        raise BadInput(message)
    arraysize = about.get("arraysize", "").replace(" ", "") or None
    try:
        shaped(arraysize)
    except ValueError as error:
        message = f"{ended.tag} {name!r}: arraysize {arraysize!r} is not one of VOTable"
        raise BadInput(message) from error
    return FieldElement(
        about.get("ID", ""),
        name,
        _datatype(name, about),
        "*" if about.get("datatype", "").lower() == "string" else arraysize,
        about.get("xtype") or None,
        about.get("unit", ""),
        about.get("ucd", ""),
        about.get("utype", ""),
        about.get("ref", ""),
        about.get("value", ""),
        ended.description,
        ended.null,
        tuple(ended.options),
    )


def _datatype(name: str, about: Attributes) -> str:
    try:
        return known(about.get("datatype", "char"))
    except BadInput as error:
        message = f"{name!r}: {error.message}"
        raise BadInput(message) from error
