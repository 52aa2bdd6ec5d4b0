"""`python -m gateway publish catalog.vot`: a VOTable becomes a table of the hub."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from adapters.publishing.draft import draft_table
from adapters.publishing.naming import table_name, table_name_of_file
from adapters.votable.reader import read_votable
from gateway.settings import SettingError, Settings
from hub.writer import open_writers
from planning.errors import GatewayError
from publishing.publish import publish as published
from publishing.publish import remove

BLOCK = 1 << 20
HOUR = 3600.0


def publish(settings: Settings, path: Path, name: str | None, *, replace: bool, taken_back: bool) -> int:
    """Publish a file, or take a table back, and tell how it went; 0 if it was done."""
    if not settings.hub_jobs:
        message = "GATEWAY_HUB_JOBS is missing: the hub's DSN, as postgresql://gateway_jobs@localhost/hub"
        raise SettingError(message)
    try:
        known = table_name(name or (str(path) if taken_back else table_name_of_file(path.name)))
        task = _take_back(settings.hub_jobs, known) if taken_back else _make(settings.hub_jobs, path, known, replace)
        print(asyncio.run(task))
    except (GatewayError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _make(dsn: str, path: Path, name: str, replace: bool) -> str:
    with path.open("rb") as file:
        writers = await open_writers(dsn, 1, HOUR)
        try:
            document = await read_votable(blocks(file))
            table, rows = await published(writers, draft_table(document.heading, name), document.copy, replace=replace)
        finally:
            await writers.close()
    doors = [f"TAP and GraphQL ({table.plural})", *(["/scs/" + table.qualified] if table.position else [])]
    return f"{table.qualified}: {rows} rows, {len(table.columns)} columns, key {table.key.name}; {', '.join(doors)}"


async def _take_back(dsn: str, name: str) -> str:
    writers = await open_writers(dsn, 1, HOUR)
    try:
        await remove(writers, name)
    finally:
        await writers.close()
    return f"{name} is published no longer"


async def blocks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yield a file in blocks of 1 MiB."""
    while block := await asyncio.to_thread(file.read, BLOCK):
        yield block
