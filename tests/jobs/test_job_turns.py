"""Clients share the workers, the store and the lists; what fails for a moment is run again."""

from pathlib import Path
from time import perf_counter

import pytest
from places import Place, Work, opened
from waiting import within

from hub.shares import holder
from jobs.execution import JobAnswer
from jobs.folder import open_folder
from jobs.job import Job, Phase
from jobs.limits import JobLimits, TooManyJobs
from jobs.results import ResultStore
from jobs.service import open_job_service
from planning.errors import Busy, ShareTaken, SourceUnavailable
from sample.federation import Federation

ONE, OTHER, THIRD = "10.3.3.1", "10.3.3.2", "10.3.3.3"


async def phases(place: Place, jobs: list[Job]) -> list[Phase]:
    return [(await place.service.get(job.id)).phase for job in jobs]


@pytest.mark.timed
async def test_long_jobs_of_one_client_hold_nobody(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    async with opened(federation, tmp_path, work, 2) as service:
        place = Place(service, work)
        long = [await place.started("long", ONE) for _ in range(2)]
        await service.wait_for_phase(long[0].id, 20, "QUEUED")
        begun = perf_counter()
        trivial = await service.wait_until_ended((await place.started("one", OTHER)).id, 20)
        assert trivial.phase is Phase.COMPLETED
        assert perf_counter() - begun < 10
        assert await phases(place, long) == [Phase.EXECUTING, Phase.QUEUED]
        await service.destroy(long[0].id)
        await work.reached(work.begun, long[1])
        await service.destroy(long[1].id)


async def test_long_jobs_of_several_clients_leave_a_worker(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    async with opened(federation, tmp_path, work, 4) as service:
        place = Place(service, work)
        long = [await place.started("long", ONE) for _ in range(3)]
        for job in long[:2]:
            await work.reached(work.begun, job)
        long += [await place.started("long", OTHER) for _ in range(2)]
        await work.reached(work.begun, long[3])
        third = await service.wait_until_ended((await place.started("one", THIRD)).id, 20)
        assert third.phase is Phase.COMPLETED
        assert (await phases(place, long)).count(Phase.EXECUTING) == 3
        for job in long:
            await service.destroy(job.id)


@pytest.mark.timed
async def test_a_client_alone_waits_for_no_poll_between_its_jobs(
    federation: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.queue.POLL_INTERVAL", 20.0)
    work = Work()
    async with opened(federation, tmp_path, work, 2) as service:
        place = Place(service, work)
        begun = perf_counter()
        jobs = [await place.started("one", ONE) for _ in range(12)]
        for job in jobs:
            assert (await service.wait_until_ended(job.id, 60)).phase is Phase.COMPLETED
        assert perf_counter() - begun < 100, "twelve jobs, and eleven polls between them"


async def test_work_is_done_in_the_name_of_its_client(federation: Federation, tmp_path: Path) -> None:
    holders = []

    async def run(job: Job, spool: ResultStore) -> JobAnswer:
        holders.append(holder())
        return await Work().run(job, spool)

    async with open_job_service(federation.jobs, open_folder(tmp_path, 10**6), JobLimits(), run, 1) as service:
        place = Place(service, Work())
        await service.wait_until_ended((await place.started("one", ONE)).id, 20)
    assert holders == [ONE]


@pytest.mark.parametrize("error", [SourceUnavailable("is away", "oidb"), Busy("all are taken"), ShareTaken("is yours")])
async def test_what_fails_for_a_moment_is_run_again(
    federation: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("jobs.execution.PAUSES", (0.05, 0.05))
    attempts = []

    async def run(job: Job, spool: ResultStore) -> JobAnswer:
        attempts.append(job.attempt)
        if job.parameter("query") == "away" or len(attempts) < 3:
            raise error
        return await Work().run(job, spool)

    async with open_job_service(federation.jobs, open_folder(tmp_path, 10**6), JobLimits(), run, 1) as service:
        place = Place(service, Work())
        ended = await service.wait_until_ended((await place.started("one", ONE)).id, 30)
        assert (ended.phase, attempts) == (Phase.COMPLETED, [1, 2, 3])
        attempts.clear()
        lasting = await service.wait_until_ended((await place.started("away", ONE)).id, 30)
        assert (lasting.phase, lasting.error, attempts) == (Phase.ERROR, str(error), [1, 2, 3])


async def test_a_job_that_waits_to_be_run_again_can_be_aborted(
    federation: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.execution.PAUSES", (600.0,))
    work = Work()
    async with opened(federation, tmp_path, work, 1) as service:
        place = Place(service, work)
        job = await place.started("down", ONE)
        await work.reached(work.begun, job)

        async def waits() -> bool:
            return (await service.get(job.id)).phase is Phase.QUEUED

        await within(waits, 20)
        await service.abort(await service.get(job.id))
        assert (await service.get(job.id)).phase is Phase.ABORTED


async def test_a_client_has_its_share_of_the_store(federation: Federation, tmp_path: Path) -> None:
    work = Work()
    async with open_job_service(federation.jobs, open_folder(tmp_path, 1000), JobLimits(), work.run, 2) as service:
        place = Place(service, work)

        async def ended(owner: str) -> Job:
            return await service.wait_until_ended((await place.started("x" * 300, owner)).id, 20)

        kept, refused, other = await ended(ONE), await ended(ONE), await ended(OTHER)
        assert (kept.phase, refused.phase, other.phase) == (Phase.COMPLETED, Phase.ERROR, Phase.COMPLETED)
        assert "your share of the room: delete jobs" in (refused.error or "")
        await service.destroy(kept.id)
        assert (await ended(ONE)).phase is Phase.COMPLETED


async def test_a_client_keeps_so_many_jobs_and_no_more(federation: Federation, tmp_path: Path) -> None:
    async with opened(federation, tmp_path, Work(), 1, max_kept=2) as service:
        place = Place(service, Work())
        for _ in range(2):
            job = await place.started("one", "10.3.4.1")
            await service.wait_until_ended(job.id, 20)
        with pytest.raises(TooManyJobs, match="2 jobs that are kept"):
            await service.create("10.3.4.1", None)
        await service.destroy(job.id)
        assert await service.create("10.3.4.1", None)


async def test_what_a_page_makes_is_in_no_list(federation: Federation, tmp_path: Path) -> None:
    async with opened(federation, tmp_path, Work(), 0) as service:
        tool = await service.create("10.3.5.1", None)
        page = await service.create("10.3.5.1", None, listed=False)
        assert [job.id for job in await service.list_jobs("10.3.5.1", [], None, None)] == [tool.id]
        assert (await service.get(page.id)).owner == "10.3.5.1"
