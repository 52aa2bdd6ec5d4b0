"""A GraphQL selection as data: the columns, links and arguments selected of each table, as `Collector` reads them.

Worked example: `{ s: stars(first: 5) { nodes { name ldd { value } } } }` becomes

    Root("s", jsdc.star, Field(first: 5), ConnectionSelection(jsdc.star, (("nodes", Row(jsdc.star, (
        ("name", Column name), ("ldd", QuantitySelection(ldd, (("value", Column ldd),))))))),)))
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, get_argument_values
from graphql.execution.values import VariableValues

from planning.null_filters import without_nulls
from schema.column import Column, Quantity
from schema.derived import DerivedField
from schema.table import Link, Table


class Unplannable(Exception):
    """The operation, or a field of it, is not answered by a table, as introspection."""


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """A field that takes arguments: its nodes in the document, and how to read its arguments."""

    nodes: tuple[FieldNode, ...]
    definition: GraphQLField
    fixed: Mapping[str, Any] | None
    """The coerced arguments if no variable is among them, else None."""

    def arguments(self, variables: VariableValues) -> Mapping[str, Any]:
        """Return the coerced arguments by GraphQL name, `ignoreNull` applied; raises `GraphQLError`."""
        if self.fixed is not None:
            return self.fixed
        return without_nulls(get_argument_values(self.definition, self.nodes[0], variables))


@dataclass(frozen=True, eq=False, slots=True)
class Constant:
    """A value that does not depend on the row."""

    value: Any


@dataclass(frozen=True, eq=False, slots=True)
class QuantitySelection:
    """The selected fields of a quantity: a value with its error, origin, confidence, unit and UCD."""

    quantity: Quantity
    entries: "tuple[tuple[str, Column | Constant], ...]"


@dataclass(frozen=True, eq=False, slots=True)
class ToOne:
    """A link to at most one row of another table."""

    link: Link
    field: Field
    row: "Row"
    deferred: bool
    """Whether `@defer` lets it come later than the row that it is of."""


@dataclass(frozen=True, eq=False, slots=True)
class ToMany:
    """A link to a page of rows of another table."""

    link: Link
    field: Field
    listing: "ConnectionSelection"
    deferred: bool
    """As of `ToOne`."""


@dataclass(frozen=True, eq=False, slots=True)
class NameMatchSelection:
    """The fields selected of `nameMatch`: their names, or constants."""

    entries: tuple[tuple[str, Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class NodeIdSelection:
    """The field `id` of rows of a table, which is made of their key."""

    table: Table


@dataclass(frozen=True, eq=False, slots=True)
class PartSelection:
    """A field selected of an object that a derived field is made of: its attribute, arguments and what is below it."""

    name: str
    arguments: Mapping[str, Any]
    below: "PartEntries | None"


PartEntries = tuple[tuple[str, Constant | PartSelection], ...]
"""Response keys, and what is selected under them."""


@dataclass(frozen=True, eq=False, slots=True)
class DerivedSelection:
    """A field that is made of columns of the row, and what is selected of the objects that it has, if it has any."""

    derived: DerivedField
    below: PartEntries | None


@dataclass(frozen=True, eq=False, slots=True)
class ToGroups:
    """Groups of the rows of another table that a link leads to."""

    link: Link
    field: Field
    groups: "Groups"
    deferred: bool
    """As of `ToOne`."""


LinkEntry = ToOne | ToMany | ToGroups
Entry = Column | Constant | QuantitySelection | NameMatchSelection | NodeIdSelection | DerivedSelection | LinkEntry


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """The fields selected of each row of a table: response keys and entries, in the order of the answer."""

    table: Table
    entries: tuple[tuple[str, Entry], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The fields selected of each edge: its node, `"cursor"` or a constant."""

    entries: tuple[tuple[str, "Row | Constant | str"], ...]


@dataclass(frozen=True, eq=False, slots=True)
class PageInfoSelection:
    """The fields selected of `pageInfo`: their names, or constants."""

    entries: tuple[tuple[str, Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class ConnectionSelection:
    """The fields selected of a connection; `totalCount` and `totalCountIsExact` are kept as their names."""

    table: Table
    entries: tuple[tuple[str, Row | Edges | PageInfoSelection | NameMatchSelection | Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """The columns selected of a group's `key`, or of one of its measures."""

    field: str
    """Which of these it is."""
    entries: tuple[tuple[str, Column | Constant], ...]


@dataclass(frozen=True, eq=False, slots=True)
class RelatedValues:
    """The values selected of the rows that links lead to: for each link, or constant, columns as a group has them."""

    entries: tuple[tuple[str, Values | Constant], ...]


@dataclass(frozen=True, eq=False, slots=True)
class BinsSelection:
    """The fields selected of each bin of a group."""

    entries: tuple[tuple[str, str | Constant], ...]


GroupEntry = Values | RelatedValues | BinsSelection | NameMatchSelection | Constant | str


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """The fields selected of each group of rows; `count` and `hasNext` are kept as their names."""

    table: Table
    entries: tuple[tuple[str, GroupEntry], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Root:
    """A field of Query: one row, a connection, or groups of rows."""

    key: str
    """Response key: the field's alias or name."""
    table: Table
    field: Field
    selection: Row | ConnectionSelection | Groups


@dataclass(frozen=True, eq=False, slots=True)
class Entities:
    """A field of rows of any table by what identifies them, with a selection for each table."""

    key: str
    name: str
    """`_entities`, `nodes` or `node`."""
    field: Field
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False, slots=True)
class PlainField:
    """A field of Query that no table answers; graphql-core's executor does."""

    key: str
    nodes: tuple[FieldNode, ...]
    paged: bool
    """Whether it has the argument `first`."""
    executions: int
    """Fields of introspection that are executed for it."""
    rows: tuple[Row, ...] = ()
    """What is selected of each row of its page, where its rows have links: they are paid for."""
