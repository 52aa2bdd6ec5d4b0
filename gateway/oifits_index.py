"""The index of OIFITS files in the hub, brought up to the folder of the collection and to OiDB: once, and as a job."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.soda.collection import Collection
from gateway.oifits_files import collection_of
from gateway.settings import Settings
from hub.rows import Hub
from hub.threads import in_thread
from oifits.errors import OifitsError
from oifits.granule import FileIndex
from oifits.index import index_file, target_names
from oifits.plausibility import Place
from oifits.source import files_of, open_file
from planning.errors import GatewayError
from planning.plan import Cell
from publishing.oifits_index import FileState, IndexedFile, index_writer, known_files, renew, replace_files
from resolvers.star_names import POSITION, find_star
from schema.name_match import NameMatchKind

LOG = logging.getLogger(__name__)
PAUSE = 600.0
"""Seconds after which the folder is looked at again, and what has been released since is shown."""
AGAIN = 10.0
"""Seconds after which what failed is tried again."""
GATHER = 2.0
"""Seconds to wait for further changes of OiDB after one."""
AT_ONCE = 200
"""Files that are written together."""


Report = Callable[[IndexedFile], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many files were read now, are there and are gone, and what is shown."""

    read: int
    files: int
    gone: int
    shown_rows: int
    shown_files: int


def file_states(folder: Path) -> Iterator[FileState]:
    """The files as they are; one that goes meanwhile is none."""
    for path in files_of(folder):
        with suppress(OSError):
            state = path.stat()
            yield FileState(path.relative_to(folder).as_posix(), state.st_size, state.st_mtime_ns)


async def update_index(dsn: str, hub: Hub, collection: Collection, folder: Path | None, report: Report) -> Outcome:
    """Read what is new or has changed in a folder, forget what is gone, and show what is open now.

    Parameters
    ----------
    dsn
        The hub, as the role `gateway_identity`.
    hub
        Says where the stars are that targets are called after.
    collection
        Where OiDB has the files.
    folder
        Where they lie; None to show what is open of those that are indexed.
    report
        Called with each file that is read.

    Raises
    ------
    GatewayError
        The hub or OiDB does not answer, or another gateway is indexing.
    """
    async with index_writer(dsn) as writer:
        known = await known_files(writer)
        states = known if folder is None else set(await in_thread(lambda: list(file_states(folder))))
        gone = {one.path for one in known} - {one.path for one in states}
        stars: dict[str, Place | None] = {}
        new, batch = sorted(states - known, key=lambda one: one.path), list[IndexedFile]()
        for state in new:
            assert folder is not None  # noqa: S101 - for mypy: what is known differs from nothing else
            batch.append(await _indexed(hub, folder, state, stars))
            report(batch[-1])
            if len(batch) == AT_ONCE:
                await replace_files(writer, (), batch)
                batch.clear()
        await replace_files(writer, gone, batch)
        rows, files = await renew(writer, collection.address, collection.path_of)
        return Outcome(len(new), len(states), len(gone), rows, files)


async def _indexed(hub: Hub, folder: Path, state: FileState, stars: dict[str, Place | None]) -> IndexedFile:
    path = folder / state.path
    try:
        for name in await in_thread(_names, path):
            if name not in stars:
                stars[name] = await _place(hub, name)
        places = {name: place for name, place in stars.items() if place}
        return IndexedFile(state, await in_thread(_read, path, places))
    except (OifitsError, OSError) as error:
        return IndexedFile(state, FileIndex((), ()), str(error))


def _names(path: Path) -> set[str]:
    with open_file(path) as source:
        return target_names(source)


def _read(path: Path, places: dict[str, Place]) -> FileIndex:
    with open_file(path) as source:
        return index_file(source, places)


async def _place(hub: Hub, name: str) -> Place | None:
    """Where the star of a name is (ICRS degrees, J2000); None where no star has it, or several have."""
    star = await find_star(hub, name, [Cell(column, column.sql) for column in POSITION])
    return None if star is None or star.match.kind is NameMatchKind.AMBIGUOUS else (star.row[0], star.row[1])


async def follow_files(settings: Settings, hub: Hub, pause: float = PAUSE) -> None:
    """Bring the index up at once, then whenever OiDB changes and after each pause, until cancelled.

    One gateway at a time does, and the others have nothing left to do later. What a file has of a granule that OiDB
    closes again is shown for the moment that this takes.
    """
    collection = collection_of(settings)
    if collection is None or not settings.hub_writer:
        return
    folder = Path(settings.oifits) if settings.oifits else None
    changes = hub.health.changes()
    while True:
        await asyncio.sleep(GATHER)
        changes.taken()
        done = hub.health.up("oidb") and await _followed(settings.hub_writer, hub, collection, folder)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause if done else AGAIN):
                while await anext(changes) != "oidb":
                    pass


async def _followed(dsn: str, hub: Hub, collection: Collection, folder: Path | None) -> bool:
    """Whether the index is up to the files and to OiDB now."""
    try:
        outcome = await update_index(dsn, hub, collection, folder, _log_error)
    except GatewayError as error:
        LOG.info("the index of files waits: %s", error.message)
        return False
    if outcome.read or outcome.gone:
        LOG.info("files: %d indexed, %d forgotten, %d shown", outcome.read, outcome.gone, outcome.shown_files)
    return True


def _log_error(one: IndexedFile) -> None:
    if one.error:
        LOG.warning("%s is not indexed: %s", one.state.path, one.error)
