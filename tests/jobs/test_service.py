"""What happens to a job between the service and its end, on the real queue."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from places import Place, Work, content, opened

from hub.rows import connect
from jobs import database
from jobs.job import Job, Phase, Upload
from jobs.limits import TooManyJobs
from planning.errors import BadInput, NotFound, TooMuch
from sample.federation import Federation
from schema.jobs import JOB


def test_a_job_is_what_is_declared() -> None:
    assert [item.name for item in dataclasses.fields(Job)] == [column.sql for column in JOB.columns]


@pytest.mark.timed
async def test_a_job_is_answered_in_its_file(place: Place) -> None:
    begun = perf_counter()
    job = await place.service.wait_until_ended((await place.started("one")).id, 20)
    assert perf_counter() - begun < 5
    assert (job.phase, job.media_type, job.size) == (Phase.COMPLETED, "text/plain", 3)
    assert content(place.service.spool, job.id, job.result) == b"one"
    assert job.created <= (job.started or job.created) <= (job.ended or job.created)


@pytest.mark.parametrize(
    ("query", "message", "lasting"), [("down", "OiDB does not answer", False), ("wrong", "it has been logged", False)]
)
async def test_what_goes_wrong_is_told(place: Place, query: str, message: str, lasting: bool) -> None:
    job = await place.service.wait_until_ended((await place.started(query)).id, 20)
    assert job.phase is Phase.ERROR
    assert message in (job.error or "")
    assert job.lasting is lasting
    assert not place.service.spool.used([job.id])


@pytest.mark.timed
async def test_an_aborted_job_is_cancelled_where_it_runs(place: Place) -> None:
    job = await place.started("long")
    assert (await place.service.wait_for_phase(job.id, 20, "QUEUED")).phase is Phase.EXECUTING
    begun = perf_counter()
    await place.service.abort(await place.service.get(job.id))
    await place.work.reached(place.work.cancelled, job)
    assert perf_counter() - begun < 5
    assert (await place.service.get(job.id)).phase is Phase.ABORTED
    await place.service.abort(await place.service.get(job.id))  # again: nothing happens


async def test_a_destroyed_job_leaves_nothing(place: Place) -> None:
    job = await place.started("long")
    await place.service.wait_for_phase(job.id, 20, "QUEUED")
    await place.service.destroy(job.id)
    await place.work.reached(place.work.cancelled, job)
    await asyncio.sleep(0.05)
    assert not place.service.spool.used([job.id])
    with pytest.raises(NotFound, match="no such job"):
        await place.service.get(job.id)


async def test_a_job_that_takes_too_long_is_aborted(place: Place) -> None:
    job = await place.pending("long")
    await place.service.set_execution_duration(job, 1)
    await place.service.start(job)
    ended = await place.service.wait_until_ended(job.id, 20)
    assert ended.phase is Phase.ABORTED
    assert "execution duration of 1 s" in (ended.error or "")
    assert job.id in place.work.cancelled


async def test_what_is_asked_cannot_change_once_it_runs(place: Place) -> None:
    job = await place.started("one")
    with pytest.raises(BadInput, match="parameters cannot be changed"):
        await place.service.set_parameters(job, [("QUERY", "two")])
    with pytest.raises(BadInput, match="execution duration cannot be changed"):
        await place.service.set_execution_duration(job, 5)


async def test_parameters_take_the_place_of_others_and_uploads_are_added(place: Place) -> None:
    job = await place.pending("one")
    await place.service.set_parameters(job, [("upload", "a,param:a")], [Upload("a", "upload.0", 1)])
    await place.service.set_parameters(await place.service.get(job.id), [("query", "two"), ("UPLOAD", "b,param:b")])
    job = await place.service.get(job.id)
    assert job.parameters == (("upload", "a,param:a"), ("query", "two"), ("UPLOAD", "b,param:b"))
    assert job.uploads == (Upload("a", "upload.0", 1),)
    with pytest.raises(TooMuch, match="256000"):
        await place.service.set_parameters(job, [("QUERY", "x" * 256_001)])


async def test_waiting_ends_when_the_phase_does(place: Place) -> None:
    job = await place.pending("one")
    waiting = asyncio.create_task(place.service.wait_for_phase(job.id, 20, None))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await place.service.start(job)
    assert (await waiting).phase is not Phase.PENDING
    ended = await place.service.wait_until_ended(job.id, 20)
    async with asyncio.timeout(5):  # nothing is waited for where nothing will change
        assert await place.service.wait_for_phase(job.id, 20, None) == ended
        assert await place.service.wait_for_phase(job.id, 20, "EXECUTING") == ended


async def test_who_waits_for_a_short_job_is_told_of_its_end_only(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.service.SETTLING", 20)
    job = await place.started("one")
    assert (await place.service.wait_for_phase(job.id, 20, None)).phase is Phase.COMPLETED


async def test_lists_are_of_one_client_and_of_what_is_asked(place: Place) -> None:
    own = [await place.pending(str(number), "10.9.9.9") for number in range(3)]
    await place.service.start(own[0])
    await place.service.wait_until_ended(own[0].id, 20)
    await place.pending("other", "10.9.9.8")

    async def listed(phases: list[str], after: datetime | None = None, last: int | None = None) -> list[str]:
        return [job.id for job in await place.service.list_jobs("10.9.9.9", phases, after, last)]

    assert await listed([]) == [own[2].id, own[1].id, own[0].id]
    assert await listed(["COMPLETED"]) == [own[0].id]
    assert await listed(["PENDING"], last=1) == [own[2].id]
    assert await listed(["PENDING", "COMPLETED"], after=own[0].created) == [own[2].id, own[1].id]


async def test_clients_take_turns(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    async with opened(federation, tmp_path, work, 0) as service:
        place = Place(service, work)
        many = [await place.pending("one", "10.1.1.1") for _ in range(4)]
        for job in many:
            await service.start(job)
        other = await place.started("one", "10.1.1.2")
    async with opened(federation, tmp_path, work, 1) as service:
        for job in (*many, other):
            await service.wait_until_ended(job.id, 10)
    assert set(work.begun[:2]) == {many[0].id, other.id}


async def test_a_client_has_so_many_jobs_and_no_more(federation: Federation, tmp_path: Path) -> None:
    async with opened(federation, tmp_path, Work(), 0, max_per_client=2) as service:
        for _ in range(2):
            last = await service.create("10.2.2.2", None)
        with pytest.raises(TooManyJobs, match="2 jobs") as refused:
            await service.create("10.2.2.2", None)
        assert refused.value.retry
        await service.destroy(last.id)
        assert await service.create("10.2.2.2", None)


async def test_jobs_wait_for_a_worker_and_are_done_when_it_comes(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    async with opened(federation, tmp_path, work, 0) as service:
        job = await Place(service, work).started("one")
    async with opened(federation, tmp_path, work, 1) as service:
        assert (await service.wait_until_ended(job.id, 20)).phase is Phase.COMPLETED


async def test_what_ran_when_its_process_stopped_runs_again(
    federation: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.queue.SHUTDOWN_GRACE", 0.1)
    work = Work()
    async with opened(federation, tmp_path, work, 1) as service:
        job = await Place(service, work).started("long")
        await service.wait_for_phase(job.id, 20, "QUEUED")
    async with opened(federation, tmp_path, work, 1) as service:
        await work.reached(work.begun, job, 2)
        assert (await service.get(job.id)).attempt == 2
        await service.destroy(job.id)


async def test_what_waits_is_queued_again_however_often_it_ran(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    async with opened(federation, tmp_path, work, 0) as service:
        job = await Place(service, work).started("one")
    owner = await connect(federation.owner)
    await owner.execute("SET search_path = uws")  # of which the queue's own triggers make use
    await owner.execute("UPDATE job SET attempt = 5 WHERE id = $1", job.id)
    await owner.execute("DELETE FROM procrastinate_jobs WHERE args->>'job_id' = $1", job.id)
    await owner.close()
    async with opened(federation, tmp_path, work, 1) as service:
        assert (await service.wait_until_ended(job.id, 20)).phase is Phase.COMPLETED


async def test_its_time_comes(place: Place) -> None:
    job = await place.pending("one")
    await place.service.set_destruction(job, datetime.now(UTC) + timedelta(days=1000))
    kept = await place.service.get(job.id)
    assert timedelta(days=6) < kept.destruction - datetime.now(UTC) < timedelta(days=8)


async def test_who_stands_still_while_choosing_a_job_holds_nobody(federation: Federation) -> None:
    still, other = await database.connect(federation.jobs), await database.connect(federation.jobs)
    try:
        for statement in ("BEGIN", "SELECT pg_advisory_xact_lock(-4711)"):
            await still.execute(statement)
        await other.execute("SELECT pg_advisory_xact_lock(-4711)")  # or it would end with its time
    finally:
        await still.close()
        await other.close()
