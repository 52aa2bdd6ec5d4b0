"""Fields of GraphQL that are made of columns of their row: no columns of their own, in no table of the VO.

They give types to what a source keeps as a number, a text or JSON. What a column declares of its values (`vocabulary`,
`bits`, `instant`) makes one each; the others are listed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from types import MappingProxyType

from schema.column import Column, Vocabulary
from schema.obsportal import PROJECTED_BASELINES
from schema.table import Table
from schema.uv_types import uv_columns

UNKNOWN = "UNKNOWN"
"""The word for a value that a vocabulary has not: the field beside it has the value itself."""


class Form(Enum):
    """What a field makes of its columns."""

    TERM = auto()
    """The word of a vocabulary that a text is."""
    BITS = auto()
    """The words of the bits that are set in a number."""
    INSTANT = auto()
    """The time of an MJD in UTC."""
    BASELINES = auto()
    """The projected baselines in a JSON value."""
    PUBLIC = auto()
    """Whether data are open to everybody: of rights and release date."""
    UV = auto()
    """What is covered of the uv plane."""
    UNTIL = auto()
    """When data that are not public become so: of rights and release date."""


@dataclass(frozen=True, eq=False)
class DerivedField:
    """A field that is made of columns of the same row."""

    name: str
    form: Form
    columns: tuple[Column, ...]
    description: str
    vocabulary: Vocabulary | None = None
    """Of a term, and of bits."""


@cache
def derived_fields(table: Table) -> Mapping[str, DerivedField]:
    """The derived fields of a table's rows, by name."""
    return MappingProxyType({field.name: field for field in _derived(table)})


@cache
def compared_fields(table: Table) -> Mapping[str, DerivedField]:
    """The derived fields that filters have, by name: instants and terms, each of one column."""
    forms = (Form.INSTANT, Form.TERM)
    return MappingProxyType({name: field for name, field in derived_fields(table).items() if field.form in forms})


@cache
def instants(table: Table) -> Mapping[str, Column]:
    """The columns of MJDs that have an instant beside them, by the name of that."""
    return MappingProxyType({column.instant: column for column in table.columns if column.instant})


COVERAGE = "uv"
"""The field of rows, and of filters, for what is covered of the uv plane."""
NIGHT = "night"
"""The field of a filter for the nights in which rows begin."""


@cache
def night_column(table: Table) -> Column | None:
    """The MJD at which a row begins, which nights are of; None for a table without."""
    return next((column for column in instants(table).values() if column.ucd.startswith("time.start")), None)


def _derived(table: Table) -> Iterator[DerivedField]:
    for column in table.columns:
        yield from _of_column(column)
    if covered := uv_columns(table):
        yield DerivedField(COVERAGE, Form.UV, tuple(covered.values()), "What it covers of the uv plane")
    rights, release = table.by_field.get("dataRights"), table.by_field.get("obsReleaseDate")
    if rights and release:
        both = (rights, release)
        about = "Whether the data are open to everybody: public, or released by now"
        yield DerivedField("isPublic", Form.PUBLIC, both, about)
        about = "When the data become open to everybody; null where they are public, and where nobody knows when"
        yield DerivedField("dataRightsUntil", Form.UNTIL, both, about)


def _of_column(column: Column) -> Iterator[DerivedField]:
    if column.vocabulary:
        about = f"{column.graphql} as a word of a list; UNKNOWN where it is none of it"
        yield DerivedField(f"{column.graphql}Term", Form.TERM, (column,), about, column.vocabulary)
    if column.bits:
        about = f"The bits of {column.graphql} as words: none of them for 0"
        yield DerivedField(f"{column.graphql}Bits", Form.BITS, (column,), about, column.bits)
    if column.instant:
        yield DerivedField(
            column.instant, Form.INSTANT, (column,), f"{column.description.split(' (')[0]}, as an instant"
        )
    if column is PROJECTED_BASELINES:
        about = "Its baselines projected on the sky, at its start and end"
        yield DerivedField("projectedBaselines", Form.BASELINES, (column,), about)
