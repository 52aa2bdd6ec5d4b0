"""The table that a door for places is asked for."""

from planning.errors import NotFound
from schema.catalog import Catalog, suggestion
from schema.table import Table


def positioned_table(catalog: Catalog, name: str, what: str) -> Table:
    """The table of this qualified name.

    Raises `NotFound`, which says that there is no `what` of it, as "HiPS", where none such has positions.
    """
    table = catalog.positioned.get(name)
    if table is None:
        message = f"There is no {what} of {name[:60]!r}{suggestion(name, list(catalog.positioned))}"
        raise NotFound(message)
    return table
