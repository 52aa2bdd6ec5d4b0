"""Values written into a text are those that would have been bound, whatever they hold."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.quoting import MOST, inlined
from hub.rows import Connection, connect
from planning.errors import TooMuch
from planning.sql import Statement
from sample.federation import Federation

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.sampled_from(
    ["CAST($1 AS text)", "$2", "E'\\'", "'; DROP TABLE x; --", "\\", "''", "NULL", "{", '"']
)
VALUES = {
    "text": TEXTS,
    "double precision": st.floats(),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "timestamp with time zone": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    "text[]": st.lists(TEXTS | st.none()),
    "double precision[]": st.lists(st.floats() | st.none()),
}


@pytest.fixture(scope="module")
async def connection(federation: Federation) -> AsyncIterator[Connection]:
    opened = await connect(federation.hub)
    yield opened
    await opened.close()


@given(st.lists(st.one_of([st.tuples(st.just(kind), st.none() | values) for kind, values in VALUES.items()])))
async def test_what_is_written_in_is_what_would_be_bound(connection: Connection, told: list[tuple[str, Any]]) -> None:
    listed = ", ".join(f"CAST(${number} AS {kind})" for number, (kind, _) in enumerate(told, 1))
    statement = Statement(f"SELECT {listed}", tuple(value for _, value in told), ())
    bound = await connection.fetchrow(statement.text, *statement.values)
    assert repr(await connection.fetchrow(await inlined(connection, statement))) == repr(bound)


async def test_a_value_that_does_not_fit_is_refused_as_if_bound(connection: Connection) -> None:
    with pytest.raises(asyncpg.DataError):
        await inlined(connection, Statement("SELECT CAST($1 AS bigint)", (2**64,), ()))


async def test_more_values_than_postgresql_has_columns(connection: Connection) -> None:
    count = 5000
    text = f"SELECT CAST($1 AS text) IN ({', '.join(f'CAST(${number} AS text)' for number in range(2, count + 1))})"
    values = ("3000", *map(str, range(2, count + 1)))
    assert await connection.fetchval(await inlined(connection, Statement(text, values, ())))


async def test_more_values_than_a_statement_has_are_refused(connection: Connection) -> None:
    with pytest.raises(TooMuch, match="upload a table"):
        await inlined(connection, Statement("SELECT CAST($1 AS text)", ("a",) * (MOST + 1), ()))


async def test_a_place_of_another_make_is_never_left_to_chance(connection: Connection) -> None:
    with pytest.raises(asyncpg.PostgresError):
        await connection.fetch(await inlined(connection, Statement("SELECT CAST($1 AS text), $2::text", ("a",), ())))
