"""What compiles PostgreSQL can plan, whatever is asked: its functions, types and names are there."""

import asked
import pytest
import pytest_asyncio
from asyncpg import Connection, DataError, PostgresError
from test_asked import compiled

from hub.rows import connect
from sample.federation import Federation

pytestmark = pytest.mark.spatial

PLANNED = 300


@pytest_asyncio.fixture(scope="module")
async def connection(federation: Federation) -> Connection:
    opened = await connect(federation.hub)
    yield opened
    await opened.close()


@pytest.mark.parametrize("depth", range(4))
async def test_what_compiles_postgresql_can_plan(depth: int, connection: Connection) -> None:
    planned = 0
    for seed in range(PLANNED // 4):
        query = asked.whole(seed, depth, hostility=0)
        if found := compiled(query):
            planned += 1
            try:
                await connection.fetch(f"EXPLAIN {found.text}", *found.values)
            except DataError:  # the root of -1 is no fault of ours
                pass
            except PostgresError as error:
                pytest.fail(f"{error}\n{query}\n{found.text}\n{found.values}")
    assert planned > PLANNED // 10
