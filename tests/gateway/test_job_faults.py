"""Jobs when something dies: the server, the database that they ask, the client that reads, or who no longer wants them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from door import ROOT, Apart, Door, grown, opened
from waiting import until, within

from gateway.commands.work import configured_result_store, upload_hosts, work
from gateway.remote_uploads import allowed
from gateway.settings import SettingError, Settings, settings
from hub.rows import Connection, connect

pytestmark = pytest.mark.timed

AT_SOURCE = """SELECT count(*) FROM pg_stat_activity WHERE usename = 'gateway_reader' AND state = 'active'
AND application_name <> 'jmmc-gateway-watch'"""
SLOW = {"QUERY": "SELECT exp_id FROM obsportal.exposure", "LANG": "ADQL", "PHASE": "RUN"}
FEW = SLOW | {"QUERY": "SELECT TOP 1 exp_id FROM obsportal.exposure"}
QUICK = {"QUERY": "SELECT TOP 5 jsdc_id FROM jsdc.star", "LANG": "ADQL"}


def ran(door: Door, told: dict[str, str]) -> str:
    """Identifier of a job that was made."""
    answer = httpx.post(f"{door.url}/tap/async", data=told, timeout=20)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def phase(door: Door, job: str) -> str:
    return httpx.get(f"{door.url}/tap/async/{job}/phase", timeout=20).text


def get(door: Door, path: str) -> httpx.Response:
    return httpx.get(f"{door.url}/tap/async{path}", timeout=20)


def forget(door: Door, job: str) -> None:
    answer = httpx.delete(f"{door.url}/tap/async/{job}", follow_redirects=True, timeout=20)
    assert answer.status_code == 200, answer.text


@contextmanager
def worker(apart: Apart, spool: Path, log: Path) -> Iterator[None]:
    """A process that runs jobs and serves nothing."""
    named = {"HUB": apart.federation.hub, "HUB_JOBS": apart.federation.jobs, "SPOOL": spool, "JOB_WORKERS": 2}
    environment = os.environ | {f"GATEWAY_{name}": str(value) for name, value in named.items()}
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", "gateway", "work"], cwd=ROOT, env=environment, stderr=output)
    try:
        until(lambda: "jobs are run here" in log.read_text(), 60)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the logs are, and the spool."""
    return tmp_path_factory.mktemp("jobs")


@contextmanager
def apart_from_its_worker(apart: Apart, place: Path) -> Iterator[Door]:
    """A server that runs no jobs, and a process that runs those of the spool in this place."""
    settings = {"hub_jobs": apart.federation.jobs, "spool": place / "spool", "job_workers": 0}
    with (
        opened(apart.federation.hub, place / "door", **settings) as door,
        worker(apart, place / "spool", place / "worker"),
    ):
        yield door


@pytest.fixture(scope="module")
def pair(apart: Apart, place: Path) -> Iterator[Door]:
    with apart_from_its_worker(apart, place) as door:
        yield door


async def test_no_job_is_lost_when_the_server_is_killed(apart: Apart, tmp_path: Path) -> None:
    spool = tmp_path / "spool"  # its own: a worker of another test would take its jobs
    with opened(apart.federation.hub, tmp_path / "killed", hub_jobs=apart.federation.jobs, spool=spool) as door:
        done, waiting = ran(door, QUICK | {"PHASE": "RUN"}), ran(door, QUICK)
        until(lambda: phase(door, done) == "COMPLETED", 10)
        async with grown(apart.federation.sources["obsportal"], 1, pause=0.05):
            running = [ran(door, SLOW) for _ in range(3)]
            until(lambda: sorted(phase(door, job) for job in running) == ["EXECUTING", "EXECUTING", "QUEUED"], 10)
            door.process.kill()
            door.process.wait()
    with apart_from_its_worker(apart, tmp_path) as door:
        assert all(job in get(door, "").text for job in (done, waiting, *running))
        until(lambda: {phase(door, job) for job in running} == {"COMPLETED"}, 40)
        assert phase(door, waiting) == "PENDING"
        for job in (done, *running):
            assert get(door, f"/{job}/results/result").status_code == 200
        assert not list(spool.glob("*/*.part"))


@pytest.mark.parametrize("how", ["ABORT", "DELETE"])
async def test_a_job_called_off_leaves_the_source_in_whichever_process_it_runs(
    apart: Apart, pair: Door, how: str
) -> None:
    owner = apart.federation.sources["obsportal"]
    source = await connect(owner)
    async with grown(owner, 1, pause=0.2):
        job = ran(pair, SLOW)
        until(lambda: phase(pair, job) == "EXECUTING", 20)
        await _busy(source, 1)
        call_off(pair, job, how)
        await _busy(source, 0)
    await source.close()


def call_off(door: Door, job: str, how: str) -> None:
    if how == "ABORT":
        httpx.post(f"{door.url}/tap/async/{job}/phase", data={"PHASE": "ABORT"})
        assert phase(door, job) == "ABORTED"
    else:
        httpx.delete(f"{door.url}/tap/async/{job}")
        assert get(door, f"/{job}").status_code == 404


async def _busy(source: Connection, wanted: int) -> None:
    """Wait until so many statements run at the source."""

    async def so_many() -> bool:
        return bool(await source.fetchval(AT_SOURCE) == wanted)

    await within(so_many, 5)


async def test_a_source_that_goes_down_costs_its_own_jobs_a_pause(apart: Apart, pair: Door) -> None:
    async with grown(apart.federation.sources["obsportal"], 1, pause=0.2):
        job = ran(pair, SLOW)
        until(lambda: phase(pair, job) == "EXECUTING", 10)
        apart.portal.crash()
        try:
            until(lambda: phase(pair, job) == "QUEUED", 15)
            other = ran(pair, QUICK | {"PHASE": "RUN"})
            until(lambda: phase(pair, other) == "COMPLETED", 10)
        finally:
            apart.portal.start()
        until(lambda: phase(pair, job) == "EXECUTING", 30)
        forget(pair, job)
    until(lambda: _completes(pair, FEW), 20)


def _completes(door: Door, told: dict[str, str]) -> bool:
    job = ran(door, told)
    until(lambda: phase(door, job) in ("COMPLETED", "ERROR"), 20)
    return phase(door, job) == "COMPLETED"


async def test_a_job_outlives_the_hub(apart: Apart, pair: Door) -> None:
    async with grown(apart.federation.sources["obsportal"], 1, pause=0.05):
        job = ran(pair, SLOW)
        until(lambda: phase(pair, job) != "QUEUED", 10)
        assert phase(pair, job) == "EXECUTING", get(pair, f"/{job}/error").text
        apart.hub.crash()
        try:
            assert get(pair, f"/{job}").status_code == 503
        finally:
            apart.hub.start()
    until(lambda: phase(pair, job) in ("COMPLETED", "ERROR"), 40)
    assert phase(pair, job) == "COMPLETED", get(pair, f"/{job}/error").text
    quick = ran(pair, QUICK | {"PHASE": "RUN"})
    until(lambda: phase(pair, quick) == "COMPLETED", 10)


async def test_who_leaves_while_reading_a_result_holds_nothing(pair: Door, place: Path) -> None:
    job = ran(pair, {"QUERY": "SELECT * FROM jsdc.star", "LANG": "ADQL", "PHASE": "RUN"})
    until(lambda: phase(pair, job) == "COMPLETED", 20)
    with socket.create_connection((urlsplit(pair.url).hostname, urlsplit(pair.url).port)) as left:
        left.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        left.sendall(f"GET /tap/async/{job}/results/result HTTP/1.1\r\nHost: gateway\r\n\r\n".encode())
        assert left.recv(100).startswith(b"HTTP/1.1 200")
        until(lambda: _held(pair, place / "spool") == 0, 5)  # also while it is read: each block by itself
    until(lambda: _held(pair, place / "spool") == 0, 5)
    assert get(pair, f"/{job}/results/result").content.rstrip().endswith(b"</VOTABLE>")


def _held(door: Door, spool: Path) -> int:
    """Files of the spool that the server has open."""
    count = 0
    for link in Path(f"/proc/{door.process.pid}/fd").iterdir():
        try:
            count += str(link.readlink()).startswith(str(spool))
        except FileNotFoundError:
            continue
    return count


def test_a_spool_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(SettingError, match="GATEWAY_SPOOL"):
        configured_result_store(Settings("", spool=str(tmp_path / "spool")))


def test_hosts_are_named_in_any_case() -> None:
    assert allowed("http://Data.JMMC.fr/mine", upload_hosts(Settings("", upload_hosts="Data.jmmc.fr, other")))


def test_a_job_runs_no_longer_than_a_statement_may() -> None:
    told = {"GATEWAY_HUB": "postgresql://", "GATEWAY_JOB_SECONDS": "601"}
    with pytest.raises(SettingError, match="GATEWAY_STREAM_SECONDS"):
        settings(told)
    assert settings(told | {"GATEWAY_STREAM_SECONDS": "601"}).job_limits.seconds == 601


def test_work_wants_the_role_of_jobs() -> None:
    with pytest.raises(SettingError, match="GATEWAY_HUB_JOBS"):
        work(Settings("postgresql://"))
