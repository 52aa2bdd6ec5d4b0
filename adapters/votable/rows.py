"""How PostgreSQL writes a row: the SELECT list of a COPY, as text cells or as one BINARY2 row (VOTable 1.4 section 5.4).

Statements run with an empty search_path, so only `pg_catalog` and `gw.utf16` (sql/hub/utf16.sql) are named here.
"""

from collections.abc import Iterator, Sequence

from resolvers.plan import Cell
from schema.types import ASCII, BOOLEAN, DATETIME, DOUBLE, FLOAT, INSTANT, INT, LONG, SHORT

Expressions = Sequence[tuple[Cell, str]]
SEND = {
    SHORT: ("int2send", "0000"),
    INT: ("int4send", "00" * 4),
    LONG: ("int8send", "00" * 8),
    FLOAT: ("float4send", "7fc00000"),
    DOUBLE: ("float8send", "7ff8" + "00" * 6),
}
"""Function that gives the bytes of a number, and the bytes that stand for NULL under the mask."""
NO_TEXT = r"'\x00000000'::bytea"
WORD = 64


def text_row(expressions: Expressions) -> str:
    """One expression a cell, for `COPY … (FORMAT text)` and `csv`."""
    return ", ".join(cell.column.type.text.format(expression) for cell, expression in expressions)


def binary2_row(expressions: Expressions) -> str:
    """One bytea a row: a null mask, first column in the highest bit, then every value big-endian, text with its length.

    `char` outside ASCII becomes `?`: astropy refuses the whole table for one such byte.
    """
    nulls = [expression for _, expression in expressions]
    masks = [_mask(nulls[first : first + WORD]) for first in range(0, len(nulls), WORD)]
    return _joined([*masks, *(_value(cell, expression) for cell, expression in expressions)])


def _mask(expressions: Sequence[str]) -> str:
    size = (len(expressions) + 7) // 8
    bits = " | ".join(f"CASE WHEN {x} IS NULL THEN {bit} ELSE 0::int8 END" for x, bit in zip(expressions, _bits(), strict=False))
    return f"substring(int8send({bits}) FROM 1 FOR {size})"


def _bits() -> Iterator[str]:
    yield f"'{-(2**63)}'::int8"
    yield from (f"{2**power}::int8" for power in range(WORD - 2, -1, -1))


def _joined(parts: Sequence[str]) -> str:
    # A tree: joined from left to right, every value would be copied once for each that follows it.
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_joined(parts[:middle])} || {_joined(parts[middle:])})"


def _value(cell: Cell, x: str) -> str:
    kind = cell.column.type
    if kind in SEND:
        send, null = SEND[kind]
        return rf"coalesce({send}({x}), '\x{null}'::bytea)"
    if kind is BOOLEAN:
        return rf"CASE {x} WHEN true THEN '\x54'::bytea WHEN false THEN '\x46'::bytea ELSE '\x3f'::bytea END"
    if kind is ASCII:
        return _ascii(f"{x}::text")
    if kind in (INSTANT, DATETIME):
        # Padded, so that the length is true in the year 10000 too, without printing the time twice.
        return rf"coalesce('\x00000018'::bytea || textsend(rpad({kind.text.format(x)}, 24)), {NO_TEXT})"
    return f"coalesce(gw.utf16({kind.text.format(x)}), {NO_TEXT})"


def _ascii(x: str) -> str:
    plain = f"int4send(octet_length({x})) || textsend({x})"
    mended = rf"int4send(length({x})) || textsend(regexp_replace({x}, '[^\u0001-\u007f]', '?', 'g'))"
    return f"CASE WHEN {x} IS NULL THEN {NO_TEXT} WHEN octet_length({x}) = length({x}) THEN {plain} ELSE {mended} END"
