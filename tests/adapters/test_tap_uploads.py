"""Uploads of TAP: documents become tables of the hub, as they were, for as long as they are asked and no longer."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import anyio
import asyncpg
import numpy as np
import pytest
import pytest_asyncio
from astropy.io.votable import from_table
from astropy.table import MaskedColumn, Table

from adapters.tap.uploads import Content, staged_uploads
from adapters.votable.bounds import Bounds
from hub.uploads import staged
from hub.writer import Writers, open_writers
from planning.errors import BadInput, TooMuch
from sample.federation import Federation
from schema.foreign import UPLOADS

LEFT = f"SELECT count(*) FROM pg_class WHERE relnamespace = '{UPLOADS}'::regnamespace AND relkind = 'r'"


@pytest_asyncio.fixture(scope="session")
async def writers(federation: Federation) -> AsyncIterator[Writers]:
    opened = await open_writers(federation.jobs, 2, 20)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def reader(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    """The role that serves."""
    connection = await asyncpg.connect(federation.hub)
    yield connection
    await connection.close()


def document(rows: int = 3) -> bytes:
    table = Table(
        {
            "Name": np.array(["Véga", "α <Cen> & \t", ""] * rows)[:rows],
            "select": MaskedColumn(np.arange(rows), mask=np.arange(rows) == 1, fill_value=-9),
            "NAME": np.full((rows, 2), [1.5, np.nan]),
        }
    )
    table["select"].unit, table["select"].meta["ucd"] = "mas", "meta.number"
    output = io.BytesIO()
    from_table(table).to_xml(output)
    return output.getvalue()


async def blocks(text: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def content(name: str, text: bytes) -> Content:
    return Content(name, blocks(text))


async def test_a_document_becomes_a_table_that_the_role_that_serves_may_read(
    writers: Writers, reader: asyncpg.Connection
) -> None:
    async with staged_uploads(writers, [content("mine", document()), content("Other", document(1))]) as tables:
        assert list(tables) == ["TAP_UPLOAD.mine", "TAP_UPLOAD.Other"]
        mine = tables["TAP_UPLOAD.mine"]
        assert [(column.name, column.unit) for column in mine.columns] == [
            ("Name", ""),
            ("select", "mas"),
            ("NAME_2", ""),
        ]
        rows = await reader.fetch(f"SELECT * FROM {mine.qualified}")
        assert [row[0] for row in rows][:2] == ["Véga", "α <Cen> & \t"]
        assert [row[1] for row in rows] == [0, None, 2]
        assert rows[0][2][0] == 1.5
        assert np.isnan(rows[0][2][1])
        assert await reader.fetchval("SELECT reltuples FROM pg_class WHERE relname = $1", mine.name) == 3
        assert await reader.fetchval(f"SELECT count(*) FROM {tables['TAP_UPLOAD.Other'].qualified}") == 1
    assert await reader.fetchval(LEFT) == 0


async def test_nothing_stays_of_a_document_that_breaks_or_is_too_large(
    writers: Writers, reader: asyncpg.Connection
) -> None:
    whole = document(1000)
    with pytest.raises(BadInput, match=r"TAP_UPLOAD\.mine: The VOTable cannot be read"):
        async with staged_uploads(writers, [content("good", document()), content("mine", whole[: len(whole) // 2])]):
            pytest.fail("it was taken")
    with pytest.raises(TooMuch, match="more than 999 rows"):
        async with staged_uploads(writers, [content("mine", whole)], Bounds(rows=999)):
            pytest.fail("it was taken")
    assert await reader.fetchval(LEFT) == 0


async def test_nothing_stays_where_the_client_leaves(writers: Writers, reader: asyncpg.Connection) -> None:
    reached = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        text = document(1000)
        yield text[: len(text) // 2]
        reached.set()
        await asyncio.sleep(60)

    async def ask() -> None:
        async with staged_uploads(writers, [Content("mine", slow())]):
            pytest.fail("it was taken")

    task = asyncio.create_task(ask())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await reader.fetchval(LEFT) == 0
    async with staged_uploads(writers, [content("again", document())]) as tables:
        assert len(tables) == 1


async def test_nothing_stays_where_whoever_asks_is_cancelled_again_and_again(
    writers: Writers, reader: asyncpg.Connection
) -> None:
    """As anyio cancels the task of a client that has left: whatever it waits for, until it ends."""
    with anyio.CancelScope() as left:
        async with staged_uploads(writers, [content("mine", document()), content("other", document())]):
            left.cancel()
            await asyncio.sleep(60)
    assert left.cancelled_caught
    assert await reader.fetchval(LEFT) == 0


async def test_what_a_crash_has_left_is_swept(
    writers: Writers, reader: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_dropped: Any) -> None:
        pass

    monkeypatch.setattr("hub.uploads.LIFETIME", -60)
    monkeypatch.setattr("hub.uploads._dropped", crash)
    async with staged(writers, (), blocks(b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\xff\xff"), "") as left:
        pass
    monkeypatch.undo()
    assert await reader.fetchval("SELECT to_regclass($1)::text", left.qualified) == left.qualified
    async with staged_uploads(writers, [content("mine", document())]):
        assert await reader.fetchval("SELECT to_regclass($1)::text", left.qualified) is None


async def test_without_writers_nothing_is_taken() -> None:
    with pytest.raises(BadInput, match="no place"):
        async with staged_uploads(None, [content("mine", document())]):
            pytest.fail("it was taken")
    async with staged_uploads(None, []) as tables:
        assert tables == {}
