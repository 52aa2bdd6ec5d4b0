"""Look up declared tables and columns by name, in SQL or GraphQL spelling."""

from planning.errors import BadInput
from schema.catalog import Catalog, suggestion
from schema.column import Column
from schema.table import Table


def find_table(catalog: Catalog, name: str) -> Table:
    """Find a table by qualified name (`obsportal.exposure`) or GraphQL field (`exposures`); raises `BadInput`."""
    table = catalog.tables.get(name) or catalog.by_plural.get(name)
    if table is None:
        message = f"There is no table {name[:60]}{suggestion(name, [*catalog.tables, *catalog.by_plural])}"
        raise BadInput(message)
    return table


def find_column(table: Table, name: str) -> Column:
    """Find a column by its own name (`exp_id`) or its GraphQL field (`expId`); raises `BadInput`."""
    columns = {column.name: column for column in table.columns} | table.by_field
    if name not in columns:
        message = f"{table.qualified} has no column {name[:60]}{suggestion(name, list(columns))}"
        raise BadInput(message)
    return columns[name]
