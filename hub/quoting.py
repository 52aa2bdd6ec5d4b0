"""A text for COPY, which binds nothing: PostgreSQL quotes each value, as the type that the text says it is."""

import re

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from planning.sql import Statement

PLACE = re.compile(r"CAST\(\$(\d+) AS ([a-z][a-z ]*(?:\[\])?)\)")
"""How the compilers write a value."""


async def inlined(connection: asyncpg.Connection | PoolConnectionProxy, statement: Statement) -> str:
    """The text of a statement with its values in it.

    asyncpg would do so too, but asks PostgreSQL for the types anew each time, which takes as long as a cone.
    """
    if not statement.values:
        return statement.text
    kinds = {int(number): kind for number, kind in PLACE.findall(statement.text)}
    listed = ", ".join(f"quote_nullable(CAST(${number} AS {kinds[number]}))" for number in sorted(kinds))
    quoted = await connection.fetchrow(f"SELECT {listed}", *statement.values)
    return PLACE.sub(lambda place: f"CAST({quoted[int(place[1]) - 1]} AS {place[2]})", statement.text)
