"""Read what precedes the rows of a VOTable of others: FIELD, PARAM, GROUP, COOSYS (VOTable 1.4 sections 3 and 4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.votable.datatypes import canonical_datatype
from planning.errors import BadInput, TooMuch
from schema.column import Column
from schema.votable_types import parse_arraysize, scalar_type

Attributes = Mapping[str, str]
DIGITS = re.compile(r"\d{1,18}", re.ASCII)
MOST_COLUMNS = 1000
"""PostgreSQL's limit is 1600, and 8 kB a row for values that cannot be moved out of line."""
MOST_ELEMENTS = 20_000
"""Elements before the rows."""
MOST_TEXT = 100_000
"""Characters of a DESCRIPTION; the rest is dropped."""
LONGEST_NAME = 200
"""Characters of a column's name."""


@dataclass(frozen=True, slots=True)
class FieldElement:
    """A FIELD, or a PARAM with its value; attributes that are missing are "" or None."""

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
    """Of a PARAM only."""
    description: str = ""
    null: str | None = None
    """The value that means NULL (VALUES null)."""
    options: tuple[tuple[str, str], ...] = ()
    """Name and value of each OPTION."""


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
    """All that precedes the rows of a table."""

    name: str
    description: str
    fields: tuple[FieldElement, ...]
    params: tuple[FieldElement, ...]
    groups: tuple[GroupElement, ...]
    systems: Mapping[str, str]
    """Frame of each COOSYS, in lower case, by its ID."""
    rows: int | None = None
    """How many rows the table is said to have; None where that is not said."""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Columns of a PostgreSQL table for these rows.

        Names are those of the FIELDs, repeated ones made unique (`x_2`); in the database `column_1`, `column_2`…
        """
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
        scalar_type(field.datatype, field.arraysize, field.xtype),
        field.description,
        field.unit,
        field.ucd,
        field.utype,
        stored=f"column_{number}",
    )


@dataclass
class OpenElement:
    """An element whose end tag has not come yet."""

    tag: str
    attributes: Attributes
    description: str = ""
    null: str | None = None
    options: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    params: list[str] = field(default_factory=list)


class HeadingBuilder:
    """Collects a `Heading` from the elements before the rows, as `Reader` meets them."""

    def __init__(self) -> None:
        self._open: list[OpenElement] = []
        self._fields: list[FieldElement] = []
        self._params: list[FieldElement] = []
        self._groups: list[GroupElement] = []
        self._systems: dict[str, str] = {}
        self._about = ("", "")
        self._rows: int | None = None
        self._count = 0

    def begin(self, tag: str, attributes: Attributes) -> None:
        """Take a start tag; raises `TooMuch` after `MOST_ELEMENTS`."""
        self._count += 1
        if self._count > MOST_ELEMENTS:
            message = f"it has more than {MOST_ELEMENTS} elements before its rows"
            raise TooMuch(message)
        parent = self._open[-1] if self._open else None
        match tag:
            case "VALUES" if parent:
                parent.null = attributes.get("null", parent.null)
            case "OPTION" if parent:
                value = attributes.get("value", "")
                parent.options.append((attributes.get("name", value), value))
            case "FIELDref" if parent:
                parent.fields.append(attributes.get("ref", ""))
            case "PARAMref" if parent:
                parent.params.append(attributes.get("ref", ""))
            case "COOSYS":
                self._systems[attributes.get("ID", "")] = attributes.get("system", "").lower()
            case "TABLE" if DIGITS.fullmatch(attributes.get("nrows", "")):
                self._rows = int(attributes["nrows"])
                self._open.append(OpenElement(tag, attributes))
            case "TABLE" | "FIELD" | "PARAM" | "GROUP":
                self._open.append(OpenElement(tag, attributes))

    def describe(self, text: str) -> None:
        """Take the text of a DESCRIPTION of the innermost open element; white space is collapsed."""
        if self._open:
            self._open[-1].description = " ".join(text.split())

    def end(self, tag: str) -> None:
        """Take an end tag; raises `BadInput` for a FIELD or PARAM that is malformed, `TooMuch` for too many columns."""
        if not self._open or self._open[-1].tag != tag:
            return
        element = self._open.pop()
        attributes = element.attributes
        match tag:
            case "FIELD" if self._open:
                self._fields.append(_field_element(element))
                if len(self._fields) > MOST_COLUMNS:
                    message = f"it has more than {MOST_COLUMNS} columns"
                    raise TooMuch(message)
            case "PARAM":
                self._params.append(_field_element(element))
            case "GROUP":
                description = (
                    attributes.get("name", ""),
                    attributes.get("ucd", ""),
                    attributes.get("utype", ""),
                    element.description,
                )
                self._groups.append(GroupElement(*description, tuple(element.fields), tuple(element.params)))
            case "TABLE":
                self._about = attributes.get("name") or attributes.get("ID", ""), element.description

    def heading(self) -> Heading:
        """Return what was collected, also while the TABLE is still open; raises `BadInput` without a FIELD."""
        for table in self._open[:1]:
            self._about = table.attributes.get("name") or table.attributes.get("ID", ""), table.description
        if not self._fields:
            message = "its TABLE has no FIELD"
            raise BadInput(message)
        name, description = self._about
        return Heading(
            name,
            description,
            tuple(self._fields),
            tuple(self._params),
            tuple(self._groups),
            dict(self._systems),
            self._rows,
        )


def _field_element(element: OpenElement) -> FieldElement:
    attributes = element.attributes
    name = attributes.get("name") or attributes.get("ID", "")
    if not name or len(name) > LONGEST_NAME:
        message = f"a {element.tag} has no name" if not name else f"the name {name[:40]!r}… is too long"
        raise BadInput(message)
    arraysize = attributes.get("arraysize", "").replace(" ", "") or None
    try:
        parse_arraysize(arraysize)
    except ValueError as error:
        message = f"{element.tag} {name!r}: arraysize {arraysize!r} is not one of VOTable"
        raise BadInput(message) from error
    return FieldElement(
        attributes.get("ID", ""),
        name,
        _datatype_of(name, attributes),
        "*" if attributes.get("datatype", "").lower() == "string" else arraysize,
        attributes.get("xtype") or None,
        attributes.get("unit", ""),
        attributes.get("ucd", ""),
        attributes.get("utype", ""),
        attributes.get("ref", ""),
        attributes.get("value", ""),
        element.description,
        element.null,
        tuple(element.options),
    )


def _datatype_of(name: str, attributes: Attributes) -> str:
    try:
        return canonical_datatype(attributes.get("datatype", "char"))
    except BadInput as error:
        message = f"{name!r}: {error.message}"
        raise BadInput(message) from error
