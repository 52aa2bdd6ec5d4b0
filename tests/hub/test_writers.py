"""The role that writes for users: what it may do, what the role that serves sees of it, and how its pool refuses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from hub.rows import Connection, connect
from hub.shares import held_by
from hub.writer import Writer, Writers, open_writers
from planning.errors import BadInput, Busy, HubUnavailable, Internal, ShareTaken
from sample.federation import Federation


@pytest_asyncio.fixture(scope="module")
async def writers(federation: Federation) -> AsyncIterator[Writers]:
    opened = await open_writers(federation.jobs, 2, 10)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="module")
async def serving(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.hub)
    yield connection
    await connection.close()


@pytest.mark.parametrize("schema_name", ["tap_upload", "published"])
async def test_what_it_writes_is_read_by_the_role_that_serves(
    writers: Writers, serving: Connection, schema_name: str
) -> None:
    name = f"{schema_name}.seen"
    async with writers.transaction() as writer:
        await writer.run(f"CREATE TABLE {name} (n integer)")
        await writer.add(name, ["n"], [(1,), (2,)])
    assert await serving.fetchval(f"SELECT sum(n) FROM {name}") == 3
    with pytest.raises(Exception, match=r"permission denied|read-only"):
        await serving.execute(f"INSERT INTO {name} VALUES (3)")
    async with writers.held() as writer:
        await writer.run(f"DROP TABLE {name}")


async def test_jobs_are_nobody_elses(writers: Writers, serving: Connection) -> None:
    async with writers.held() as writer:
        await writer.run("CREATE TABLE uws.secret (n integer)")
    with pytest.raises(Exception, match="permission denied for schema uws"):
        await serving.fetch("SELECT * FROM uws.secret")
    async with writers.held() as writer:
        await writer.run("DROP TABLE uws.secret")


async def test_it_reads_no_source(writers: Writers) -> None:
    with pytest.raises(Internal, match="GATEWAY_HUB_JOBS"):
        async with writers.held() as writer:
            await writer.fetch("SELECT 1 FROM jsdc.star LIMIT 1")


async def test_nothing_of_a_transaction_that_fails_stays(writers: Writers) -> None:
    with pytest.raises(BadInput, match="smallint"):
        await half_written(writers)
    async with writers.held() as writer:
        assert await writer.fetch("SELECT to_regclass('tap_upload.half')") == [(None,)]


async def test_who_waits_too_long_is_told_so(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    async with writing(writers, "one"), writing(writers, "other"):
        pass  # both connections are open by then: a busy machine takes longer for one than is waited below
    monkeypatch.setattr("hub.writer.PATIENCE", 0.05)
    monkeypatch.setattr("hub.shares.OWN_PATIENCE", 0.1)
    async with writing(writers, "one"):
        with pytest.raises(ShareTaken, match="You have 1 tables being written"):
            async with writing(writers, "one"):
                pass
        async with writing(writers, "other"):
            with pytest.raises(Busy, match="try again"):
                async with writing(writers, "third"):
                    pass
    async with asyncio.timeout(1), writers.held() as writer:
        assert await writer.fetch("SELECT 1") == [(1,)]


async def test_a_wrong_address_names_its_setting(federation: Federation) -> None:
    with pytest.raises(HubUnavailable, match="GATEWAY_HUB_JOBS"):
        await open_writers(federation.jobs.replace("/hub?", "/nohub?"), 1, 1)


@asynccontextmanager
async def writing(writers: Writers, client: str) -> AsyncIterator[Writer]:
    with held_by(client):
        async with writers.held() as writer:
            yield writer


async def half_written(writers: Writers) -> None:
    async with writers.transaction() as writer:
        await writer.run("CREATE TABLE tap_upload.half (n smallint)")
        await writer.run("INSERT INTO tap_upload.half VALUES (40000)")
