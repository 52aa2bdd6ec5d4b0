"""A table to be published: what is known of it before its rows are there, and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from schema.column import Column, Enumeration, Quantity
from schema.jsdc import CONFIDENCE, ORIGIN
from schema.published import NAME
from schema.table import Table
from schema.types import ASCII, TEXT

MAIN = ";meta.main"
"""End of the UCDs of the columns that are a table's position."""
LIKELY = ("meta.id", "ID_", "phot.mag", "PHOT_", "time.", "TIME_", "src.", "SPECT_TYPE")
"""What UCDs of columns that people select by begin with."""
MOST_INDEXES = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A table whose rows have not been seen."""

    name: str
    """Name in the schema `published`."""
    type_name: str
    """GraphQL object type."""
    plural: str
    """GraphQL field of its connection."""
    description: str
    loaded: tuple[Column, ...]
    """Columns that the rows fill, in their order."""
    constants: Mapping[Column, str]
    """Columns that are the same in all rows (PARAMs of the document), with their SQL."""
    computed: Mapping[Column, str]
    """Columns that are computed from others of the row, with their SQL."""
    quantities: tuple[Quantity, ...]
    keys: tuple[Column, ...]
    """Candidates for the key, best first."""
    number: Column
    """The number of the row, for a table that has no other key."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns but the number."""
        return (*self.loaded, *self.constants, *self.computed)

    @property
    def coded(self) -> dict[Column, Enumeration]:
        """Columns that may hold codes of JSDC's lists of origins and confidences."""
        origins = {quantity.origin: ORIGIN for quantity in self.quantities if quantity.origin}
        return origins | {quantity.confidence: CONFIDENCE for quantity in self.quantities if quantity.confidence}

    @property
    def position(self) -> tuple[Column, Column] | None:
        """Right ascension and declination, ICRS degrees; None for a table that has none."""
        main = {column.ucd: column for column in self.columns if column.ucd.endswith(MAIN)}
        ra, dec = (main.get(f"pos.eq.{axis}{MAIN}") for axis in ("ra", "dec"))
        return (ra, dec) if ra and dec else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows say of a draft's columns."""

    unique: frozenset[Column]
    """Candidates for the key that identify a row."""
    unicode: frozenset[Column]
    """Text beyond ASCII, whatever its FIELD says."""
    coded: frozenset[Column]
    """Columns whose values are codes of their list."""
    long: frozenset[Column]
    """Text that is too long for an index, and so for a key."""


def settled(drafted: Draft, facts: Facts) -> Table:
    """The table as it is declared: with its key, indexes, types and quantities."""
    key = next((column for column in drafted.keys if column in facts.unique - facts.long), drafted.number)
    columns = (drafted.number, *drafted.columns) if key is drafted.number else drafted.columns
    likely = [column for column in drafted.loaded if column.ucd.startswith(LIKELY) and column.type.orderable]
    indexed = [column for column in likely if column not in facts.long][:MOST_INDEXES]
    final = {
        column: replace(
            column,
            key=column is key,
            required=column is key,
            indexed=column is key or column in indexed,
            type=TEXT if column in facts.unicode and column.type is ASCII else column.type,
            enumeration=drafted.coded.get(column) if column in facts.coded else None,
        )
        for column in columns
    }
    quantities = [settled for drawn in drafted.quantities if (settled := _settled_quantity(drawn, final, facts))]
    members = tuple(_members(tuple(final.values()), quantities))
    qualified = f"{NAME}.{drafted.name}"
    return Table(NAME, drafted.name, qualified, drafted.type_name, drafted.plural, drafted.description, members)


def spelled(column: Column) -> str:
    """A column's name as its document has it."""
    return column.given or column.name


def _settled_quantity(quantity: Quantity, final: Mapping[Column, Column], facts: Facts) -> Quantity | None:
    """The quantity of the final columns, with those of its codes that are codes; None where only a value is left."""
    origin, confidence = (
        final[column] if column in facts.coded else None for column in (quantity.origin, quantity.confidence)
    )
    settled = Quantity(final[quantity.value], quantity.error and final[quantity.error], origin, confidence)
    return settled if len(settled.columns) > 1 else None


def _members(columns: Sequence[Column], quantities: Sequence[Quantity]) -> Iterator[Column | Quantity]:
    of_value = {quantity.value: quantity for quantity in quantities}
    within = {column for quantity in quantities for column in quantity.columns}
    for column in columns:
        if column in of_value:
            yield of_value[column]
        elif column not in within:
            yield column
