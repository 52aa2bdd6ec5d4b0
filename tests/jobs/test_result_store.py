"""The spool: whole files or none, within bounds, and nothing left of jobs that are gone."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from places import Place, Work, blocks, hundred
from waiting import within

from jobs.database import connect
from jobs.folder import FolderStore, open_folder
from jobs.garbage import destroy_expired
from jobs.installation import install
from jobs.job import Phase
from jobs.limits import JobLimits
from jobs.records import Records
from jobs.results import ResultStoreFull
from jobs.service import open_job_service
from sample.federation import Federation


@pytest.fixture
def spool(tmp_path: Path) -> FolderStore:
    return open_folder(tmp_path / "spool", 10_000)


def left(spool: FolderStore) -> list[str]:
    return [path.name for path in spool.folder.glob("*/*")]


async def test_a_file_is_there_when_it_is_whole(spool: FolderStore) -> None:
    begun, more = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"first "
        begun.set()
        await more.wait()
        yield b"second"

    keeping = asyncio.create_task(spool.write("job", "result.1", slowly()))
    await begun.wait()
    assert not spool.path("job", "result.1").exists()
    more.set()
    assert await keeping == 12
    assert spool.path("job", "result.1").read_bytes() == b"first second"
    assert left(spool) == ["result.1"]


async def test_what_is_given_up_while_it_is_created_leaves_nothing(
    spool: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    created, opening = Path.open, threading.Event()

    def slowly(path: Path, *arguments: Any, **named: Any) -> Any:
        opening.set()
        time.sleep(0.2)
        return created(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", slowly)
    keeping = asyncio.create_task(spool.write("job", "result.1", blocks(b"x")))
    await asyncio.to_thread(opening.wait)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert not left(spool)


async def test_what_is_given_up_leaves_nothing(spool: FolderStore) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"x" * 5000
        await asyncio.sleep(60)

    async def begun() -> bool:
        return len(left(spool)) == 1

    keeping = asyncio.create_task(spool.write("job", "result.1", never()))
    await within(begun, 10)
    await asyncio.sleep(0.2)  # the file is there before whoever opens it in a thread has it
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert left(spool) == []


async def test_there_is_so_much_room_and_no_more(spool: FolderStore) -> None:
    await spool.write("one", "result.1", blocks(b"x" * 6000))
    with pytest.raises(ResultStoreFull, match="no room left"):
        await spool.write("two", "result.1", blocks(b"x" * 3000, b"x" * 3000))
    with pytest.raises(ResultStoreFull, match="your share of the room"):
        await spool.write("two", "upload.1", blocks(b"x" * 101), hundred)
    assert left(spool) == ["result.1"]
    await spool.remove("one")
    assert await spool.write("two", "result.1", blocks(b"x" * 6000)) == 6000


async def test_a_full_disk_is_told(spool: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda *_arguments, **_named: opened(Path("/dev/full"), "wb", buffering=64))
    with pytest.raises(ResultStoreFull, match="no room left") as refused:
        await spool.write("one", "result.1", blocks(b"x" * 500))
    assert refused.value.status == 507


async def test_a_full_spool_ends_its_job_and_others_go_on(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    spool = open_folder(tmp_path, 1000)
    async with open_job_service(federation.jobs, spool, JobLimits(), work.run, 1) as service:
        place = Place(service, work)
        large = await service.wait_until_ended((await place.started("x" * 5000)).id, 10)
        assert (large.phase, "no room left" in (large.error or ""), large.lasting) == (Phase.ERROR, True, False)
        small = await service.wait_until_ended((await place.started("one")).id, 10)
        assert small.phase is Phase.COMPLETED
        assert isinstance(service.spool, FolderStore)
        assert left(service.spool) == ["result.1"]


async def test_files_come_and_go_while_there_is_looked_for_room(spool: FolderStore) -> None:
    async def come_and_go(job: str) -> None:
        for _ in range(20):
            await spool.write(job, "result.1", blocks(b"x"))
            await spool.remove(job)

    await asyncio.gather(*(come_and_go(str(number)) for number in range(10)))
    assert left(spool) == []


def test_a_spool_has_one_name_and_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = open_folder(tmp_path / "s", 1), open_folder(tmp_path / "s", 1)
    assert first.name == again.name != open_folder(tmp_path / "t", 1).name
    assert first.folder.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    if os.geteuid() == 0:  # whose own nobody else can have made
        os.chown(tmp_path / "s", 1, -1)
    with pytest.raises(PermissionError, match="somebody else's"):
        open_folder(tmp_path / "s", 1)


async def test_hubs_that_share_a_directory_share_no_files(
    place: Place, federation: Federation, spool_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await connect(federation.jobs) as held, held.transaction(force_rollback=True):
        hub = await install(held)
        assert isinstance(place.service.spool, FolderStore)
        assert place.service.spool.folder == spool_folder / hub
        monkeypatch.setattr("jobs.installation.NOTIFY_SQL", "")  # as of another release
        assert await install(held) == hub
        await held.execute("COMMENT ON SCHEMA uws IS NULL")
        assert await install(held) != hub


async def test_sweeping_leaves_what_has_an_owner(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = place.service.spool
    assert isinstance(spool, FolderStore)
    job = await place.service.wait_until_ended((await place.started("one")).id, 30)
    (spool.folder / "stray").mkdir()
    (spool.folder / "stray" / "result.1").write_text("of no job")
    monkeypatch.setattr("jobs.folder.GRACE", -1.0)
    past = await place.service.wait_until_ended((await place.started("past")).id, 30)
    records: Records = place.service._records  # noqa: SLF001
    await records.set_destruction(past.id, past.created)
    await destroy_expired(place.service, records)
    assert spool.path(job.id, job.result).exists()
    assert not (spool.folder / "stray").exists()
    assert not (spool.folder / past.id).exists()
    assert await records.existing([past.id]) == set()
