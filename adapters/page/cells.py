"""Cells of files that spreadsheets open."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any


def harmless(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Cells that no spreadsheet takes for a formula."""
    for row in rows:
        yield [f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "@")) else cell for cell in row]
