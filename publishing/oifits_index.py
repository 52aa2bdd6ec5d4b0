"""The index of OIFITS files, kept in the hub: what has changed of the files is written, what is open of it is shown.

OiDB says what is open: a file is, whose granules are all open to everybody. What is shown follows OiDB whenever `renew`
runs; a file that OiDB does not know is not shown.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hub.threads import in_thread
from hub.writer import Writer, open_writer
from oifits.granule import FileIndex, Granule
from oifits.selection import plain
from planning.errors import Busy
from planning.rights import open_to_everybody, right, this_moment
from schema import oidb
from schema.named_queries import named_query
from schema.oifits import MEASURED
from schema.publisher_did import granule_did

LOCK = 7_246_107
"""Number of the advisory lock under which the index is written."""
SECONDS = 300.0
"""Time limit of one statement."""
VERSION = 2
"""Of what an index has: files are read again where another version indexed them."""
SAME = 1e-5
"""Days up to which times are the same: a second."""
FIELDS = {"target_ra": "s_ra", "target_dec": "s_dec", "ins_name": "insname", "t_middle_min": "middle_min",
          "t_middle_max": "middle_max", "evening": "night"}  # fmt: skip
"""Fields of `Granule` that are called otherwise than their columns."""
PART_COLUMNS = ("part_id", *(column.sql for column in MEASURED), "path", "plain_name")
FILE_COLUMNS = ("path", "size", "modified", "version", "doubts", "error")
TOLD_COLUMNS = ("id", "path", "url", "plain_name", "instrument", "t_min", "t_max", "open")
EMBARGO = right(oidb.GRANULE.by_field["accessUrl"])
FILES = named_query("publishing/oifits_index", "files")
FORGET = named_query("publishing/oifits_index", "forget")
BEGIN = named_query("publishing/oifits_index", "begin")
COUNT = named_query("publishing/oifits_index", "count")


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it is: its path below the folder, its size in bytes, and when it was modified (ns since 1970)."""

    path: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A file that was read; `error` says why it could not be, "" where it could."""

    state: FileState
    index: FileIndex
    error: str = ""


@asynccontextmanager
async def index_writer(dsn: str) -> AsyncIterator[Writer]:
    """A connection that alone writes the index; `dsn` is the hub's, as the role `gateway_identity`.

    Raises
    ------
    Busy
        Another one does.
    HubUnavailable
        The hub does not answer.
    """
    writer = await open_writer(dsn, SECONDS)
    try:
        ((alone,),) = await writer.fetch("SELECT pg_try_advisory_lock($1)", LOCK)
        if not alone:
            message = "Files are being indexed by another gateway: try again when it is done"
            raise Busy(message)
        yield writer
    finally:
        await writer.close()


async def known_files(writer: Writer) -> set[FileState]:
    """The files that are indexed, as they were then; raises `GatewayError`."""
    async with writer.transaction("oidb"):
        return {FileState(*row) for row in await writer.fetch(FILES, VERSION)}


async def replace_files(writer: Writer, gone: Collection[str], read: Sequence[IndexedFile]) -> None:
    """Forget the files of some paths, and keep what others have instead; raises `GatewayError`."""
    async with writer.transaction("oidb"):
        await writer.run(FORGET, [*gone, *(one.state.path for one in read)])
        await writer.add("oifits.file", FILE_COLUMNS, [
            (one.state.path, one.state.size, one.state.modified, VERSION, "; ".join(one.index.problems) or None,
             one.error or None)
            for one in read
        ])  # fmt: skip
        await writer.add("oifits.part", PART_COLUMNS, [
            part for one in read for part in _parts(one.state.path, one.index.granules)
        ])  # fmt: skip


def _parts(path: str, granules: Sequence[Granule]) -> Iterator[tuple[object, ...]]:
    """Values of `PART_COLUMNS`; two targets of one name are told apart by `#2`."""
    counts: Counter[str] = Counter()
    for granule in granules:
        key = f"{path}#{granule.target_name}#{granule.insname}#{granule.night}"
        counts[key] += 1
        yield _part(key if counts[key] == 1 else f"{key}#{counts[key]}", path, granule)


def _part(key: str, path: str, granule: Granule) -> tuple[object, ...]:
    values = (getattr(granule, FIELDS.get(column.sql, column.sql)) for column in MEASURED)
    cells = (" ".join(value) if isinstance(value, tuple) else None if value == "" else value for value in values)
    return (key, *cells, path, plain(granule.target_name))


async def renew(writer: Writer, address: str, path_of: Callable[[str], str | None]) -> tuple[int, int]:
    """Show what is open to everybody now, of the files that are indexed.

    Parameters
    ----------
    writer
        Of `index_writer`.
    address
        What `access_url` of their granules begins with.
    path_of
        Path of a file by its address; None for a file of somewhere else.

    Returns
    -------
    tuple
        How many rows are shown, and of how many files.

    Raises
    ------
    GatewayError
        OiDB or the hub does not answer.
    """
    async with writer.transaction("oidb"):
        granules = await writer.fetch(_granules(), address, this_moment())
        await writer.run(BEGIN)
        await writer.add("pg_temp.told", TOLD_COLUMNS, await in_thread(_told, granules, path_of))
        await writer.run(_renewing())
        ((count, files),) = await writer.fetch(COUNT)
        return count, files


def _told(granules: Sequence[Any], path_of: Callable[[str], str | None]) -> list[tuple[Any, ...]]:
    """Values of `TOLD_COLUMNS`, of granules as they are found."""
    return [
        (number, path, url, plain(name or ""), instrument, t_min, t_max, is_open)
        for number, url, name, instrument, t_min, t_max, is_open in granules
        if (path := path_of(url))
    ]


def _granules() -> str:
    assert EMBARGO is not None  # noqa: S101 - for mypy: declared
    return named_query("publishing/oifits_index", "granules").format(open=open_to_everybody(EMBARGO, "$2"))


def _renewing() -> str:
    measured = ", ".join(f'p."{column.sql}"' for column in MEASURED)
    did = granule_did(oidb.GRANULE_ID).text.format("one.id")
    return named_query("publishing/oifits_index", "renew").format(measured=measured, did=did, same=SAME)
