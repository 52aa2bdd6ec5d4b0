"""The plan: what to fetch, as data. Every request to the gateway becomes one or several of these.

A `StatementShape` holds no value, so that it can be the key of a cache of SQL texts; the values go beside it, in the
order of the shape's conditions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar

from schema.column import Column
from schema.operators import Op
from schema.table import Link, Table


@dataclass(frozen=True, slots=True)
class Compared:
    """A column compared with as many values as the operator's arity says."""

    column: Column
    op: Op


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these hold; of none, true."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds; of none, false."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Negated:
    """A condition that does not hold."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class InCone:
    """The table's position is in a cone: three values, ICRS right ascension, declination and radius in degrees.

    `outside` asks for the complement, which is how radii over 90° are asked of pg_sphere.
    """

    outside: bool = False
    narrow: bool = False
    """Whether the cone is small enough for its rows to be sorted, whatever index there is on their order."""
    bound: ClassVar = 3
    """Number of values."""


@dataclass(frozen=True, slots=True)
class Centred:
    """The rows have a separation (`schema.separation`) from a place: two values, ICRS degrees. True of every row."""

    bound: ClassVar = 2
    """Number of values."""


@dataclass(frozen=True, slots=True)
class InPolygon:
    """The table's position, known to be in a cone of less than 90°, is in a polygon of so many corners within it.

    A ray from the position crosses an odd number of sides, or it is on a side. The values are, for each corner, the
    normals of three planes through the centre of the sphere: before the first is what is below the corner, before the
    second what is on the left of the side that begins there, before the third what is beyond the middle of that side;
    and how far it is from there to the ends of the side (`planning.polygon`).
    """

    corners: int

    @property
    def bound(self) -> int:
        """Number of values."""
        return 10 * self.corners


@dataclass(frozen=True, slots=True)
class InCells:
    """The table's position is in a cell of HEALPix: the values are the numbers of cells, a list for each order."""

    orders: tuple[int, ...]
    narrow: bool = False
    """Whether the ranges of keys that hold the cells are as little of the sky as a narrow cone."""

    @property
    def bound(self) -> int:
        """Number of values."""
        return len(self.orders)


@dataclass(frozen=True, slots=True)
class Nearby:
    """The table's position is near the one of the row that a link starts from: one value, the radius in degrees."""

    many: bool = False
    """Whether the cones of all those rows have so much of the table that reading all of it may be as cheap."""


@dataclass(frozen=True, slots=True)
class SimilarTo:
    """A number differs from the one of the row that a link starts from by no more than the value."""

    column: Column


@dataclass(frozen=True, slots=True)
class Order:
    """One term of ORDER BY."""

    column: Column
    descending: bool = False
    nulls_first: bool = False

    def reversed(self) -> "Order":
        """The same term read backwards."""
        return Order(self.column, not self.descending, not self.nulls_first)


@dataclass(frozen=True, slots=True)
class AfterCursor:
    """The row comes after a cursor in this order; `nulls` tells which of its values are NULL and so not bound."""

    order: tuple[Order, ...]
    nulls: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Untrue:
    """A condition that is false or unknown, as a comparison with NULL is: SQL's IS NOT TRUE, itself never unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Related:
    """A link leads to a row of which the part is true: SQL's EXISTS, never unknown."""

    link: Link
    part: "Condition"


@dataclass(frozen=True, slots=True)
class RelatedCount:
    """The number of rows that a link leads to compares so; only asked such that it is false of no rows at all."""

    link: Link
    compared: Compared
    opposite: bool = False
    """Whether the comparison is to be false."""


Condition = (
    Compared | AllOf | AnyOf | Negated | Untrue | Related | RelatedCount | AfterCursor
    | InCone | Centred | InPolygon | InCells | Nearby | SimilarTo
)  # fmt: skip


def values_of(condition: Condition) -> int:
    """Number of values that a condition binds."""
    match condition:
        case Compared(_, op) | RelatedCount(_, Compared(_, op)):
            return op.arity.bound
        case AllOf(parts) | AnyOf(parts):
            return sum(map(values_of, parts))
        case Negated(part) | Untrue(part) | Related(_, part):
            return values_of(part)
        case InCone() | Centred() | InPolygon() | InCells():
            return condition.bound
        case AfterCursor(_, nulls):
            return nulls.count(False)
        case _:
            return 1


def related_tables(conditions: "Iterable[Condition]") -> Iterator[Table]:
    """The tables that conditions on related rows read beside that of the rows themselves."""
    for condition in conditions:
        match condition:
            case AllOf(parts) | AnyOf(parts):
                yield from related_tables(parts)
            case Negated(part) | Untrue(part):
                yield from related_tables((part,))
            case Related(link, part):
                yield from (link.target, *link.between)
                yield from related_tables((part,))
            case RelatedCount(link):
                yield from (link.target, *link.between)


@dataclass(frozen=True, slots=True)
class Cell:
    """One output column: where it comes from and under which name it goes out."""

    column: Column
    name: str
    path: tuple[Link, ...] = ()
    """Links to one that lead to it from the plan's table."""
    table: Table | None = None
    """The table that it is of, in a query of several tables; None where the plan has one."""


class Function(StrEnum):
    """What is computed from the values of a group; the value is the GraphQL name."""

    MIN = "min"
    MAX = "max"
    AVG = "avg"
    SUM = "sum"
    STDDEV = "stddev"
    """Standard deviation of a sample: over the number of values less one."""
    MEDIAN = "median"
    COUNT_DISTINCT = "countDistinct"


class BinKind(StrEnum):
    """How values of a column are put together; what is written is the number of the bin."""

    WIDTH = "width"
    """Of one width: the values of the statement are where the first begins, and the width."""
    SPLIT = "split"
    """The same, and the number of bins: what is beyond the last one, as the largest value, is in it."""
    EDGES = "edges"
    """Between edges, an array: 0 is what is below the first one."""
    NIGHT = "night"
    """Of a night, by the day (MJD) on which it begins."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A key of groups that is made of the values of a column: NULL of NULL, NaN and infinities."""

    column: Column
    kind: BinKind

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that it is made of."""
        return (self.column,)


@dataclass(frozen=True, slots=True)
class CellBin:
    """A key of groups that is the nested cell of HEALPix of a place: NULL where there is no place."""

    columns: tuple[Column, Column]
    """Right ascension and declination, ICRS degrees."""
    order: int


Measure = tuple[Function, Column]


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """One term of an order of groups: by a key, by a measure, or by how many rows they have (None)."""

    by: Column | Measure | None
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Having:
    """How the measure of a group, or how many rows it has (None), compares with the next values of the statement."""

    measure: Measure | None
    op: Op


@dataclass(frozen=True, slots=True)
class Grouping:
    """Rows put into groups: the columns of a result are their keys, the number of rows, then the measures.

    Values of the statement are those of the bins, of the conditions on rows, of the conditions on groups.
    """

    by: tuple[Column, ...]
    measures: tuple[Measure, ...] = ()
    largest_first: bool = False
    """Whether larger groups come first, and only groups of one size in the order of their keys."""
    bins: tuple[Bin | CellBin, ...] = ()
    """Keys after those of `by`."""
    order: tuple[GroupOrder, ...] = ()
    """What comes before the order of the keys, which makes it total."""
    having: tuple[Having, ...] = ()

    @property
    def several(self) -> bool:
        """Whether there may be several groups, or none: without keys there is one, of whatever rows."""
        return bool(self.by or self.bins)

    def columns(self) -> Iterator[Column]:
        """The columns that groups are made of, ordered by, and chosen by."""
        yield from (*self.by, *(column for bin_ in self.bins for column in bin_.columns))
        yield from (column for _, column in self.measures)
        yield from (term.by for term in self.order if isinstance(term.by, Column))
        measured = (*(term.by for term in self.order), *(condition.measure for condition in self.having))
        yield from (measure[1] for measure in measured if isinstance(measure, tuple))


@dataclass(frozen=True, slots=True)
class StatementShape:
    """A statement without its values."""

    table: Table
    cells: tuple[Cell, ...]
    conditions: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    """Rows left out from the start, for pages that are requested by their number."""
    link: Link | None = None
    """Fetch the targets of this link from many rows at once: their keys are the first value, and the first column."""
    count: bool = False
    """Count the rows, for each key of `link` if there is one, instead of fetching them."""
    grouping: Grouping | None = None
    """Fetch groups of rows instead of rows; None for rows."""

    @property
    def scattered(self) -> bool:
        """Whether its rows are selected by position, so that an index on their order would be of no use."""
        return any(isinstance(part, Nearby) or (isinstance(part, InCone) and part.narrow) for part in self.conditions)


@dataclass(frozen=True, slots=True)
class Plan:
    """A shape with its values."""

    shape: StatementShape
    values: tuple[Any, ...] = ()

    @property
    def table(self) -> Table:
        """The table whose rows it fetches."""
        return self.shape.table

    def with_cells(self, cells: tuple[Cell, ...]) -> "Plan":
        """The same rows with other columns."""
        return replace(self, shape=replace(self.shape, cells=cells))

    def counting(self) -> "Plan":
        """The plan that counts what this one lists, without its cursor and limit; a cursor is the last condition."""
        shape = self.shape
        kept = tuple(condition for condition in shape.conditions if not isinstance(condition, AfterCursor))
        dropped = sum(null is False for c in shape.conditions if isinstance(c, AfterCursor) for null in c.nulls)
        values = self.values[: len(self.values) - dropped] if dropped else self.values
        return Plan(replace(shape, cells=(), conditions=kept, order=(), limit=None, count=True), values)


@dataclass(frozen=True, slots=True)
class Selected:
    """Conditions and their values, in one order; `+` joins two, all of which must hold."""

    conditions: tuple[Condition, ...] = ()
    values: tuple[Any, ...] = ()

    def __add__(self, other: "Selected") -> "Selected":
        return Selected(self.conditions + other.conditions, self.values + other.values)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a connection: at most so many rows, in an order, after a cursor."""

    limit: int
    order: tuple[Order, ...]
    beyond: Selected = field(default_factory=Selected)
    """The rows after the cursor (`AfterCursor`), or before it if `backwards`; empty for the first page."""
    backwards: bool = False
    """Whether it is counted from the end: `last` and `before`."""
    centre: tuple[float, ...] = ()
    """Where separations are measured from, if the order is by them: right ascension and declination, ICRS degrees."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its order."""
        return tuple(term.column for term in self.order)

    @property
    def sql_order(self) -> tuple[Order, ...]:
        """The order to ask PostgreSQL for: reversed for a page counted from the end."""
        return tuple(term.reversed() for term in self.order) if self.backwards else self.order
