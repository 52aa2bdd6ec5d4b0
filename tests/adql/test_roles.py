"""What the roles that questions run as could not do, were there a way to ask it: tried at the real databases.

Read-only transactions are switched off first: a session may do that itself, so they guard nothing.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from sample.federation import Federation
from schema.catalog import SOURCES

pytestmark = pytest.mark.spatial

READS = (
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_user_mapping",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('postgresql.conf')",
    "SELECT lo_import('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/stolen'",
    "SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t(a int)",
    "SELECT pg_reload_conf()",
    "SELECT pg_switch_wal()",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "LOAD 'auto_explain'",
)
WRITES = (
    "CREATE TABLE public.mine (a int)",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE ROLE mine",
)
AT_THE_HUB = (
    "DELETE FROM jsdc.star",
    "INSERT INTO oidb.granule (id) VALUES (1)",
    "UPDATE tap_schema.tables SET description = ''",
    "DELETE FROM crossid.target",
    "DROP VIEW ivoa.obscore",
    "SELECT * FROM uws.job",
    "CREATE TABLE tap_upload.mine (a int)",
    "CREATE TEMP TABLE mine (a int)",
    "CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw",
    "CREATE USER MAPPING FOR CURRENT_USER SERVER jsdc",
    "ALTER SERVER jsdc OPTIONS (SET host 'elsewhere')",
    "SELECT pg_sleep(0)",
    "SELECT lo_creat(-1)",
    "SELECT query_to_xml('SELECT 1', true, true, '')",
)
AT_SOURCES = {
    "jsdc": "DELETE FROM public.jsdc",
    "oidb": "UPDATE public.oidb SET target_name = ''",
    "obsportal": "DELETE FROM portal.target",
    "spica": "INSERT INTO public.spica_calprim (id) VALUES (-1)",
}
REFUSED = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedFunctionError,
    asyncpg.InvalidParameterValueError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedObjectError,
    asyncpg.UndefinedFileError,
)


@pytest_asyncio.fixture(scope="module")
async def sessions(federation: Federation) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    opened = {name: await asyncpg.connect(dsn) for name, dsn in {"hub": federation.hub, **federation.readers}.items()}
    for session in opened.values():
        await session.execute("SET default_transaction_read_only = off")
    yield opened
    for session in opened.values():
        await session.close()


async def refused(session: asyncpg.Connection, statement: str) -> None:
    transaction = session.transaction()
    await transaction.start()
    try:
        with pytest.raises(REFUSED):
            await session.execute(statement)
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("database", ["hub", *SOURCES])
async def test_no_role_reads_what_is_not_declared_or_writes(
    database: str, sessions: dict[str, asyncpg.Connection]
) -> None:
    for statement in (*READS, *WRITES):
        await refused(sessions[database], statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sessions[database].execute("ALTER SYSTEM SET work_mem = '1GB'")


async def test_the_hubs_role_writes_nowhere(sessions: dict[str, asyncpg.Connection]) -> None:
    for statement in AT_THE_HUB:
        await refused(sessions["hub"], statement)


async def test_the_hubs_role_does_not_see_how_the_hub_comes_in_at_sources(
    sessions: dict[str, asyncpg.Connection],
) -> None:
    found = await sessions["hub"].fetch("SELECT umoptions FROM pg_user_mappings")
    assert found
    assert not any(row["umoptions"] for row in found)


@pytest.mark.parametrize("database", SOURCES)
async def test_readers_read_what_is_declared_and_nothing_else(
    database: str, sessions: dict[str, asyncpg.Connection]
) -> None:
    await refused(sessions[database], AT_SOURCES[database])
    declared = {table.remote for table in SOURCES[database].tables}
    found = await sessions[database].fetch(
        "SELECT schemaname || '.' || relname AS name, has_table_privilege(relid, 'SELECT') AS may FROM pg_stat_user_tables"
    )
    assert {row["name"] for row in found if row["may"]} <= declared
