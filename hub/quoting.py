"""Values in the text of a statement: of those for COPY, which binds none, PostgreSQL writes each as a literal."""

import re

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from planning.errors import TooMuch
from planning.sql import Statement

PLACE = re.compile(r"CAST\(\$(\d+) AS ([a-z][a-z ]*(?:\[\])?)\)")
"""How `planning.sql` and `adql` write a value that is bound: its number and its type."""
MOST = 32_767
"""Values of a statement: the protocol of PostgreSQL counts them in 16 bits."""


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
    listed = ", ".join(f"quote_nullable(CAST(${number} AS {types[number]}))" for number in sorted(types))
    # One array, not a column each: PostgreSQL has at most 1664 columns.
    quoted = await connection.fetchval(f"SELECT ARRAY[{listed}]", *statement.values)
    return PLACE.sub(lambda place: f"CAST({quoted[int(place[1]) - 1]} AS {place[2]})", statement.text)
