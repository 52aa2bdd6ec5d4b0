"""The fields `tables` and `dataModels`: declared tables and columns, and columns grouped by UCD or name.

No database is queried: the values change only when a table is published.
"""

import fnmatch
import glob
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Annotated, Any

import strawberry

from planning.errors import BadInput
from schema.catalog import ALL, Catalog, suggestion
from schema.column import Column, Quantity
from schema.table import Table


@strawberry.type(description="What a column may hold, and what that means")
class ColumnCode:
    """A code of a closed list: a number, a text, or a bit of a number."""

    value: str = strawberry.field(description="What the column holds; of a column of flags the bit, from 0")
    name: str = strawberry.field(description="Its name in GraphQL")
    description: str = strawberry.field(description="What it means")


@strawberry.type(description="A column of a table, as it is declared")
class ColumnDescription:
    """The GraphQL type of a declared column."""

    name: str = strawberry.field(description="Its name in tables of the Virtual Observatory")
    field: str = strawberry.field(description="Its name in GraphQL, as orderBy and groupBy want it")
    path: str = strawberry.field(description="Where rows have it, as `vmag.error`: what selects it, and where wants it")
    type: str = strawberry.field(description="Its GraphQL type")
    datatype: str = strawberry.field(description="Its VOTable datatype")
    unit: str | None = strawberry.field(description="Its unit, as VOUnits spells it")
    ucd: str | None = strawberry.field(description="What it is: a UCD1+")
    utype: str | None = strawberry.field(description="Its place in a data model of the IVOA")
    description: str = strawberry.field(description="What it holds")
    former: str | None = strawberry.field(description="Its name in an earlier published version")
    indexed: bool = strawberry.field(description="Whether ordering or selecting by it is cheap")
    principal: bool = strawberry.field(description="Whether it is among those that most readers want")
    nullable: bool = strawberry.field(description="Whether a row may lack it")
    codes: list[ColumnCode] = strawberry.field(description="What it may hold, where that is a closed list; else none")
    are_bits: bool = strawberry.field(description="Whether codes are bits of a number, of which several may be set")
    table: str = strawberry.field(description="Its table, as `obsportal.exposure`")
    source: str = strawberry.field(description="Its database, as `obsportal`")


@strawberry.type(description="A table, as it is declared")
class TableDescription:
    """The GraphQL type of a declared table."""

    name: str = strawberry.field(description="Its name, as `obsportal.exposure`")
    source: str = strawberry.field(description="Its database, as `obsportal`")
    type: str = strawberry.field(description="Its GraphQL type")
    singular: str = strawberry.field(description="The field of Query for one row")
    plural: str = strawberry.field(description="The field of Query for pages of rows")
    description: str = strawberry.field(description="What a row is")
    positioned: bool = strawberry.field(description="Whether its rows are somewhere on the sky: cone applies")
    key: str | None = strawberry.field(description="The field that a row is known by, as `jsdcId`")
    columns: list[ColumnDescription] = strawberry.field(description="Its columns, in published order")


@strawberry.type(description="Columns of all databases that mean, or are called, the same")
class ColumnGroup:
    """Columns with one UCD, or with one name whatever its case."""

    key: str | None = strawberry.field(description="The UCD, or the name in lower case; null for columns without UCD")
    sources: list[str] = strawberry.field(description="The databases that have such a column")
    units: list[str] = strawberry.field(description="The units that they are in")
    columns: list[ColumnDescription] = strawberry.field(description="The columns")


@strawberry.enum(name="Comparison", description="What columns are compared by")
class ColumnGrouping(Enum):
    """Values of the argument `groupBy` of `dataModels`."""

    UCD = strawberry.enum_value("UCD", description="By what they are")
    NAME = strawberry.enum_value("NAME", description="By what they are called")


def describe_tables(catalog: Catalog) -> tuple[TableDescription, ...]:
    """Describe every table of a catalogue; descriptions are cached by table."""
    return tuple(_table(table) for table in catalog.tables.values())


@cache
def _table(table: Table) -> TableDescription:
    return TableDescription(
        name=table.qualified,
        source=table.source,
        type=table.type_name,
        singular=table.singular,
        plural=table.plural,
        description=table.description,
        positioned=table.position is not None,
        key=next((column.graphql for column in table.columns if column.key), None),
        columns=[_column(table, column, path) for column, path in _paths(table)],
    )


def _paths(table: Table) -> Iterator[tuple[Column, str]]:
    for member in table.members:
        if isinstance(member, Quantity):
            yield from ((column, f"{member.graphql}.{part}") for part, column in member.parts.items() if column)
        else:
            yield member, member.graphql


def _column(table: Table, column: Column, path: str) -> ColumnDescription:
    return ColumnDescription(
        name=column.name,
        field=column.graphql,
        path=path,
        type=column.enumeration.name if column.enumeration else column.type.graphql,
        datatype=column.type.datatype,
        unit=column.unit or None,
        ucd=column.ucd or None,
        utype=column.utype or None,
        description=column.description,
        former=column.former or None,
        indexed=column.indexed,
        principal=column.principal,
        nullable=not (column.required or column.key),
        codes=_codes(column),
        are_bits=column.bits is not None,
        table=table.qualified,
        source=table.source,
    )


def _codes(column: Column) -> list[ColumnCode]:
    listed = column.enumeration or column.vocabulary or column.bits
    members: Iterable[tuple[object, tuple[str, str]]] = listed.members.items() if listed else ()
    return [ColumnCode(value=str(value), name=name, description=text) for value, (name, text) in members]


Source = Annotated[str | None, strawberry.argument(description="Only of this database, as `obsportal`")]
Name = Annotated[str | None, strawberry.argument(description="Only names like this: % any text, _ any character")]
Ucd = Annotated[str | None, strawberry.argument(description='Only UCDs like this, as "phot.mag%"')]
By = Annotated[ColumnGrouping, strawberry.argument(description="What columns are put together by")]


def resolve_tables(
    info: strawberry.Info[Any, None], source: Source = None, name: Name = None
) -> list[TableDescription] | None:
    """Resolve `tables`: those of a source and with a name like a pattern (`%`, `_`); raises `BadInput`."""
    known = [database.name for database in ALL]
    if source is not None and source not in known:
        message = f"There is no database {source[:60]}{suggestion(source, known)}"
        raise BadInput(message)
    pattern = _like(name)
    return [
        table
        for table in describe_tables(info.context.catalog)
        if source in (None, table.source) and (pattern.fullmatch(table.name) or pattern.fullmatch(table.plural))
    ]


def resolve_data_models(
    info: strawberry.Info[Any, None], group_by: By = ColumnGrouping.UCD, ucd: Ucd = None, name: Name = None
) -> list[ColumnGroup] | None:
    """Resolve `dataModels`: columns in groups by UCD or name, sorted; patterns are LIKE's, whatever the case."""
    meant, called = _like(ucd), _like(name)
    groups: dict[str, list[ColumnDescription]] = {}
    for column in (column for table in describe_tables(info.context.catalog) for column in table.columns):
        if meant.fullmatch(column.ucd or "") and (called.fullmatch(column.name) or called.fullmatch(column.field)):
            key = column.name.lower() if group_by is ColumnGrouping.NAME else column.ucd or ""
            groups.setdefault(key, []).append(column)
    return [_group(key, groups[key]) for key in sorted(groups)]


def _group(key: str, columns: list[ColumnDescription]) -> ColumnGroup:
    sources, units = _unique(column.source for column in columns), _unique(column.unit for column in columns)
    return ColumnGroup(key=key or None, sources=sources, units=units, columns=columns)


def _unique(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _like(pattern: str | None) -> re.Pattern[str]:
    """Compile a pattern of LIKE, whatever the case; through a shell pattern, whose match takes linear time."""
    shell = glob.escape("%" if pattern is None else pattern).replace("%", "*").replace("_", "?")
    return re.compile(fnmatch.translate(shell), re.IGNORECASE)


FIELDS: dict[str, Any] = {
    "tables": strawberry.field(resolver=resolve_tables, name="tables", description="Every table, as it is declared"),
    "dataModels": strawberry.field(
        resolver=resolve_data_models, name="dataModels", description="The data models of all databases, side by side"
    ),
}
