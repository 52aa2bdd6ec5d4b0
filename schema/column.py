"""Columns, as they are declared: names, types, units, UCDs. Frozen data, compared by identity."""

import re
from dataclasses import dataclass
from enum import StrEnum

from schema.types import DOUBLE, FLOAT, Scalar

TARGET_NAME_UTYPE = "obscore:Target.Name"
"""Utype of a column with the name of what is in a row: ASPRO2 finds names by it, where a UCD of old says none."""
VALUE_OF_ID = "idValue"
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


def field_name(name: str) -> str:
    """GraphQL's spelling of a name: `exp_mjd_start` is `expMjdStart`, `MainId_SIMBAD` is `mainIdSimbad`."""
    words: list[str] = WORD.findall(name.replace("_", " "))
    first, *rest = (word.lower() for word in words)
    return first + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, eq=False)
class Enumeration:
    """A closed list of integer codes with their names, as JSDC's origins and confidences."""

    name: str
    description: str
    members: dict[int, tuple[str, str]]
    """Code → (GraphQL name, description)."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A closed list of what a column may hold, whose source keeps it as text, or as bits of a number."""

    name: str
    """Of the GraphQL enum."""
    description: str
    members: dict[str | int, tuple[str, str]]
    """Text, or number of the bit → (GraphQL name, description)."""

    @property
    def of_bits(self) -> str:
        """What each bit means, as the description of a column says it."""
        return "; ".join(f"bit {bit}: {meaning[:1].lower()}{meaning[1:]}" for bit, (_, meaning) in self.members.items())


class Writers(StrEnum):
    """Who may change a column, in the rows that they have a right on (`schema.table.Ownership`)."""

    NOBODY = "nobody"
    """Its source makes it, or it stays as it was entered."""
    OWNERS = "owners"
    """The principal investigators of a row, those whom they let, and administrators of the catalogue."""
    SERVICES = "services"
    """Administrators of the catalogue alone, as the account of the quality control is one."""


@dataclass(frozen=True)
class Disc:
    """What is known of a column of regions: each is a circle, whose place and size columns beside it tell."""

    ra: str
    """Name of the column with the right ascension of its centre, ICRS degrees."""
    dec: str
    diameter: str
    """Name of the column with its diameter, degrees."""
    widest: float
    """Degrees: the region is NULL where the diameter is more."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column, declared once; compared by identity, so that it is a cheap key of mappings."""

    name: str
    """Name in the Virtual Observatory (FIELD name); SQL uses it in lower case."""
    type: Scalar
    description: str
    unit: str = ""
    """In VOUnits 1.1."""
    ucd: str = ""
    """UCD1+ of the controlled vocabulary; `pos.eq.ra` and `pos.eq.dec`, first with `meta.main`, mark the position."""
    utype: str = ""
    given: str = ""
    """Original name in VOTables, where ADQL could not accept it as it is."""
    stored: str = ""
    """Name in the hub, where it is not `name` in lower case: for tables of others, whose names SQL may not accept."""
    remote: str = ""
    """Name at the source, where it differs from `sql`."""
    field: str = ""
    """Name in GraphQL, where it differs from `field_name(name)`."""
    filter: str = ""
    """Of a magnitude, its filter as SVO's Filter Profile Service identifies it; "" where the source has several."""
    former: str = ""
    """Name in an earlier published version (JSDC v2)."""
    deprecated: str | None = None
    """Why it should not be used any more, and what instead; None if it stays."""
    key: bool = False
    """Part of what identifies a row: the table's key is its first such column."""
    required: bool = False
    """Never NULL at the source."""
    principal: bool = False
    """Among the columns that most readers want: VERB 2 of a cone search, `all_fields=false` of the Obs Portal."""
    indexed: bool = False
    """Whether the source has a b-tree on it, so that ordering or selecting by it is cheap."""
    enumeration: Enumeration | None = None
    vocabulary: Vocabulary | None = None
    """The texts that it may hold: GraphQL has a field beside it for the word that it is (`schema.derived`)."""
    bounds: tuple[float, float] | None = None
    """The least and the greatest number that may be written to it; None for whatever its type holds."""
    bits: Vocabulary | None = None
    """What its bits mean, from the lowest: GraphQL has a field beside it for the words of those that are set."""
    disc: Disc | None = None
    """Of a column of regions, that they are circles."""
    instant: str = ""
    """Of an MJD in UTC, the GraphQL field for the same time as an instant."""
    computed: "ColumnSql | None" = None
    """SQL over other columns of its table, for a column that its source has not or leaves empty."""
    writers: Writers = Writers.NOBODY
    """Who may change it, where its table has owners; what identifies a row is written once, when the row is made."""

    @property
    def sql(self) -> str:
        """Name in the hub: lower case, so that it never needs quotes."""
        return self.stored or self.name.lower()

    @property
    def remote_name(self) -> str:
        """Name at the source."""
        return self.remote or self.sql

    @property
    def graphql(self) -> str:
        """Name in GraphQL, and `idValue` for `id`, which is what `planning.node_ids` makes."""
        name = self.field or field_name(self.name)
        return VALUE_OF_ID if name == "id" else name

    @property
    def codes(self) -> dict[str, str]:
        """What each of its values means, where they are codes; its description says what bits mean."""
        listed = self.enumeration or self.vocabulary
        return {str(code): meaning for code, (_, meaning) in listed.members.items()} if listed else {}

    @property
    def never_null(self) -> bool:
        """Whether a row cannot lack it; floats, which ORDER BY treats alike, are taken for such that it may."""
        return (self.required or self.key) and self.type not in (FLOAT, DOUBLE)

    @property
    def non_null(self) -> bool:
        """Whether GraphQL promises a value: never where JSON has null for some, as for NaN and infinite times."""
        return self.never_null and not self.type.temporal


@dataclass(frozen=True, eq=False)
class Quantity:
    """A value with its error, origin and confidence: one object in GraphQL, a GROUP in VOTable, columns in SQL."""

    value: Column
    error: Column | None = None
    origin: Column | None = None
    confidence: Column | None = None

    @property
    def graphql(self) -> str:
        """Name in GraphQL: that of the value."""
        return self.value.graphql

    @property
    def parts(self) -> dict[str, Column | None]:
        """Its columns by their fields in the GraphQL object, in published order; None for one that it lacks."""
        return {"value": self.value, "error": self.error, "origin": self.origin, "confidence": self.confidence}

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, in published order."""
        return tuple(column for column in self.parts.values() if column)


@dataclass(frozen=True, eq=False)
class ColumnSql:
    """A column of a view: SQL over columns of other tables."""

    text: str
    """SQL, with `{}` for each column in turn, or `{0}`, `{1}`…"""
    columns: tuple[Column, ...] = ()
