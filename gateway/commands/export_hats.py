"""`python -m gateway export-hats DIR TABLE`: the HATS collection of a table as files, for a server of files or S3."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

from adapters.columnar.parquet import parquet_metadata
from adapters.hats.files import WRITERS, RowsFile, write_file
from adapters.hats.names import name_index
from adapters.hats.parameters import ALIASES, COLLECTION, FILES, GROUP, File, Part
from adapters.hats.properties import Collection, collection_properties
from adapters.positioned import positioned_table
from gateway.commands.work import open_engine
from gateway.settings import Settings
from hub.hats import HatsStore
from hub.rows import Hub
from planning.errors import BadInput, GatewayError
from planning.rights import HIDDEN
from schema.hats import hats_columns, name_column


def export_hats(settings: Settings, folder: Path, table: str) -> int:
    """Write the collection into a folder, which must not be there yet; 0 if it was done."""
    try:
        print(asyncio.run(_export(settings, folder, table)))
    except (GatewayError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _export(settings: Settings, folder: Path, name: str) -> str:
    async with open_engine(settings) as engine:
        hub = engine.hub
        table = positioned_table(hub.catalog, name, "HATS catalogue")
        await hub.health.settled()
        await hub.settled()
        store = HatsStore(hub)
        await asyncio.to_thread(folder.mkdir, parents=True)
        collection = Collection(table, await store.current(table), settings.authority, tagged=False)
        for part in Part:
            if part is not Part.INDEX or name_column(table, HIDDEN):
                await _write_catalogue(hub, collection, part, folder / part)
        await _require_version(hub, store, collection)
        await asyncio.to_thread((folder / COLLECTION).write_text, collection_properties(collection))
        tiling = collection.tiling
        return f"{folder}: {tiling.rows} rows of {table.qualified} in {len(tiling.parts.cells)} partitions"


async def _write_catalogue(hub: Hub, collection: Collection, part: Part, folder: Path) -> None:
    """Write one catalogue, its `dataset/_metadata` last."""
    for file in FILES[part] & WRITERS.keys():
        await asyncio.to_thread(_write_small, collection, part, file, folder)
    written = []
    for name, blocks in _row_files(hub, collection, part):
        await _write(folder / name, blocks)
        written.append(name)
    await asyncio.to_thread(_write_metadata, folder, written)


def _write_small(collection: Collection, part: Part, file: File, folder: Path) -> None:
    content = write_file(collection, part, file)
    for name in (file, *(alias for alias, other in ALIASES.items() if other is file)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_metadata(folder: Path, names: Sequence[str]) -> None:
    files = ((name.removeprefix("dataset/"), folder / name) for name in names)
    (folder / File.METADATA).write_bytes(parquet_metadata(files))


def _row_files(hub: Hub, collection: Collection, part: Part) -> Iterator[tuple[str, AsyncGenerator[bytes, None]]]:
    """The files of rows of a catalogue, by their path in it."""
    tiling = collection.tiling
    if part is Part.INDEX:
        yield File.NAMES, name_index(hub, collection.table, tiling)
        return
    columns = hats_columns(collection.table, HIDDEN)
    rows = tiling.margin_rows if part is Part.MARGIN else tiling.parts.rows
    for number, (order, cell) in enumerate(zip(tiling.parts.orders.tolist(), tiling.parts.cells.tolist(), strict=True)):
        if rows[number]:
            path = f"dataset/Norder={order}/Dir={cell // GROUP * GROUP}/Npix={cell}.parquet"
            yield path, RowsFile(part, number, columns).stream(hub, collection)


async def _write(path: Path, blocks: AsyncGenerator[bytes, None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        async with aclosing(blocks):
            async for block in blocks:
                await asyncio.to_thread(file.write, block)


async def _require_version(hub: Hub, store: HatsStore, collection: Collection) -> None:
    """Raise `BadInput` where the table has changed since it was divided."""
    await asyncio.gather(*map(hub.health.confirmed, collection.table.databases))
    if (await store.current(collection.table)).tag != collection.tiling.tag:
        message = f"{collection.table.qualified} has changed while it was written: write it again"
        raise BadInput(message)
