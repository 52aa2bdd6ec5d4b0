"""Tables and columns by the names that people know them by."""

from planning.errors import BadInput
from schema.catalog import Catalog, suggestion
from schema.table import Column, Table


def find_table(catalog: Catalog, name: str) -> Table:
    """A table by its qualified name (`obsportal.exposure`) or its GraphQL field (`exposures`); raises `BadInput`."""
    found = catalog.tables.get(name) or catalog.by_plural.get(name)
    if found is None:
        message = f"There is no table {name[:60]}{suggestion(name, [*catalog.tables, *catalog.by_plural])}"
        raise BadInput(message)
    return found


def find_column(of: Table, name: str) -> Column:
    """A column by its own name (`exp_id`) or its GraphQL field (`expId`); raises `BadInput`."""
    named = {column.name: column for column in of.columns} | of.by_field
    found = named.get(name)
    if found is None:
        message = f"{of.qualified} has no column {name[:60]}{suggestion(name, list(named))}"
        raise BadInput(message)
    return found
