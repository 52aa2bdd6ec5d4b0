"""Jobs as the clients of TAP use them: pyvo and astroquery's TapPlus."""

import io
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pyvo
from astropy.table import Table
from astropy.time import TimeDelta
from astroquery.utils.tap.core import TapPlus
from pyvo.dal.exceptions import DALQueryError, DALServiceError

STARS = "SELECT TOP 5 Name, RAJ2000, Vmag FROM jsdc.star ORDER BY Vmag"
LONG = """SELECT COUNT(*) AS n FROM jsdc.star AS a JOIN jsdc.star AS b ON a.Vmag < b.Vmag
JOIN jsdc.star AS c ON b.Vmag < c.Vmag"""


@pytest.fixture(scope="module")
def service(server: str) -> pyvo.dal.TAPService:
    return pyvo.dal.TAPService(f"{server}/tap")


def done(job: str) -> str:
    """The phase that a job has ended in."""
    for phase in ("QUEUED", "EXECUTING"):
        httpx.get(job, params={"WAIT": 20, "PHASE": phase}, timeout=30)
    return httpx.get(f"{job}/phase").text


def sources() -> Table:
    table = Table({"name": ["eps Gem", "Fomalhaut"], "ra": [100.983, 344.4127], "dec": [25.131, -29.6222]})
    table["ra"].unit = table["dec"].unit = "deg"
    return table


def test_pyvo_never_sleeps_between_its_questions(service: pyvo.dal.TAPService, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("pyvo.dal.tap.sleep", slept.append)
    monkeypatch.setattr("jobs.service.SETTLING", 30)  # on a busy machine a second may not be enough
    waited = service.run_sync(STARS)
    found = service.run_async(STARS)
    assert not slept, "it sleeps for a second as soon as it sees a job that has not ended"
    assert list(found["Name"]) == list(waited["Name"])
    assert found.getdesc("Vmag").unit == waited.getdesc("Vmag").unit == "mag"


def test_pyvo_submits_waits_reads_deletes(service: pyvo.dal.TAPService) -> None:
    job = service.submit_job(STARS, maxrec=3)
    assert (job.phase, job.query, job.uws_version) == ("PENDING", STARS, "1.1")
    job.execution_duration = 60
    assert job.execution_duration == TimeDelta(60, format="sec")
    job.destruction = datetime.now(UTC) + timedelta(days=1)
    assert timedelta(hours=23) < job.destruction.to_datetime(UTC) - datetime.now(UTC) < timedelta(hours=25)
    assert job.quote is None
    assert job.owner is None
    job.query = STARS.replace("TOP 5", "TOP 2")
    job.run()
    job.wait()
    assert job.phase == "COMPLETED"
    job.raise_if_error()
    assert job.result_uri.endswith(f"{job.job_id}/results/result")
    assert len(job.fetch_result()) == 2
    assert job.job_id in {told.jobid for told in service.get_job_list(phases=["COMPLETED"], last=50)}
    assert service.get_job(job.job_id).phase == "COMPLETED"
    url = job.url
    job.delete()
    with pytest.raises(DALServiceError, match="404"):
        pyvo.dal.AsyncTAPJob(url)


def test_pyvo_is_told_what_was_wrong(service: pyvo.dal.TAPService) -> None:
    with pytest.raises(DALQueryError, match="there is no column nothing"):
        service.run_async("SELECT nothing FROM jsdc.star")
    job = service.submit_job("SELECT nothing FROM jsdc.star").run().wait(phases={"ERROR"})
    with pytest.raises(DALQueryError, match="nothing"):
        job.fetch_result()


def test_pyvo_aborts(service: pyvo.dal.TAPService) -> None:
    with service.submit_job(LONG) as job:
        job.run()
        assert job.phase in ("QUEUED", "EXECUTING")
        job.abort()
        assert job.phase == "ABORTED"


@pytest.mark.parametrize("late", [False, True])
def test_pyvo_uploads(service: pyvo.dal.TAPService, late: bool) -> None:
    query = "SELECT name, dec FROM TAP_UPLOAD.mine ORDER BY ra"
    job = service.submit_job(query, uploads=None if late else {"mine": sources()})
    if late:
        held = io.BytesIO()
        sources().write(held, format="votable")
        held.seek(0)
        job.upload(mine=held)
    found = job.run().wait().fetch_result()
    assert list(found["name"]) == ["eps Gem", "Fomalhaut"]
    job.delete()


@pytest.mark.parametrize("form", ["csv", "votable/b2", "parquet", "fits"])
def test_a_result_is_in_the_format_that_was_asked(server: str, form: str) -> None:
    told = {"QUERY": STARS, "LANG": "ADQL", "RESPONSEFORMAT": form}
    job = httpx.post(f"{server}/tap/async", data=told | {"PHASE": "RUN"}).headers["location"]
    done(job)
    kept = httpx.get(f"{job}/results/result")
    waited = httpx.post(f"{server}/tap/sync", data=told)
    assert kept.status_code == 200, kept.text
    assert kept.headers["content-type"] == waited.headers["content-type"]
    if form == "csv":
        assert kept.content == waited.content


def test_an_upload_that_is_no_votable_is_an_error_of_the_job(server: str) -> None:
    told = {"QUERY": "SELECT * FROM TAP_UPLOAD.t", "LANG": "ADQL", "UPLOAD": "t,param:file", "PHASE": "RUN"}
    job = httpx.post(f"{server}/tap/async", data=told, files={"file": ("t.xml", b"not XML at all")}).headers["location"]
    assert done(job) == "ERROR"
    assert "TAP_UPLOAD.t" in httpx.get(f"{job}/error").text


def test_capabilities_tell_of_jobs(service: pyvo.dal.TAPService) -> None:
    tap = service.get_tap_capability()
    ways = [f"ivo://ivoa.net/std/TAPRegExt#upload-{way}" for way in ("inline", "http", "https")]
    assert [method.ivo_id for method in tap.uploadmethods] == ways, "from the host that the tests' server trusts"
    assert tap.executionduration.default == 600
    assert tap.retentionperiod.hard == 7 * 86_400


def test_tapplus(server: str) -> None:
    tap = TapPlus(url=f"{server}/tap")
    job = tap.launch_job_async(STARS)
    assert job.get_phase() == "COMPLETED"
    assert len(job.get_results()) == 5
    waiting = tap.launch_job_async(STARS, background=True, autorun=False, name="mine")
    assert waiting.get_phase() == "PENDING"
    assert waiting.jobid in {listed.jobid for listed in tap.list_async_jobs()}
    waiting.start()
    waiting.wait_for_job_end()
    assert tap.load_async_job(jobid=waiting.jobid).get_phase() == "COMPLETED"


def test_tapplus_uploads(server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("upload") / "mine.vot"
    sources().write(path, format="votable")
    job = TapPlus(url=f"{server}/tap").launch_job_async(
        "SELECT name FROM tap_upload.mine", upload_resource=str(path), upload_table_name="mine"
    )
    assert len(job.get_results()) == 2
