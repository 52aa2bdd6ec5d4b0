"""Rows that are hard: every column has NULL, and each value more than once; floats are NaN and infinite too."""

from hub.rows import Connection
from schema.column import Column
from schema.foreign import ROLE
from schema.table import Table
from schema.types import BOOLEAN, DATETIME, DOUBLE, FLOAT, INSTANT, INT, JSON, LONG, SHORT, Scalar

ROWS = 11
HOSTILE = {
    FLOAT: ("'NaN'", "'-Infinity'", "'Infinity'", "0.38144228", "-3.4e38"),
    DOUBLE: ("'NaN'", "'-Infinity'", "'Infinity'", "0.1", "-1.7976931348623157e308"),
    SHORT: ("-32768", "0", "32767", "7", "7"),
    INT: ("-2147483648", "0", "2147483647", "7", "7"),
    LONG: ("-9223372036854775808", "0", "9223372036854775807", "9007199254740993", "7"),
    BOOLEAN: ("true", "false", "true", "false", "true"),
    INSTANT: ("'2022-01-14 10:40:32.123456+00'", "'-infinity'", "'infinity'", "'20000-01-02+00'", "'0044-03-15+00 BC'"),
    DATETIME: ("'2022-01-14 10:40:32.123456'", "'-infinity'", "'infinity'", "'20000-01-02'", "'0044-03-15 BC'"),
}
TEXTS = ("''", "'é'", "'a'", "'A'", "'\U0001f52d'")


async def fill(owner: Connection, table: Table) -> None:
    columns = ", ".join(f'"{column.sql}" {column.type.sql}' for column in table.columns)
    rows = ", ".join(f"({', '.join(_value(table, column, row) for column in table.columns)})" for row in range(ROWS))
    await owner.execute(
        f"CREATE SCHEMA IF NOT EXISTS {table.source}; CREATE TABLE {table.qualified} ({columns}); INSERT INTO {table.qualified} VALUES {rows};"
        f"GRANT USAGE ON SCHEMA {table.source} TO {ROLE}; GRANT SELECT ON {table.qualified} TO {ROLE}"
    )


def _value(table: Table, column: Column, row: int) -> str:
    """Keys count up; every other column repeats five values and NULL, in an order of its own."""
    if column is table.key:
        return _key(column.type, (row * 7) % ROWS)
    if column.never_null or column.type is JSON:
        return "NULL" if column.type is JSON else _key(column.type, row % 3)
    at = (row * (1 + table.columns.index(column) % 5)) % 6
    return "NULL" if at == 5 else HOSTILE.get(column.type, TEXTS)[at]


def _key(kind: Scalar, number: int) -> str:
    if kind is BOOLEAN:
        return "true" if number % 2 else "false"
    if kind in (INSTANT, DATETIME):
        return f"'2024-01-{number + 1:02d}'"
    return str(number) if kind in (SHORT, INT, LONG) else f"'k{number}'"
