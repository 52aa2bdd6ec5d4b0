"""Tables that a page computes, few rows as they are, for machines: VOTable, CSV, TSV, or objects of JSON."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.page.cells import harmless
from adapters.votable.envelope import OPENINGS, Head, document_footer, document_header
from adapters.votable.formats import CSV, TABLEDATA, TSV, Negotiated
from adapters.votable.inline import tabledata_rows
from planning.plan import Cell
from schema.column import Column

FORMATS = (TABLEDATA, CSV, TSV)
"""In which they are written, beside JSON."""


@dataclass(frozen=True, slots=True)
class ComputedTable:
    """Columns, rows in their order, and what some database could not say."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    warnings: Sequence[str] = ()

    def objects(self) -> Iterator[dict[str, Any]]:
        """Each row by the names of its columns."""
        names = [column.name for column in self.columns]
        for row in self.rows:
            yield dict(zip(names, row, strict=True))


def written(table: ComputedTable, form: Negotiated) -> bytes:
    """The table in one of `FORMATS`; its warnings are INFOs of a VOTable, and lines have no place for them."""
    if form.format.votable:
        cells = tuple(Cell(column, column.name) for column in table.columns)
        warnings = tuple(("WARNING", text) for text in table.warnings)
        head = Head(None, cells, infos=warnings, opening=OPENINGS[form.version])
        return document_header(head, TABLEDATA) + tabledata_rows(table.rows) + document_footer(TABLEDATA)
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter="\t" if form.format is TSV else ",")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(harmless(_texts(table.rows)))
    return lines.getvalue().encode()


def _texts(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield ["" if value is None else value for value in row]
