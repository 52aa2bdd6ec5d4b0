"""What tables and columns are called in a statement: by our names in the hub, by their own at their source."""

from schema.column import Column
from schema.table import Table


def relation_name(table: Table, *, direct: bool) -> tuple[str, str]:
    """Schema and name of a table; `direct` for a statement that goes straight to its source."""
    schema, _, name = (table.remote if direct else table.qualified).partition(".")
    return schema, name


def column_name(column: Column, *, direct: bool) -> str:
    """Name of a column; `direct` for a statement that goes straight to its source."""
    return column.remote_name if direct else column.sql


def column_sql(column: Column, alias: str, *, direct: bool) -> str:
    """SQL of a column of the relation that a statement calls `alias`; a computed one in parentheses."""
    if column.computed is None:
        return f'{alias}."{column_name(column, direct=direct)}"'
    others = (column_sql(other, alias, direct=direct) for other in column.computed.columns)
    return f"({column.computed.text.format(*others)})"
