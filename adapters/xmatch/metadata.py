"""Describe our tables as CDS X-Match describes its own (`tables?action=…`)."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from adapters.votable.parameters import Parameters, format_name
from adapters.xmatch.catalogues import EPOCH_J2000, CellIndex, cell_index, matchable_tables
from planning.errors import BadInput
from schema.catalog import Catalog
from schema.column import Column
from schema.table import Table

COLUMN = ("name", "unit", "ucd", "datatype", "description")
TEXTS = {"csv": ("text/csv", ","), "tsv": ("text/tab-separated-values", "\t"), "txt": ("text/plain", "\t")}


def catalogue_metadata(
    catalog: Catalog, parameters: Parameters, rows: Callable[[Table], int | None]
) -> tuple[bytes, str]:
    """Write the document of an action.

    Parameters
    ----------
    parameters
        By lower-case name: action, tabName, RESPONSEFORMAT.
    rows
        Returns the number of rows of a table, None if it is not known.

    Returns
    -------
    tuple
        The document and its media type.

    Raises
    ------
    BadInput
        The action or format is not offered.
    NotFound
        There is no such table.
    """
    names = matchable_tables(catalog)
    match parameters.get("action", ""):
        case "getVizieRTableNames":
            return _formatted(parameters, names, [[name] for name in names], ())
        case "getPrettyNames" | "getAliases":
            return _formatted(parameters, {name: name for name in names}, [[name, name] for name in names], ())
        case "getInfo":
            return orjson.dumps(_info(_index(catalog, parameters), rows)), "application/json"
        case "getColList":
            index = _index(catalog, parameters)
            columns = [_column(column, index.name(column)) for column in index.columns]
            return _formatted(parameters, columns, [list(column.values()) for column in columns], COLUMN)
        case "":
            return orjson.dumps(
                [_info(cell_index(catalog, name, EPOCH_J2000), rows) for name in names]
            ), "application/json"
        case other:
            message = f"action={other[:40]} is not offered: getVizieRTableNames, getInfo, getColList, getPrettyNames"
            raise BadInput(message)


def _index(catalog: Catalog, parameters: Parameters) -> CellIndex:
    return cell_index(catalog, parameters.get("tabname", ""), EPOCH_J2000)


def _info(index: CellIndex, rows: Callable[[Table], int | None]) -> Mapping[str, Any]:
    table = index.table
    return {"name": table.qualified, "prettyName": table.plural, "desc": table.description, "nbrows": rows(table)}


def _column(column: Column, name: str) -> dict[str, str]:
    values = (name, column.unit, column.ucd, column.type.datatype, column.description)
    return dict(zip(COLUMN, values, strict=True))


def _formatted(
    parameters: Parameters, value: Any, lines: Sequence[Sequence[str]], head: Sequence[str]
) -> tuple[bytes, str]:
    form = (format_name(parameters) or "json").lower()
    if form == "json":
        return orjson.dumps(value), "application/json"
    if form not in TEXTS:
        message = f"RESPONSEFORMAT={form[:40]} is not offered here: json, csv, tsv or txt"
        raise BadInput(message)
    media_type, delimiter = TEXTS[form]
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter, lineterminator="\n").writerows([*([head] if head else []), *lines])
    return output.getvalue().encode(), media_type
