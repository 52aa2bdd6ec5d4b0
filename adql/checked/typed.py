"""A value of a query: its SQL, its type, and its metadata."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from adql.template import Node, cast, fragment
from schema.column import Column, Enumeration
from schema.table import Table
from schema.types import (
    ASCII,
    BOOLEAN,
    CIRCLE,
    DATETIME,
    DOUBLE,
    FLOAT,
    INSTANT,
    INT,
    JSON,
    LONG,
    MOMENT,
    POINT,
    POLYGON,
    REGION,
    SHORT,
    TEXT,
    Scalar,
)
from sky.moc import Moc

INTEGERS = (SHORT, INT, LONG)
NUMBERS = (*INTEGERS, FLOAT, DOUBLE)
TEXTS = (ASCII, TEXT, REGION, JSON)
TIMES = (INSTANT, DATETIME, MOMENT)


@dataclass(frozen=True, slots=True)
class ColumnMetadata:
    """What a FIELD says of a column beside its type; empty where nothing is known."""

    description: str = ""
    unit: str = ""
    ucd: str = ""
    utype: str = ""
    enumeration: Enumeration | None = None


NONE = ColumnMetadata()


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """The column of a table that a value is, unchanged."""

    table: Table
    column: Column


class GeometryForm(StrEnum):
    """What a place or an area is."""

    POINT = "point"
    CIRCLE = "circle"
    BOX = "box"
    POLYGON = "polygon"
    MOC = "moc"
    """A set of HEALPix cells, which is known."""
    REGION = "region"
    """An area in the words of STC-S, of which only the row tells what it is."""
    UNION = "union"
    INTERSECTION = "intersection"
    NOT = "not"
    """All of the sky but its one part; this and the two before have areas as their parts."""


@dataclass(frozen=True, slots=True)
class TypedExpression:
    """A value: SQL with its type and metadata, as far as they are known."""

    sql: Node
    type: Scalar | None
    """None for NULL, which is of any type."""
    metadata: ColumnMetadata = NONE
    origin: ColumnRef | None = None
    number: float | None = None
    """What it is, for a number that is known already."""
    largest: float | None = None
    """What a number is never more than, where that is known already and the number is not."""
    string: str | None = None
    """What it is, for a character string that is known already."""
    form: GeometryForm | None = None
    """What it is, for a place or an area: its SQL is then an array as DALI has it."""
    parts: "tuple[TypedExpression, ...]" = ()
    """Its coordinates in degrees where they are known one by one: of a point, a circle, a box, some polygons."""
    truth: Node | None = None
    """The condition that it is 1 for, and 0 where that does not hold."""
    moc: Moc | None = None
    """The map that it is, where `form` says so."""
    between: "tuple[TypedExpression, TypedExpression] | None" = None
    """The two points that it is the distance of, in degrees."""

    @property
    def most(self) -> float | None:
        """A number that it is never more than; None where none is known."""
        return self.largest if self.number is None else self.number

    @property
    def text(self) -> Node:
        """Its SQL as text: JSON is compared as it is written."""
        return cast(self.sql, "text") if self.type is JSON else self.sql

    def computed(self) -> "TypedExpression":
        """The same value without the column that it was."""
        return replace(self, origin=None)


XTYPES = {"adql:REGION": REGION}
SHAPES = {"point": POINT, "circle": CIRCLE, "polygon": POLYGON}
PLAIN = {scalar.sql: scalar for scalar in (SHORT, INT, LONG, FLOAT, DOUBLE, BOOLEAN, INSTANT, DATETIME, JSON)}


def plain(scalar: Scalar) -> Scalar:
    """The type of a column in a query, whatever shape the cells of an uploaded table have.

    What is marked as a time, a place or an area (DALI 1.1 section 3.3) is one (TAP 1.1 sections 2.7.2 and 2.7.6).
    """
    if scalar in TIMES:
        return scalar
    if scalar.sql == "text" and scalar not in TEXTS:
        if scalar.xtype in XTYPES:
            return XTYPES[scalar.xtype]
        return TEXT if scalar.datatype == "unicodeChar" else ASCII
    known = SHAPES.get(scalar.xtype or "")
    if known and known.sql == scalar.sql and known.arraysize in (scalar.arraysize, "*"):
        return known
    return PLAIN.get(scalar.sql, scalar)


def kind(scalar: Scalar | None) -> str:
    """What to call a type in a message."""
    if scalar is JSON:
        return "JSON"
    for known, name in ((NUMBERS, "a number"), (TEXTS, "a character string"), (TIMES, "a time")):
        if scalar in known:
            return name
    if scalar is None:
        return "NULL"
    if scalar is BOOLEAN:
        return "a truth value"
    if not scalar.xtype:
        return "an array"
    return f"{'an' if scalar.xtype[0] in 'aeiou' else 'a'} {scalar.xtype}"


def common(types: Iterable[Scalar | None]) -> Scalar | None:
    """The type of a column that holds values of these types; None where all are NULL.

    Raises
    ------
    ValueError
        There is none.
    """
    scalars = {scalar for scalar in types if scalar is not None}
    if len(scalars) <= 1:
        return next(iter(scalars), None)
    if scalars <= set(NUMBERS):
        return number(scalars)
    if scalars <= set(TEXTS):
        return TEXT if scalars & {TEXT, JSON} else ASCII
    if scalars <= set(TIMES):
        return INSTANT
    message = " and ".join(sorted(map(kind, scalars)))
    raise ValueError(message)


def number(types: Iterable[Scalar]) -> Scalar:
    """The type of a sum of numbers of these types, as PostgreSQL has it."""
    scalars = set(types)
    if scalars <= set(INTEGERS):
        return max(scalars, key=INTEGERS.index)
    return FLOAT if scalars == {FLOAT} else DOUBLE


def coerced(value: TypedExpression, scalar: Scalar | None) -> Node:
    """The SQL of a value in the type that `common` gave for it and others."""
    if scalar is None or value.type is scalar or (value.type in TEXTS and scalar in TEXTS and value.type is not JSON):
        return value.sql
    return instant(value) if value.type in TIMES else cast(value.sql, scalar.sql)


def instant(value: TypedExpression) -> Node:
    """The SQL of a time with its zone."""
    return value.sql if value.type is INSTANT else fragment("({0} AT TIME ZONE 'UTC')", value.sql)


def shared_metadata(meanings: Iterable[ColumnMetadata]) -> ColumnMetadata:
    """The metadata of a column that holds values of all of these: what they agree on."""
    first, *rest = meanings
    same = {
        attribute.name: getattr(first, attribute.name)
        for attribute in fields(ColumnMetadata)
        if all(getattr(other, attribute.name) == getattr(first, attribute.name) for other in rest)
    }
    return ColumnMetadata(**same)
