"""A federation of its own: what is written here is nobody else's."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from asked_as import AskedAs
from asking import GraphQL
from filled import federated, filled
from serving import patient, watch
from starlette.applications import Starlette
from writers import PEOPLE

from gateway.app import create_app
from hub.rows import Connection, connect
from hub.source_writer import SourceWriter, open_source_writer
from localpg.binaries import find_binaries
from sample.federation import Federation

FILES = "https://files.invalid/oifits"
"""The collection whose files are cut here."""


@pytest.fixture(scope="session")
def written(originals: Path) -> Iterator[Federation]:
    with filled(find_binaries(), originals) as cluster:
        yield federated(cluster)


@pytest_asyncio.fixture
async def owner(written: Federation) -> AsyncIterator[Connection]:
    connection = await connect(written.sources["spica"])
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="session")
async def writer(written: Federation) -> AsyncIterator[SourceWriter]:
    opened = await open_source_writer("spica", written.source_writers["spica"], watch())
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="session")
async def writing_app(written: Federation) -> AsyncIterator[Starlette]:
    settings = patient(
        written, oifits_url=FILES, **{f"{name}_writer": dsn for name, dsn in written.source_writers.items()}
    )
    made = create_app(replace(settings, sources={"spica": written.readers["spica"]}))
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture(scope="session")
async def door(writing_app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(AskedAs(writing_app, PEOPLE))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as made:
        yield made


@pytest.fixture(scope="session")
def graphql(door: httpx.AsyncClient) -> GraphQL:
    return GraphQL(door)
