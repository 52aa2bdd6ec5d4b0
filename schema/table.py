"""The vocabulary of declarations: sources, tables, links. Frozen data, compared by identity. Columns: schema.column."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schema.column import Column, ColumnSql, Quantity
from schema.origin import Origin
from schema.rights import Right

if TYPE_CHECKING:
    from schema.ownership import Ownership

PUBLISHED = "published"
"""The source of tables that the centre publishes."""
USER = "tap_user"
"""The source of tables that people upload and keep."""
VERSION = "version"
"""Name of the column that counts the changes of a row, of tables that have one."""


class Readers(StrEnum):
    """Who may read a table, through whichever door."""

    ANYBODY = "anybody"
    NOBODY = "nobody"
    """No door tells of it, the hub has no foreign table for it, and the hub's role at the source may not read it."""


@dataclass(frozen=True, eq=False)
class Naming:
    """A table of names: people know what a column of a view identifies by these."""

    identifier: Column
    """The column of the view."""
    table: "Table"
    key: Column
    """The column of the table with the identifier."""
    names: tuple[Column, ...]
    """The columns with its names, most preferred first; an empty text is none."""


@dataclass(frozen=True, eq=False)
class Definition:
    """A view of the hub over tables of one source, defined so that postgres_fdw ships it."""

    base: "Table"
    values: Mapping[Column, ColumnSql]
    """Its columns, in order."""
    joined: "tuple[Link, ...]" = ()
    """Links to one row each, from the base; no table twice."""
    restriction: ColumnSql | None = None
    """Its WHERE; None for all rows of the base."""
    conditions: "Mapping[Table, ColumnSql]" = field(default_factory=dict)
    """What must be true of a row of a joined table beside the equality of its link."""
    named: Mapping[Column, Naming] = field(default_factory=dict)
    """Of its columns those that have a name, where there is one, in place of the identifier that `values` have."""

    @property
    def renames(self) -> bool:
        """Whether its rows are those of its base, so that it does no more than call its columns otherwise."""
        return not self.joined and self.restriction is None


@dataclass(frozen=True, eq=False)
class ConeFilter:
    """A parameter of a table's cone search beside those of the standard: rows are kept whose column equals it."""

    parameter: str
    """Its name, in capitals."""
    field: str
    """The column, by its name in GraphQL."""
    largest: int
    """It is a whole number from 0 to this, 0 where it is empty."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the hub, usually a foreign table of one source."""

    source: str
    name: str
    remote: str
    """Relation at the source, with its schema."""
    type_name: str
    """GraphQL object type; the single field is its name in camel case."""
    plural: str
    """GraphQL field of its connection."""
    description: str
    members: tuple[Column | Quantity, ...]
    view: bool = False
    """Whether the relation is a view at the source, whose indexes are those of the tables below it."""
    schema: str = ""
    """Schema in the hub; "" for one named like its source."""
    utype: str = ""
    """Its utype, if a standard gives it one."""
    rows: int = 0
    """Approximate number of rows at full size, for the planning of joins; 0 if unknown."""
    definition: Definition | None = None
    """Set for a view of the hub over tables of the source, which itself has no such relation."""
    also: tuple[str, ...] = ()
    """Other databases that decide what its rows are."""
    alias: bool = False
    """Whether it is another name for rows of other tables (`schema.aliases`): no relation of the hub is called so."""
    branches: "tuple[Branch, ...]" = ()
    """Set for a union over several databases, most preferred first."""
    cone_filters: tuple[ConeFilter, ...] = ()
    """Parameters of its own that its cone search has."""
    repeated: "Table | None" = None
    """The same union with its duplicates."""
    rows_of: "Table | None" = None
    """Another union of the same branches, in whose relation ADQL reads its columns: a join of both needs no second."""
    readers: Readers = Readers.ANYBODY
    """Who may read it."""
    grows: bool = False
    """Whether rows are only ever added, each with a greater number than those before but for what overlaps it."""
    rows_query: str = ""
    """SQL of our own that is read in place of its relation, for whom it has further rows; "" for none."""
    test_cone: tuple[float, float, float] | None = None
    """Right ascension, declination and radius, ICRS degrees: a cone in which it has rows in the sample and in reality.

    Registries try cone searches with it. None for tables without positions and published ones.
    """

    @property
    def qualified(self) -> str:
        """Name in the hub and in the Virtual Observatory, as `jsdc.star`; an alias has no schema before it."""
        return self.name if self.alias else f"{self.schema or self.source}.{self.name}"

    @property
    def relation(self) -> "Table":
        """The table whose relation has the rows: itself, that of the same rows, or what an alias only renames."""
        if self.rows_of:
            return self.rows_of
        return self.definition.base if self.alias and self.definition and self.definition.renames else self

    @property
    def databases(self) -> tuple[str, ...]:
        """Sources of its rows."""
        return tuple(branch.table.source for branch in self.branches) or (self.source, *self.also)

    @property
    def singular(self) -> str:
        """GraphQL field of one row."""
        return self.type_name[0].lower() + self.type_name[1:]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in published order."""
        return tuple(self._columns())

    @cached_property
    def shared(self) -> tuple[Column, ...]:
        """The columns of its relation in the hub: of a union, all that its branches have in common."""
        parts = [branch.table.columns for branch in self.branches]
        return tuple(one for one in parts[0] if all(one in part for part in parts)) if parts else self.columns

    def _columns(self) -> Iterator[Column]:
        for member in self.members:
            yield from member.columns if isinstance(member, Quantity) else (member,)

    @cached_property
    def key(self) -> Column:
        """The column that identifies a row."""
        return next(column for column in self.columns if column.key)

    def keyed(self, name: str) -> bool:
        """Whether a column, by its name in the hub, identifies a row; False for all columns of an uploaded table."""
        return any(column.key and column.sql == name for column in self.columns)

    @cached_property
    def stored(self) -> tuple[Column, ...]:
        """Columns that are read from its relation: all but the computed ones."""
        return tuple(column for column in self.columns if not column.computed)

    @cached_property
    def position(self) -> tuple[Column, Column] | None:
        """Right ascension and declination, ICRS degrees; None for a table without positions.

        In tables made of documents of others only the main position counts: others may be in any frame and unit.
        """
        by_ucd = {column.ucd: column for column in self.columns}
        for main in (";meta.main",) if self.source in (PUBLISHED, USER) else (";meta.main", ""):
            ra, dec = by_ucd.get(f"pos.eq.ra{main}"), by_ucd.get(f"pos.eq.dec{main}")
            if ra and dec:
                return ra, dec
        return None

    @cached_property
    def by_field(self) -> dict[str, Column]:
        """Columns by GraphQL name."""
        return {column.graphql: column for column in self.columns}

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """Quantities by GraphQL name."""
        return {member.graphql: member for member in self.members if isinstance(member, Quantity)}


@dataclass(frozen=True, eq=False)
class Through:
    """Bridge of a link: a relation of the hub between its two ends."""

    table: Table
    near: Column
    """Equal to the column that the link starts from."""
    far: Column
    """Equal to the column that the link leads to."""


@dataclass(frozen=True, eq=False)
class Lineage:
    """Bridge from an exposure to its granules: OiDB's rule (its `modules/obsportal.xqm`).

    At level 0 the granule's `obs_id` is the exposure's name; beyond, it is the part of that name before the first `_`,
    and the programmes are equal. Exposure `H_1` of programme P leads to the log `H_1` and to the calibrated data `H`
    of P.
    """

    table: Table
    exposure: Column
    program: Column
    level: Column
    """Calibration level of a granule."""
    granule_program: Column


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Bridge from a row to rows of the same table around it that are fit to calibrate it, without itself.

    A row is fit if its flag is 0 (or, on request, unknown), its size is known, and the other table does not list it.
    """

    table: Table
    excluded: Through
    flag: Column
    size: Column
    """Compared with the argument `maxDiameter`."""
    chi2: Column
    """Compared with the argument `maxChi2`."""
    infrared: Column
    """Compared with the argument `irFlag`."""
    radius: float
    """Default radius of the cone, in degrees."""
    widest: float
    """Largest radius, in degrees."""


@dataclass(frozen=True, eq=False)
class Known:
    """Another table that may know a row of a branch already, so that the union leaves it out."""

    names: Column
    """Column of the branch with the row's name or names (a JSON list) in that table."""
    table: Table
    column: Column
    """Column of that table with those names."""
    only: tuple[Column, int] | None = None
    """A column of that table and the value it must have; None for all its rows."""


@dataclass(frozen=True, eq=False)
class Branch:
    """One database's part of a union; its key is a prefix and the text of one of its columns, and sorts like it."""

    table: Table
    prefix: str
    """What all its keys begin with, and no other branch's."""
    own: Column
    """The column its key is made of."""
    spelled: Callable[[Any], str]
    """Value of `own` → the rest of the key."""
    read: Callable[[str], Any]
    """The inverse of `spelled`; raises `ValueError`."""
    known: tuple[Known, ...] = ()
    """Tables that may know its rows already."""
    once: Table | None = None
    """The same table without its duplicates; those databases must answer too. None if there are none."""


@dataclass(frozen=True, eq=False)
class Link:
    """A field from rows of one table to rows of another, where two columns are equal or a bridge joins them."""

    field: str
    origin: Table
    target: Table
    from_column: Column
    to_column: Column
    many: bool = False
    description: str = ""
    dense: bool = False
    """Whether a row may have so many target rows that fetching all of them for a page is out of the question."""
    bridge: Through | Lineage | Neighbourhood | None = None
    designation: Column | None = None
    """Set for a link from names to what bears them: the column of the names, as `schema.designation` spells them."""

    @property
    def converts(self) -> bool:
        """Whether the two columns differ in type: a number kept as text at one end."""
        return not self.bridge and self.from_column.type.sql != self.to_column.type.sql

    @property
    def between(self) -> tuple[Table, ...]:
        """The tables that its bridge reads."""
        match self.bridge:
            case None:
                return ()
            case Neighbourhood():
                return (self.bridge.table,)
            case _:
                return (self.bridge.table,)


@dataclass(frozen=True, eq=False)
class Version:
    """A part of a source's data version: queried every second, so it must be cheap."""

    table: Table
    latest: Column | None = None
    """Indexed column whose largest value moves with every change; None for a small table compared whole."""


@dataclass(frozen=True, eq=False)
class Source:
    """A database behind the hub, or a part of the hub that holds tables of our own."""

    name: str
    title: str
    description: str
    declared: tuple[Table, ...]
    """All that is declared, what nobody may read too."""
    links: tuple[Link, ...]
    version: "tuple[Version, ...]" = ()
    """What shows at once that its rows have changed, beside the statistics of its PostgreSQL."""
    channel: str = "gateway_changed"
    """NOTIFY channel on which it may announce changes itself (`sql/sources/changes.sql`)."""
    former: str = ""
    """Name of its schema in hubs that an earlier release installed."""
    origin: Origin | None = None
    """Where its data come from, for the registry and in VOTables; None for what the gateway makes for itself."""
    rights: tuple[Right, ...] = ()
    """Which of its columns not everybody may see."""
    by_date: tuple[Right, ...] = ()
    """Which of its columns have another value for everybody, once an instant has passed."""
    openings: tuple[tuple[Table, ColumnSql], ...] = ()
    """Tables, with the instants (UTC) of their rows by which those change, that none of its rights has."""
    owned: "tuple[Ownership, ...]" = ()
    """The tables that are written, each with the right of its rows."""

    @cached_property
    def ownership(self) -> "Mapping[Table, Ownership]":
        """The rights of the tables that are written."""
        return {right.table: right for right in self.owned}

    @cached_property
    def releases(self) -> tuple[tuple[Right, Column], ...]:
        """The rights by which its rows open to everybody as time passes, each with the column that says when."""
        return tuple((right, right.released) for right in self.rights if right.released)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables that anybody may read: doors, the hub and its roles know no others."""
        return tuple(table for table in self.declared if table.readers is Readers.ANYBODY)

    @cached_property
    def withheld(self) -> tuple[Table, ...]:
        """The tables that nobody may read."""
        return tuple(table for table in self.declared if table.readers is Readers.NOBODY)
