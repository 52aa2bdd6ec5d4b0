"""What one statement may take is bounded by its role, at the hub and at every source; beyond it, the client is told."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from serving import watch

from hub.limits import Limits
from hub.rows import Hub, connect, open_hub
from planning.errors import BadInput, Busy, GatewayError, NoRoom, TimedOut, TooMuch
from planning.sql import Statement
from sample.federation import Federation
from schema.foreign import JOBS, READER, ROLE, SETTINGS, WRITER
from schema.roles import READING

SORTED = "SELECT n, repeat('x', 200) AS text FROM pg_catalog.generate_series(1, 60000) AS s (n) ORDER BY text, n DESC"
REMOTE = "SELECT exp_id FROM obsportal.exposure LIMIT 1"


def roles(federation: Federation) -> dict[str, str]:
    return {ROLE: federation.hub, WRITER: federation.writer, JOBS: federation.jobs}


@pytest.mark.parametrize("role", SETTINGS)
async def test_the_limits_are_in_force_at_the_hub(federation: Federation, role: str) -> None:
    connection = await connect(roles(federation)[role])
    try:
        for name, value in SETTINGS[role].items():
            assert await connection.fetchval("SELECT current_setting($1)", name) == value
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SET temp_file_limit = -1")
    finally:
        await connection.close()


async def test_the_limits_are_in_force_at_the_sources(federation: Federation) -> None:
    for dsn in federation.readers.values():
        connection = await connect(dsn)
        try:
            assert await connection.fetchval("SELECT current_user") == READER
            for name, value in READING.items():
                assert await connection.fetchval("SELECT current_setting($1)", name) == value
        finally:
            await connection.close()


@pytest_asyncio.fixture
async def narrow(federation: Federation) -> AsyncIterator[Hub]:
    """A hub whose role may have 1 MB of temporary files."""
    owner = await connect(federation.owner)
    await owner.execute(f"ALTER ROLE {ROLE} SET temp_file_limit = '1MB'; ALTER ROLE {ROLE} SET work_mem = '64kB'")
    try:
        opened = await open_hub(federation.hub, Limits(), watch())
        yield opened
        await opened.close()
    finally:  # a machine that is too busy to open it leaves no role so narrow to the tests that follow
        for name, value in READING.items():
            await owner.execute(f"ALTER ROLE {ROLE} SET {name} = '{value}'")
        await owner.close()


async def test_more_temporary_room_than_there_is_is_a_refusal(narrow: Hub) -> None:
    statement = Statement(SORTED, (), ())
    with pytest.raises(TooMuch, match="temporary room"):
        await narrow.fetch(statement)
    with pytest.raises(TooMuch, match="temporary room"):
        async for _ in narrow.blocks(statement, {}):
            pass
    assert (await narrow.fetch(Statement("SELECT 1", (), ())))[0][0] == 1


RAISED = {
    "53100": NoRoom, "53200": TooMuch, "53300": Busy, "53400": TooMuch, "54000": TooMuch, "54001": TooMuch, "54011": TooMuch,
    "54023": TooMuch, "57014": TimedOut, "40001": Busy, "40P01": Busy, "22012": BadInput, "21000": BadInput,
}  # fmt: skip


@pytest.mark.parametrize("state", RAISED)
async def test_what_postgresql_refuses_is_never_a_defect_of_ours(hub: Hub, federation: Federation, state: str) -> None:
    owner = await connect(federation.owner)
    body = f"BEGIN RAISE EXCEPTION 'refused: secret' USING ERRCODE = '{state}'; END"
    await owner.execute(
        f"CREATE OR REPLACE FUNCTION gw.raised_{state}() RETURNS integer LANGUAGE plpgsql AS $$ {body} $$;"
        f"GRANT EXECUTE ON FUNCTION gw.raised_{state}() TO {ROLE}"
    )
    try:
        with pytest.raises(GatewayError) as told:
            await hub.fetch(Statement(f"SELECT gw.raised_{state}()", (), ()))
    finally:
        await owner.execute(f"DROP FUNCTION gw.raised_{state}()")
        await owner.close()
    assert type(told.value) is RAISED[state]
    assert "secret" not in told.value.message
