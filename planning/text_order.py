"""The order of text: by code points, whatever the collations of the databases are.

PostgreSQL sorts text by the collation of its database, and every database behind the hub has its own: a page sorted by
one of them and continued, or merged, by another loses rows. Where every database of a statement is known to sort by
bytes (which UTF-8 sorts as code points), SQL says nothing, and plain indexes serve. Everywhere else it names the
operators of `text_pattern_ops`, which compare bytes under any collation: postgres_fdw ships them, and an index of that
operator class answers them (PostgreSQL 15 documentation, section 11.10). `COLLATE "C"` would say the same, but is
never shipped: a page would fetch its whole table.

Rows of several databases are sorted, grouped and merged in the hub. There postgres_fdw may have each of them sorted
where it is, in the order of a collation that the hub takes for its own: UNION has then been seen to keep duplicates.
What is grouped there by text is grouped by `COLLATE "C"` as well, by which no source can sort.
"""

from enum import Enum

BYTEWISE = {"<": "~<~", "<=": "~<=~", ">": "~>~", ">=": "~>=~"}
"""Operators that compare text by bytes, for those that compare it by its collation."""
COLLATED = '({}) COLLATE "C"'
"""SQL of a text, sorted by bytes: for what no source is to sort, and no index could answer."""


class TextOrder(Enum):
    """How a statement has text sorted and compared by code points."""

    NATIVE = "Every database of the statement sorts so of itself"
    STRAIGHT = "The database that has the rows does not, and is asked itself"
    SHIPPED = "The one source of the rows does not, or the hub does not; it is asked through the hub"
    MERGED = "The same, of rows of several databases: the hub sorts, groups and merges them"

    def operator(self, symbol: str) -> str:
        """The operator between two texts that `<`, `<=`, `>` or `>=` means; any other symbol is itself."""
        return symbol if self is TextOrder.NATIVE else BYTEWISE.get(symbol, symbol)

    def sorting(self, *, descending: bool) -> str:
        """What ORDER BY says behind a text."""
        if self is TextOrder.NATIVE:
            return "DESC" if descending else "ASC"
        return f"USING {BYTEWISE['>' if descending else '<']}"

    def extreme(self, *, largest: bool) -> str:
        """SQL of the smallest of a group's texts, or of the largest; `{}` is the text."""
        name = "max" if largest else "min"
        if self is TextOrder.SHIPPED:  # no aggregate but an ordered one says by which operator
            return f"percentile_disc({int(largest)}) WITHIN GROUP (ORDER BY {{}} USING ~<~)"
        return f"{name}({{}})" if self is TextOrder.NATIVE else f"{name}({COLLATED})"

    @property
    def merged(self) -> bool:
        """Whether text that the hub groups or unites must be `COLLATED` for it."""
        return self is TextOrder.MERGED
