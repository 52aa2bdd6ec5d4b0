"""Declarations → rows of TAP_SCHEMA, and the DDL of the tables that hold them."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from schema import aliases, obscore, published, tap_schema
from schema.catalog import ALL, EVERY_LINK
from schema.column import Column
from schema.table import Link, Source, Table

Row: TypeAlias = tuple[Table, tuple[str | int | None, ...]]
"""A table of TAP_SCHEMA, and one row's values in its order."""
Spelling: TypeAlias = Callable[[str], str]
"""How ADQL spells a name: in double quotes if it is a reserved word."""
EVERY = (*ALL, aliases.SOURCE, tap_schema.SOURCE)
STANDARD = frozenset((*obscore.MANDATORY, *(column for table in tap_schema.SOURCE.tables for column in table.columns)))
"""Columns that a standard defines."""


def tap_schema_ddl(spelling: Spelling) -> str:
    """DDL of TAP_SCHEMA, filled with all declarations; rows of published tables stay."""
    rows = (row for number, source in enumerate(EVERY, 1) for row in of_source(source, number, spelling))
    schema_ddl = f"CREATE SCHEMA IF NOT EXISTS {tap_schema.NAME};\n" + "".join(map(_table, tap_schema.SOURCE.tables))
    delete = f"DELETE FROM {tap_schema.SCHEMAS.qualified} WHERE schema_name <> '{published.NAME}';\n"  # noqa: S608 - declared
    return schema_ddl + delete + inserts((*rows, *tap_keys(joins(), spelling)))


def of_source(source: Source, number: int, spelling: Spelling) -> Iterator[Row]:
    """Rows of a schema with its tables and columns, without keys."""
    name = schema_name(source.tables[0])
    yield tap_schema.SCHEMAS, (spelling(name), None, f"{source.title}: {source.description}", number)
    for place, table in enumerate(source.tables, 1):
        yield from of_table(table, place, spelling)


def of_table(table: Table, number: int, spelling: Spelling) -> Iterator[Row]:
    """Rows of a table and its columns."""
    schema, name = spelling(schema_name(table)), tap_table_name(table, spelling)
    yield (
        tap_schema.TABLES,
        (schema, name, tap_table_type(table), table.utype or None, table.description or None, number),
    )
    for place, column in enumerate(table.columns, 1):
        yield tap_schema.COLUMNS, (name, *_of_column(table, column, spelling), place)


def schema_name(table: Table) -> str:
    """Name of the schema that a table is listed in."""
    return table.schema or table.source


def tap_table_name(table: Table, spelling: Spelling) -> str:
    """Name of a table, as queries spell it."""
    return ".".join(map(spelling, table.qualified.split(".")))


def tap_table_type(table: Table) -> str:
    """Type of a table: `table` or `view`."""
    return "view" if table.view or table.definition or table.branches else "table"


def flags(table: Table, column: Column) -> dict[str, int]:
    """The columns of TAP_SCHEMA.columns that are 1 or 0."""
    std = column in STANDARD
    return {
        "indexed": int(column.indexed or column in (table.position or ())),
        "principal": int(column.principal or std),
        "std": int(std),
    }


def _of_column(table: Table, column: Column, spelling: Spelling) -> tuple[str | int | None, ...]:
    scalar = column.type
    bound = (scalar.arraysize or "").rstrip("*")
    size = int(bound) if bound.isdigit() else 0
    texts = (column.description, column.utype, column.unit, column.ucd)
    return (
        spelling(column.name), scalar.datatype, scalar.arraysize, scalar.xtype, size or None,
        *(text or None for text in texts), *flags(table, column).values(),
    )  # fmt: skip


def joins() -> Iterator[Link]:
    """Links that are the equality of two columns of one type, from many rows to one: foreign keys."""
    declared = {table for source in EVERY for table in source.tables}
    for link in (*EVERY_LINK, *tap_schema.SOURCE.links):
        if not (link.many or link.bridge or link.converts) and {link.origin, link.target} <= declared:
            yield link


def tap_keys(links: Iterable[Link], spelling: Spelling) -> Iterator[Row]:
    """The rows of foreign keys."""
    for link in links:
        name = f"{link.origin.qualified}.{link.field}"
        ends = tap_table_name(link.origin, spelling), tap_table_name(link.target, spelling)
        yield tap_schema.KEYS, (name, *ends, link.description or None, None)
        yield tap_schema.KEY_COLUMNS, (name, spelling(link.from_column.name), spelling(link.to_column.name))


def inserts(rows: Iterable[Row]) -> str:
    """SQL that adds rows."""
    return "".join(
        f"INSERT INTO {table.qualified} VALUES ({', '.join(map(_literal, row))}) ON CONFLICT DO NOTHING;\n"  # noqa: S608 - values are quoted
        for table, row in rows
    )


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _table(table: Table) -> str:
    columns = [f'"{column.sql}" {column.type.sql}{" NOT NULL" if column.required else ""}' for column in table.columns]
    key = ", ".join(f'"{column.sql}"' for column in table.columns if column.key)
    references = [
        f'FOREIGN KEY ("{link.from_column.sql}") REFERENCES {link.target.qualified} ON DELETE CASCADE'
        for link in tap_schema.SOURCE.links
        if link.origin is table
    ]
    definitions = ",\n".join(f"  {line}" for line in (*columns, f"PRIMARY KEY ({key})", *references))
    return f"CREATE TABLE IF NOT EXISTS {table.qualified} (\n{definitions}\n);\n"
