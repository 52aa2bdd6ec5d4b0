"""SELECT lists of COPY that make PostgreSQL write the rows: as text, JSON, or BINARY2 (VOTable 1.4 section 5.4).

Statements run with an empty search_path, so only `pg_catalog` and `gw.utf16` (sql/hub/utf16.sql) are named here.
"""

from collections.abc import Iterator, Sequence

from planning.extents import Known, columnar_text, extent, nothing_known
from planning.plan import Cell
from planning.routing import HubSql
from schema.types import MOMENT, Scalar, whole_milliseconds
from schema.votable_types import parse_arraysize

Expressions = Sequence[tuple[Cell, str]]
"""Cells, each with its SQL expression."""
SEND = {
    "unsignedByte": ("substring(int2send({}) FROM 2)", "00"),
    "short": ("int2send({})", "0000"),
    "int": ("int4send({})", "00" * 4),
    "long": ("int8send({})", "00" * 8),
    "float": ("float4send({})", "7fc00000"),
    "double": ("float8send({})", "7ff8" + "00" * 6),
    "floatComplex": ("float4send({})", "7fc00000"),
    "doubleComplex": ("float8send({})", "7ff8" + "00" * 6),
    "boolean": (r"CASE {} WHEN true THEN '\x54'::bytea WHEN false THEN '\x46'::bytea END", "3f"),
}
"""By VOTable datatype: SQL for a number's bytes, and the bytes (hexadecimal) that stand for a masked NULL."""
NO_TEXT = r"'\x00000000'::bytea"
"""An empty string: length 0."""
WORD = 64
"""Columns whose null bits are computed in one int8."""
MICROSECONDS = """CASE WHEN {0} > '-infinity' AND {0} < '294247-01-01' THEN
 (extract(epoch FROM {0}) * 1000000)::int8 END"""
"""SQL for microseconds since 1970; NULL for infinite times, and from 294247 on, where int8 ends."""
NO_ELEMENT = "?"
"""NULL within an array, for `columnar.lists`."""
LIST = f"array_to_string({{}}, ' ', '{NO_ELEMENT}')"
"""SQL for an array, for `columnar.lists`: its elements as PostgreSQL prints them, with a blank between."""
JSON_ARRAY = "to_json({})::text"
REALS = ("real[]", "double precision[]")
JSON_REALS = "regexp_replace(to_json({})::text, '\"(NaN|-?Infinity)\"', 'null', 'g')"
"""SQL for an array as JSON; PostgreSQL writes what JSON has no number for as text, in quotes."""
WIDTH = 24
FAR_WIDTH = 27
"""Characters of a time, in years of four digits, and with a sign and six."""
FINER_WIDTH = 3
"""Further characters of one that is no whole milliseconds."""


def text_row(expressions: Expressions) -> str:
    """One expression a cell, for `COPY … (FORMAT text)` and `csv`."""
    return ", ".join(cell.column.type.text.format(expression) for cell, expression in expressions)


def json_row(expressions: Expressions) -> str:
    """One JSON expression a cell, except NaN and infinity: for `COPY … (FORMAT text, NULL 'null')`."""
    return ", ".join(_json(cell.column.type, expression) for cell, expression in expressions)


def columnar_row(expressions: Expressions) -> str:
    """One expression a cell, for `csv`: as text, but times in microseconds since 1970, and arrays by `LIST`."""
    return ", ".join(
        MICROSECONDS.format(expression) if cell.column.type.temporal else _columnar(cell.column.type, expression)
        for cell, expression in expressions
    )


def fits_row(expressions: Expressions) -> str:
    """One expression a cell, for `csv`: as `columnar_row`, but times as text without the Z, which FITS has not."""
    return ", ".join(
        LIST.format(expression) if cell.column.type.many else columnar_text(cell.column.type, expression)
        for cell, expression in expressions
    )


def fits_measure(expressions: Expressions, known: Known = nothing_known) -> str:
    """One row for all: as an array of numbers, how many there are, and what FITS has of each column before them.

    That is its extent (`planning.extents.extent`), which is not asked for where it is `known`. It is empty where there
    are arrays, of which FITS has more.

    Examples
    --------
    Of a Unicode text and a short: `ARRAY[count(*), max(char_length(c0)), min(c1), max(c1), count(c1)]::bigint[]`. Where
    the text is known to have at most 28 characters: `ARRAY[count(*), 28, min(c1), max(c1), count(c1)]::bigint[]`.
    """
    if any(cell.column.type.many for cell, _ in expressions):
        return ""
    figures = [str(figure) for cell, expression in expressions for figure in known(cell) or extent(cell, expression)]
    return f"ARRAY[{', '.join(['count(*)', *figures])}]::bigint[]"


def _columnar(kind: Scalar, expression: str) -> str:
    return (LIST if kind.many else kind.text).format(expression)


def _json(kind: Scalar, expression: str) -> str:
    if kind.datatype == "boolean" and not kind.many:
        return f"({expression})::text"
    if kind.many:
        return (JSON_REALS if kind.sql in REALS else JSON_ARRAY).format(expression)
    if kind.datatype in SEND:
        return expression
    text = kind.text.format(expression)
    return f"""'"' || {text} || '"'""" if kind.temporal else f"to_json(({text})::text)::text"


def binary2_row(expressions: Expressions) -> str:
    r"""One bytea expression for the whole row: null mask, then every value big-endian, text with its length before it.

    The mask has one bit a column, the first column in the highest bit of the first byte; a value that is NULL is sent
    nevertheless, as NaN, 0 or empty. `char` outside ASCII becomes `?`: astropy refuses the table for one such byte.

    Examples
    --------
    `id` int, `mag` float, `name` char[*] become, in short,

        substring(int8send(CASE WHEN id IS NULL THEN -2^63 ELSE 0 END | CASE WHEN mag IS NULL THEN 2^62 … |
                           CASE WHEN name IS NULL THEN 2^61 …) FROM 1 FOR 1)
        || (coalesce(int4send(id), '\x00000000') || (coalesce(float4send(mag), '\x7fc00000') || coalesce(
           int4send(length) || textsend(name), '\x00000000')))

    so (7, NULL, 'Vega') is `40 00000007 7fc00000 00000004 56656761`.
    """
    nulls = [_is_null(cell.column.type, expression) for cell, expression in expressions]
    masks = [_mask(nulls[first : first + WORD]) for first in range(0, len(nulls), WORD)]
    row = _concatenation([*masks, *(_value(cell, expression) for cell, expression in expressions)])
    return HubSql(row) if any(_is_unicode(cell.column.type) for cell, _ in expressions) else row


def _is_unicode(kind: Scalar) -> bool:
    """Whether its values are UTF-16, which `gw.utf16` makes."""
    return kind.datatype == "unicodeChar" and not kind.sql.endswith("[]")


def _is_null(kind: Scalar, expression: str) -> str:
    """The condition for NULL; VOTable has no infinite times, which are NULL as well."""
    return f"isfinite({expression}) IS NOT TRUE" if kind.temporal else f"{expression} IS NULL"


def _mask(conditions: Sequence[str]) -> str:
    """Null bits of up to `WORD` columns, as the whole bytes that they take."""
    size = (len(conditions) + 7) // 8
    bits = [
        f"CASE WHEN {condition} THEN {bit} ELSE 0::int8 END"
        for condition, bit in zip(conditions, _bits(), strict=False)
    ]
    return f"substring(int8send({' | '.join(bits)}) FROM 1 FOR {size})"


def _bits() -> Iterator[str]:
    yield f"'{-(2**63)}'::int8"
    yield from (f"{2**power}::int8" for power in range(WORD - 2, -1, -1))


def _concatenation(parts: Sequence[str]) -> str:
    # A tree: joined from left to right, every value would be copied once for each that follows it.
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_concatenation(parts[:middle])} || {_concatenation(parts[middle:])})"


def _value(cell: Cell, expression: str) -> str:
    kind = cell.column.type
    if kind.sql.endswith("[]"):
        return _array(kind, expression)
    if kind.datatype in SEND:
        send, null = SEND[kind.datatype]
        return rf"coalesce({send.format(expression)}, '\x{null}'::bytea)"
    text = kind.text.format(expression)
    if kind.arraysize is None:
        return _character(kind, text)
    if kind.datatype == "unicodeChar":
        return f"coalesce(gw.utf16({text}), {NO_TEXT})"
    if kind is MOMENT:
        return f"coalesce(int4send(length({text})) || textsend({text}), {NO_TEXT})"
    return _time(text, expression) if kind.temporal else _ascii(f"({text})::text")


def _array(kind: Scalar, expression: str) -> str:
    """All values of an array, with their number before them where it varies; NULL elements are as in `SEND`."""
    send, null = SEND[kind.datatype]
    item = rf"coalesce({send.format('u.e')}, '\x{null}'::bytea)"
    size = parse_arraysize(kind.arraysize).count
    pairs = 2 if kind.datatype.endswith("Complex") else 1
    values = f"(SELECT string_agg({item}, ''::bytea ORDER BY u.n) FROM unnest({expression}) WITH ORDINALITY AS u(e, n))"  # noqa: S608
    if size is not None:
        return rf"coalesce({values}, '\x{null * size * pairs}'::bytea)"
    return f"coalesce(int4send(cardinality({expression}) / {pairs}) || {values}, {NO_TEXT})"


def _character(kind: Scalar, text: str) -> str:
    """A single character, which has no length before it; NUL stands for none."""
    if kind.datatype == "unicodeChar":
        return rf"coalesce(nullif(substring(gw.utf16({text}) FROM 5 FOR 2), ''::bytea), '\x0000'::bytea)"
    first = rf"textsend(regexp_replace(left({text}, 1), '[^\u0001-\u007f]', '?'))"
    return rf"coalesce(nullif({first}, ''::bytea), '\x00'::bytea)"


def _time(text: str, expression: str) -> str:
    # Its length is known without printing it twice.
    year = f"CASE WHEN {expression} >= '0001-01-01' AND {expression} < '10000-01-01' THEN {WIDTH} ELSE {FAR_WIDTH} END"
    finer = f"CASE WHEN {whole_milliseconds(expression)} THEN 0 ELSE {FINER_WIDTH} END"
    return f"coalesce(int4send({year} + {finer}) || textsend({text}), {NO_TEXT})"


def _ascii(text: str) -> str:
    plain = f"int4send(octet_length({text})) || textsend({text})"
    mended = rf"int4send(length({text})) || textsend(regexp_replace({text}, '[^\u0001-\u007f]', '?', 'g'))"
    value = f"CASE WHEN octet_length({text}) = length({text}) THEN {plain} ELSE {mended} END"
    return f"coalesce({value}, {NO_TEXT})"
