"""Values in the text of a statement, for COPY, which binds none.

Those of a cone and of most conditions are written here; PostgreSQL itself writes the others as literals, for a round
trip more.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from planning.errors import TooMuch
from planning.operands import BITS
from planning.sql import Statement

PLACE = re.compile(r"CAST\(\$(\d+) AS ([a-z][a-z ]*(?:\[\])?)\)")
"""How `planning.sql` and `adql` write a value that is bound: its number and its type."""
MOST = 32_767
"""Values of a statement: the protocol of PostgreSQL counts them in 16 bits."""


SOUND = re.compile("[^\0\ud800-\udfff]*")
"""A text that PostgreSQL can hold."""


def quoted(value: str) -> str:
    """A text as an SQL literal (standard_conforming_strings is on everywhere since PostgreSQL 9.1)."""
    return "'" + value.replace("'", "''") + "'"


async def inlined(connection: asyncpg.Connection | PoolConnectionProxy, statement: Statement) -> str:
    """The text of a statement with its values as literals.

    asyncpg's own `copy_from_query` would do so, but asks PostgreSQL for the types anew each time, which takes as long
    as a cone search. Raises `TooMuch` for more than `MOST` values, and what the driver raises for a value that is not
    of its type.
    """
    if not statement.values:
        return statement.text
    if len(statement.values) > MOST:
        message = f"The query has {len(statement.values)} values: at most {MOST} are allowed; upload a table of them"
        raise TooMuch(message)
    types = {int(number): kind for number, kind in PLACE.findall(statement.text)}
    literals = {number: literal(statement.values[number - 1], kind) for number, kind in types.items()}
    unwritten = [number for number, text in literals.items() if text is None]
    if unwritten:
        literals |= await _written_there(connection, statement, {number: types[number] for number in unwritten})
    return PLACE.sub(lambda place: f"CAST({literals[int(place[1])]} AS {place[2]})", statement.text)


async def _written_there(
    connection: asyncpg.Connection | PoolConnectionProxy, statement: Statement, types: Mapping[int, str]
) -> dict[int, str]:
    """Literals of these values, by their numbers, as PostgreSQL writes them."""
    places = {number: place for place, number in enumerate(types, 1)}
    listed = ", ".join(f"quote_nullable(CAST(${places[number]} AS {kind}))" for number, kind in types.items())
    values = [statement.values[number - 1] for number in types]
    # One array, not a column each: PostgreSQL has at most 1664 columns.
    return dict(zip(types, await connection.fetchval(f"SELECT ARRAY[{listed}]", *values), strict=True))


def literal(value: Any, kind: str) -> str | None:
    r"""A value as an SQL literal of a type; None where it is left to PostgreSQL, or not a value of that type.

    A text with a backslash is written so that it is the same whatever `standard_conforming_strings` is (manual, section
    4.1.2.2).

    Examples
    --------
    >>> literal(0.1, "double precision"), literal(-5, "bigint"), literal("d'Arrest", "text")
    ("'0.1'", "'-5'", "'d''Arrest'")
    >>> literal("5", "bigint") is None
    True
    """
    if value is None:
        return "NULL"
    write = _WRITERS.get(kind)
    return write(value) if write else None


def _real(value: Any) -> str | None:
    if type(value) is not float:
        return None
    if math.isfinite(value):
        return f"'{value!r}'"
    return "'NaN'" if math.isnan(value) else "'Infinity'" if value > 0 else "'-Infinity'"


def _whole(bits: int) -> Callable[[Any], str | None]:
    bound = 2**bits

    def write(value: Any) -> str | None:
        return f"'{value}'" if type(value) is int and -bound <= value < bound else None

    return write


def _text(value: Any) -> str | None:
    if type(value) is not str or not SOUND.fullmatch(value):
        return None
    return "E" + quoted(value.replace("\\", "\\\\")) if "\\" in value else quoted(value)


def _truth(value: Any) -> str | None:
    return f"'{str(value).lower()}'" if type(value) is bool else None


_WRITERS: Mapping[str, Callable[[Any], str | None]] = {
    "double precision": _real,
    "text": _text,
    "boolean": _truth,
    **{kind.sql: _whole(bits) for kind, bits in BITS.items()},
}
