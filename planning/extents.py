"""Extents: what of a column's values may have to be known before the first of them, as SQL over all rows."""

from collections.abc import Callable, Sequence

from planning.plan import Cell
from schema.types import Scalar

WHOLE = ("unsignedByte", "short", "int", "long")
"""VOTable datatypes of integers."""
TEXTS = ("char", "unicodeChar")
Extent = tuple[int, ...]
"""The figures of `extent`."""
Known = Callable[[Cell], Extent | None]
"""The extent that the values of a cell are within; None where it is not known."""
Measure = Callable[[Sequence[tuple[Cell, str]], Known], str]
"""As `planning.sql.Row`, for figures of all rows, which need not ask for those that are known."""


def nothing_known(_cell: Cell) -> None:
    """Of no cell is an extent known."""


def columnar_text(kind: Scalar, expression: str) -> str:
    """SQL for a value that is no array, as text; of a time without the Z, which FITS has not."""
    text = kind.text.format(expression)
    return f"rtrim({text}, 'Z')" if kind.temporal else text


def extent(cell: Cell, expression: str) -> tuple[str, ...]:
    """Aggregates of a column: of an integer the least, the most and how many are not NULL.

    Of a text, the characters of the longest, as `columnar_text` writes it; of other types nothing.

    Examples
    --------
    Of a short: `min(c0)`, `max(c0)`, `count(c0)`. Of a Unicode text: `max(char_length(c1))`.
    """
    kind = cell.column.type
    if kind.many:
        return ()
    if kind.datatype in WHOLE:
        return (f"min({expression})", f"max({expression})", f"count({expression})")
    if kind.datatype in TEXTS:
        length = "octet_length" if kind.datatype == "char" else "char_length"  # the former reads no text
        return (f"max({length}({columnar_text(kind, expression)}))",)
    return ()
