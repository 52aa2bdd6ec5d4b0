"""`/tap/async` over HTTP, with answers that a test can follow: UWS 1.1, resource by resource."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from defusedxml.ElementTree import fromstring
from starlette.applications import Starlette

from gateway.door import Door
from gateway.routes.jobs import ENDPOINTS
from gateway.settings import Settings
from gateway.shares import shares
from jobs.execution import JobAnswer
from jobs.folder import FolderStore, open_folder
from jobs.job import Job
from jobs.results import ResultStore
from jobs.service import JobService, open_job_service
from planning.errors import SourceUnavailable
from sample.federation import Federation

UWS = {"uws": "http://www.ivoa.net/xml/UWS/v1.0", "xlink": "http://www.w3.org/1999/xlink"}
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
RUN = {"QUERY": "SELECT one", "PHASE": "RUN"}


async def run(job: Job, spool: ResultStore) -> JobAnswer:
    query = job.parameter("query") or ""
    if query == "down":
        raise SourceUnavailable("OiDB does not answer at the moment", "oidb")

    async def body() -> AsyncGenerator[bytes, None]:
        yield b"0123456789"
        if query == "long":
            await asyncio.sleep(60)
        for upload in job.uploads:
            found = spool.find(job.id, upload.file)
            assert found
            yield found.read(0, found.size)

    return JobAnswer("text/csv;header=present", body())


@pytest_asyncio.fixture(scope="session")
async def desk(federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[JobService]:
    settings = Settings(federation.hub, hub_jobs=federation.jobs)
    spool = open_folder(tmp_path_factory.mktemp("spool"), settings.spool_bytes)
    async with open_job_service(federation.jobs, spool, settings.job_limits, run, 2) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def http(desk: JobService, federation: Federation) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=Door(endpoints=ENDPOINTS, votable=True).routes())
    settings = replace(Settings(federation.hub), max_body_bytes=2000, max_upload_bytes=100_000)
    app.state.gateway = SimpleNamespace(settings=settings, jobs=desk, shares=shares(settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as made:
        yield made


async def made(http: httpx.AsyncClient, **told: str) -> str:
    """The address of a job that was made."""
    answer = await http.post("/tap/async", data=told)
    assert answer.status_code == 303
    return answer.headers["location"]


async def ended(http: httpx.AsyncClient, **told: str) -> str:
    """The address of a job that was made, and has ended."""
    return await done(http, await made(http, **told))


async def done(http: httpx.AsyncClient, place: str) -> str:
    """Wait until a job has ended."""
    while of(await told(http, place, WAIT="10"), "phase") in ("QUEUED", "EXECUTING"):
        pass
    return place


async def told(http: httpx.AsyncClient, place: str, **asked: str) -> ET.Element:
    answer = await http.get(place, params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    return fromstring(answer.content)


def of(document: ET.Element, name: str) -> str | None:
    return document.findtext(f"uws:{name}", namespaces=UWS)


def said(answer: httpx.Response) -> str:
    """What a VOTable says went wrong."""
    found = fromstring(answer.content).findall(".//{*}INFO[@name='QUERY_STATUS']")
    assert [info.get("value") for info in found] == ["ERROR"]
    return found[0].text or ""


async def test_a_job_waits_to_be_started(http: httpx.AsyncClient) -> None:
    place = await made(http, query="SELECT one", lang="ADQL", RunId="mine")
    job = await told(http, place)
    assert (job.get("version"), of(job, "phase"), of(job, "runId")) == ("1.1", "PENDING", "mine")
    assert place.endswith(f"/tap/async/{of(job, 'jobId')}")
    asked = {item.get("id"): item.text for item in job.findall("uws:parameters/uws:parameter", UWS)}
    assert asked == {"QUERY": "SELECT one", "LANG": "ADQL"}
    for name in ("quote", "ownerId", "startTime", "endTime"):
        found = job.find(f"uws:{name}", UWS)
        assert found is not None
        assert found.get(NIL) == "true"
    for name, same in (("phase", "phase"), ("executionduration", "executionDuration"), ("destruction", "destruction")):
        assert (await http.get(f"{place}/{name}")).text == of(job, same)
    for name in ("quote", "owner"):
        assert (await http.get(f"{place}/{name}")).text == ""
    assert (await told(http, f"{place}/parameters"))[0].text == "SELECT one"
    assert len(await told(http, f"{place}/results")) == 0


async def test_a_short_job_has_ended_when_who_started_it_is_answered(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.routes.jobs.SHORT_WAIT", 10)
    place = await made(http, **RUN)
    job = await told(http, place)
    assert of(job, "phase") == "COMPLETED"
    (result,) = job.findall("uws:results/uws:result", UWS)
    assert result.get("id") == "result"
    assert result.get(f"{{{UWS['xlink']}}}href") == f"{place}/results/result"
    assert (result.get("size"), result.get("mime-type")) == ("10", "text/csv;header=present")
    answer = await http.get(f"{place}/results/result")
    assert (answer.content, answer.headers["content-type"]) == (b"0123456789", "text/csv;header=present")


async def test_a_result_can_be_had_in_parts_and_once(http: httpx.AsyncClient) -> None:
    place = f"{await ended(http, **RUN)}/results/result"
    part = await http.get(place, headers={"Range": "bytes=3-5"})
    assert (part.status_code, part.content) == (206, b"345")
    again = await http.get(place, headers={"If-None-Match": part.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_phase_and_time_are_changed_by_post(http: httpx.AsyncClient) -> None:
    place = await made(http, QUERY="long")
    for name, value in (("executionduration", "50"), ("destruction", "2027-01-01T00:00:00Z"), ("phase", "RUN")):
        answer = await http.post(f"{place}/{name}", data={name.upper(): value})
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    job = await told(http, place, WAIT="10", PHASE="QUEUED")
    assert (of(job, "phase"), of(job, "executionDuration")) == ("EXECUTING", "50")
    assert (await http.post(f"{place}/phase", data={"PHASE": "ABORT"})).status_code == 303
    assert of(await told(http, place), "phase") == "ABORTED"
    refused = await http.post(f"{place}/phase", data={"PHASE": "RUN"})
    assert (refused.status_code, "aborted" in said(refused)) == (400, True)


async def test_how_long_is_said_as_the_job_is_made_too(http: httpx.AsyncClient, desk: JobService) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    place = await made(http, QUERY="long", executionDuration="50", DESTRUCTION=soon)
    job = await told(http, place)
    assert (of(job, "executionDuration"), of(job, "destruction")) == ("50", f"{soon}.000Z")
    assert [node.get("id") for node in job.iterfind(".//uws:parameter", UWS)] == ["QUERY"], "they are no parameters"
    before = len(await desk.list_jobs("127.0.0.1", (), None, None))
    wrong = await http.post("/tap/async", data={"QUERY": "long", "DESTRUCTION": "tomorrow"})
    assert (wrong.status_code, "DESTRUCTION is 'tomorrow'" in said(wrong)) == (400, True)
    assert len(await desk.list_jobs("127.0.0.1", (), None, None)) == before


async def test_what_no_text_can_hold_is_left_out(http: httpx.AsyncClient) -> None:
    job = await told(http, await made(http, **{"QUERY": "a\0b", "RUNID": "c\0", "d\0": "e"}))
    assert of(job, "runId") == "c?"
    assert {node.get("id"): node.text for node in job.iterfind(".//uws:parameter", UWS)} == {"QUERY": "a?b", "D?": "e"}


async def test_wait_answers_when_the_phase_changes(http: httpx.AsyncClient) -> None:
    place = await made(http, QUERY="SELECT one")
    waiting = asyncio.create_task(told(http, place, WAIT="-1"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await http.post(f"{place}/phase", data={"PHASE": "RUN"})
    async with asyncio.timeout(5):
        assert of(await waiting, "phase") != "PENDING"
    await done(http, place)
    begun = perf_counter()
    await told(http, place, WAIT="20")  # it has ended
    await told(http, await made(http, QUERY="x"), WAIT="20", PHASE="QUEUED")  # it is in another one
    assert perf_counter() - begun < 5
    begun = perf_counter()
    assert of(await told(http, await made(http, QUERY="x"), WAIT="1"), "phase") == "PENDING"
    assert 0.9 < perf_counter() - begun < 5


@pytest.mark.parametrize("how", ["DELETE", "POST"])
async def test_a_deleted_job_is_gone(http: httpx.AsyncClient, desk: JobService, how: str) -> None:
    place = await made(http, QUERY="long", PHASE="RUN")
    answer = await http.request(how, place, data={"ACTION": "DELETE"} if how == "POST" else None)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("http://gateway/tap/async")
    gone = await http.get(place)
    assert (gone.status_code, "no such job" in said(gone)) == (404, True)
    assert not desk.spool.used([place.rpartition("/")[2]])


async def test_errors_are_votables(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.execution.PAUSES", ())
    place = await ended(http, QUERY="down", PHASE="RUN")
    job = await told(http, place)
    summary = job.find("uws:errorSummary", UWS)
    assert summary is not None
    assert (of(job, "phase"), summary.get("type"), summary.get("hasDetail")) == ("ERROR", "transient", "true")
    assert of(summary, "message") == "OiDB does not answer at the moment"
    error = await http.get(f"{place}/error")
    assert (error.status_code, said(error)) == (200, "OiDB does not answer at the moment")
    absent = await http.get(f"{place}/results/result")
    assert (absent.status_code, "OiDB" in said(absent)) == (404, True)


async def test_uploads_wait_for_their_job(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/tap/async", data={"QUERY": "SELECT", "UPLOAD": "mine,param:t1"}, files={"t1": ("a.vot", b"first")}
    )
    place = answer.headers["location"]
    await http.post(f"{place}/parameters", data={"UPLOAD": "more,PARAM:t2"}, files={"t2": ("b.vot", b"second")})
    asked = [(item.get("id"), item.text) for item in await told(http, f"{place}/parameters")]
    assert asked == [("QUERY", "SELECT"), ("UPLOAD", "mine,param:t1"), ("UPLOAD", "more,PARAM:t2")]
    await http.post(f"{place}/phase", data={"PHASE": "RUN"})
    await done(http, place)
    assert (await http.get(f"{place}/results/result")).content == b"0123456789firstsecond"
    late = await http.post(f"{place}/parameters", data={"QUERY": "other"})
    assert (late.status_code, "has been started" in said(late)) == (400, True)


async def test_what_is_sent_to_the_job_itself_is_set(http: httpx.AsyncClient) -> None:
    place = await made(http, QUERY="SELECT")
    sent = {"MAXREC": "2", "UPLOAD": "mine,param:t1", "RUNID": "again", "EXECUTIONDURATION": "300.0"}
    for data, files in ((sent, {"t1": ("a.vot", b"first")}), ({"UPLOAD": "more,param:t2"}, {"t2": ("b.vot", b"2nd")})):
        answer = await http.post(place, data=data, files=files)
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    job = await told(http, place)
    assert [of(job, name) for name in ("phase", "runId", "executionDuration")] == ["PENDING", "again", "300"]
    asked = [(item.get("id"), item.text) for item in await told(http, f"{place}/parameters")]
    assert asked == [
        ("QUERY", "SELECT"), ("MAXREC", "2"), ("UPLOAD", "mine,param:t1"), ("UPLOAD", "more,param:t2"),
    ]  # fmt: skip
    taken = await http.post(place, data={"UPLOAD": "third,param:t1"}, files={"t1": ("c.vot", b"3rd")})
    assert (taken.status_code, "has a part 't1' already" in said(taken)) == (400, True)
    twice = await http.post(place, data={"UPLOAD": "mine,param:t3"}, files={"t3": ("c.vot", b"3rd")})
    assert (twice.status_code, "two tables mine" in said(twice)) == (400, True)
    nothing = await http.post(place)
    assert (nothing.status_code, "Nothing was sent" in said(nothing)) == (400, True)
    assert (await http.post(place, data={"PHASE": "RUN"})).status_code == 303
    await done(http, place)
    assert (await http.get(f"{place}/results/result")).content == b"0123456789first2nd"
    late = await http.post(place, data={"MAXREC": "3"})
    assert (late.status_code, "has been started" in said(late)) == (400, True)
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    assert (await http.post(place, data={"DESTRUCTION": until})).status_code == 303
    assert (await told(http, place, WAIT="0")).findtext("uws:destruction", namespaces=UWS) == until.replace(
        "+00:00", ".000Z"
    )
    aborted = await made(http, QUERY="SELECT")
    assert (await http.post(aborted, data={"PHASE": "ABORT"})).status_code == 303
    assert of(await told(http, aborted), "phase") == "ABORTED"
    assert (await http.post(aborted, data={"ACTION": "DELETE"})).status_code == 303
    assert (await http.get(aborted)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [("300.0", 300), (" 300 ", 300), ("300", 300), ("2.5e2", 250), ("0.2", 1), ("0", 600), ("0.0", 600), ("1e6", 600)],
)
async def test_seconds_as_clients_write_them(http: httpx.AsyncClient, sent: str, seconds: int) -> None:
    """pyvo writes back the astropy.time.TimeDelta that it has read; 0 is as long as is allowed."""
    for place, data in (("/executionduration", {}), ("", {})):
        job = await made(http, QUERY="x", **data)
        assert (await http.post(f"{job}{place}", data={"EXECUTIONDURATION": sent})).status_code == 303
        assert (await http.get(f"{job}/executionduration")).text == str(seconds)


@pytest.mark.parametrize("sent", ["nan", "inf", "-0.5", "PT300S", "1_0", ""])
async def test_what_are_no_seconds(http: httpx.AsyncClient, sent: str) -> None:
    job = await made(http, QUERY="x")
    answer = await http.post(f"{job}/executionduration", data={"EXECUTIONDURATION": sent})
    assert (answer.status_code, "seconds" in said(answer)) == (400, True)


@pytest.mark.parametrize(
    "written",
    [
        "%Y-%m-%dT%H:%M:%S.%fZ",  # pyvo
        "%Y-%m-%dT%H:%M:%S",  # STILTS, and uws-client
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%dT%H:%M:%S+00:00",
        "%Y-%m-%dT%H:%M:%S 00:00",  # a plus that was not escaped
        "%Y-%m-%dT%H:%M:%S.000+0000",  # Java
        " %Y-%m-%d %H:%M:%S ",
    ],
)
async def test_times_as_clients_write_them(http: httpx.AsyncClient, written: str) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    job = await made(http, QUERY="x", DESTRUCTION=until.strftime(written))
    assert (await http.get(f"{job}/destruction")).text == f"{until:%Y-%m-%dT%H:%M:%S}.000Z"
    japan = until.astimezone(timezone(timedelta(hours=9))).isoformat()
    assert (await http.post(f"{job}/destruction", data={"DESTRUCTION": japan})).status_code == 303
    assert (await http.get(f"{job}/destruction")).text == f"{until:%Y-%m-%dT%H:%M:%S}.000Z"


async def test_the_list_is_of_the_clients_own(http: httpx.AsyncClient) -> None:
    places = [await made(http, QUERY=str(number)) for number in range(3)]
    listed = await told(http, "/tap/async", LAST="2", PHASE="PENDING")
    assert listed.get("version") == "1.1"
    assert [item.get(f"{{{UWS['xlink']}}}href") for item in listed] == places[:0:-1]
    every = await http.get("/tap/async?PHASE=PENDING&PHASE=HELD&AFTER=2000-01-01T00:00:00.000")
    assert len(fromstring(every.content)) >= 3
    assert len(await told(http, "/tap/async", AFTER="2100-01-01T00:00:00Z")) == 0


async def test_a_refused_job_leaves_nothing(http: httpx.AsyncClient, desk: JobService) -> None:
    before = await desk.list_jobs("127.0.0.1", (), None, None)
    refused = await http.post("/tap/async", data={"QUERY": "SELECT"}, files={"t1": ("a.vot", b"x" * 200_000)})
    assert (refused.status_code, "larger than" in said(refused)) == (413, True)
    assert await desk.list_jobs("127.0.0.1", (), None, None) == before


@pytest.mark.parametrize(
    ("method", "path", "data", "status", "what"),
    [
        ("GET", "/nothing", None, 404, "no such job"),
        ("GET", "/nothing/results/result", None, 404, "no such job"),
        ("DELETE", "/nothing", None, 404, "no such job"),
        ("GET", "/%00", None, 404, "no such job"),
        ("DELETE", "/%00", None, 404, "no such job"),
        ("GET", "?PHASE=%00", None, 400, "PENDING"),
        ("POST", "/nothing/phase", {"PHASE": "RUN"}, 404, "no such job"),
        ("GET", "?PHASE=GONE", None, 400, "PENDING"),
        ("GET", "?LAST=0", None, 400, "LAST"),
        ("GET", "?AFTER=yesterday", None, 400, "2026-01-31T12:00:00Z"),
        ("GET", "/{}?WAIT=soon", None, 400, "WAIT"),
        ("GET", "/{}/error", None, 404, "PENDING"),
        ("POST", "/{}", {"ACTION": "STOP"}, 400, "ACTION=DELETE"),
        ("POST", "/{}/phase", {"PHASE": "WALK"}, 400, "RUN or ABORT"),
        ("POST", "/{}/executionduration", {}, 400, "EXECUTIONDURATION"),
        ("POST", "/{}/executionduration", {"EXECUTIONDURATION": "-5"}, 400, "EXECUTIONDURATION"),
        ("POST", "/{}/destruction", {"DESTRUCTION": "99999-01-01"}, 400, "DESTRUCTION"),
        ("POST", "", {"QUERY": "x" * 3000}, 413, "larger than 2000"),
    ],
)
async def test_what_is_wrong_is_said(  # noqa: PLR0917
    http: httpx.AsyncClient, method: str, path: str, data: dict[str, str] | None, status: int, what: str
) -> None:
    job_id = (await made(http, QUERY="x")).rpartition("/")[2] if "{}" in path else ""
    answer = await http.request(method, f"/tap/async{path.format(job_id)}", data=data)
    assert (answer.status_code, what in said(answer)) == (status, True)


async def test_a_service_without_jobs_says_so(federation: Federation) -> None:
    app = Starlette(routes=Door(endpoints=ENDPOINTS, votable=True).routes())
    app.state.gateway = SimpleNamespace(settings=Settings(federation.hub), jobs=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as http:
        answer = await http.post("/tap/async", data=RUN)
        assert (answer.status_code, "/tap/sync" in said(answer)) == (404, True)


async def test_a_result_that_is_elsewhere_is_not_taken_for_none(
    http: httpx.AsyncClient, desk: JobService, tmp_path: Path
) -> None:
    place = await ended(http, **RUN)
    assert isinstance(desk.spool, FolderStore)
    there = desk.spool.path(place.rpartition("/")[2], "")
    there.rename(tmp_path / "away")
    answer = await http.get(f"{place}/results/result")
    assert (answer.status_code, "GATEWAY_SPOOL" in said(answer)) == (404, True)
