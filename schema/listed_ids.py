"""Bridges from rows to those whose identifiers they list in a JSON column: a relation of row and identifier.

No database has such a relation: each is a view that stands in the statement itself, over the table with the lists.
"""

from dataclasses import replace

from schema.column import Column, ColumnSql
from schema.table import Definition, Table, Through

ELEMENT = "(element #>> '{{}}')"
"""SQL of an element of a list, as text."""
NUMBER = f"{ELEMENT} ~ '^[1-9][0-9]{{{{0,17}}}}$'"
"""SQL of whether one is a number that an identifier can be; else it is that of no row."""


def listed_ids(table: Table, field: str, target: Column) -> Through:
    """The bridge from a table's rows, by their key, to rows of another that they list by `target`.

    Parameters
    ----------
    field
        Column with the lists, by its GraphQL name: of texts, or of numbers. Elements of other kinds lead nowhere, what
        is no list has none, and what is listed twice leads there once.
    """
    number = target.type.sql != "text"
    element = f"{ELEMENT}::{target.type.sql}" if number else ELEMENT
    kept = f" WHERE {NUMBER}" if number else ""
    elements = f"unnest(ARRAY(SELECT DISTINCT {element} FROM jsonb_path_query({{}}, '$[*]') AS element{kept}))"  # noqa: S608 - of declarations
    lists, listed = table.by_field[field], replace(target, key=False)
    values = {table.key: ColumnSql("{}", (table.key,)), listed: ColumnSql(elements, (lists,))}
    view = Table(
        table.source,
        f"{table.name}_{lists.sql}",
        table.remote,
        f"{table.type_name}{lists.sql}",
        f"{table.plural}{lists.sql}",
        f"{lists.description}, one each",
        tuple(values),
        rows=table.rows,
        definition=Definition(table, values),
        alias=True,
    )
    return Through(view, table.key, listed)
