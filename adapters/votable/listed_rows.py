"""Small tables as people write them: a VOTable with TABLEDATA, or CSV, to rows of texts by name of column."""

import csv
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from planning.errors import BadInput

NO_VOTABLE = "The document is no VOTable with TABLEDATA: write it so, or as CSV"


def listed_rows(document: str) -> list[dict[str, str]]:
    """The rows of a document, in order, each with the text of its cells by the name of their column.

    A document that begins with `<` is a VOTable, whose first TABLE is read; every other is CSV with a line of names.
    Raises `BadInput` for one that is neither, or has a column twice.
    """
    names, rows = _votable(document) if document.lstrip("\ufeff \t\r\n").startswith("<") else _csv(document)
    if not names or len(set(names)) != len(names):
        message = "The table has no column, or two of one name"
        raise BadInput(message)
    listed = []
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            message = f"Row {number} has {len(row)} cells, for {len(names)} columns"
            raise BadInput(message)
        listed.append(dict(zip(names, row, strict=True)))
    return listed


def _csv(document: str) -> tuple[list[str], Iterator[Sequence[str]]]:
    try:
        rows = [row for row in csv.reader(document.lstrip("\ufeff").splitlines(keepends=True), strict=True) if row]
    except csv.Error as error:
        message = f"The document is no CSV: {error}"
        raise BadInput(message) from error
    return [name.strip() for name in rows[0]] if rows else [], iter(rows[1:])


def tabledata(document: str) -> tuple[list[tuple[str, str]], Iterator[Sequence[str]]]:
    """Name and UCD of each column of a VOTable's first TABLE, and its rows; raises `BadInput` for what is none."""
    try:
        root = fromstring(document.strip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadInput(NO_VOTABLE) from error
    table = next((each for each in root.iter() if _name(each) == "TABLE"), None)
    if table is None or not any(_name(each) == "TABLEDATA" for each in table.iter()):
        raise BadInput(NO_VOTABLE)
    columns = [(each.get("name", ""), each.get("ucd", "")) for each in table if _name(each) == "FIELD"]
    rows = (row for row in table.iter() if _name(row) == "TR")
    return columns, ([(cell.text or "").strip() for cell in row if _name(cell) == "TD"] for row in rows)


def _votable(document: str) -> tuple[list[str], Iterator[Sequence[str]]]:
    columns, rows = tabledata(document)
    return [name for name, _ in columns], rows


def _name(element: Element) -> str:
    """Name of an element without its namespace: one for each version of VOTable."""
    return str(element.tag).rpartition("}")[2]
