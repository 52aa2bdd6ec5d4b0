"""Clients of the Virtual Observatory that log in by what the gateway says of itself: pyvo, astroquery, and STILTS."""

import json
from collections.abc import Iterator

import httpx
import pytest
import pyvo
from people import knowing
from pyvo.auth.authsession import AuthSession
from serving import Server
from starlink import run, stilts

from gateway.commands.provider import Provider
from sample.federation import Federation

QUERY = "SELECT TOP 3 Name FROM jsdc.star"
LOGIN = "pi-s01"


@pytest.fixture(scope="module")
def known(provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    spool = str(tmp_path_factory.mktemp("spool"))
    with Server(knowing(provider, federation, spool=spool, figures=False, upload_hosts="127.0.0.1")) as url:
        yield url


def session(provider: Provider, password: str | None = None) -> AuthSession:
    made = AuthSession()
    made.credentials.set_password(LOGIN, password or provider.passwords[LOGIN])
    return made


def test_pyvo_logs_in_by_itself(known: str, provider: Provider) -> None:
    service = pyvo.dal.TAPService(f"{known}/tap", session=session(provider))
    assert len(service.search(QUERY)) == 3
    job = service.submit_job(QUERY)
    try:
        job.run().wait(phases=["COMPLETED", "ERROR"], timeout=30)
        assert (job.phase, len(job.fetch_result())) == ("COMPLETED", 3)
        assert job.owner == LOGIN
        listed = service.get_job_list()
        assert job.job_id in {one.jobid for one in listed}
        assert {one.ownerid for one in listed} == {LOGIN}, "whose other jobs are those of other tests"
    finally:
        job.delete()


def test_pyvo_is_told_of_a_wrong_password(known: str, provider: Provider) -> None:
    service = pyvo.dal.TAPService(f"{known}/tap", session=session(provider, "wrong"))
    with pytest.raises(pyvo.dal.DALQueryError, match="password is wrong"):
        service.search(QUERY)


def test_pyvo_without_a_login_asks_as_nobody(known: str) -> None:
    service = pyvo.dal.TAPService(f"{known}/tap", session=AuthSession())
    assert len(service.search(QUERY)) == 3
    assert not any(job.ownerid for job in service.get_job_list()), "of whom nobody knows, as others here"


def test_pyvo_asks_other_services_by_password(known: str, provider: Provider) -> None:
    found = pyvo.dal.SIA2Service(f"{known}/sia", session=session(provider)).search(pos=(344.4127, -29.6222, 0.1))
    assert found.fieldnames


def test_a_session_logs_in_as_a_browser_does(known: str, provider: Provider) -> None:
    with httpx.Client(base_url=known) as browser:
        challenged = browser.get("/login")
        assert 'Basic realm="jmmc account"' in challenged.headers.get_list("www-authenticate")
        assert browser.get("/login", auth=(LOGIN, provider.passwords[LOGIN])).status_code == 200
        told = browser.get("/account").json()
        assert (told["login"], told["by"]) == (LOGIN, "session")
        assert browser.post("/logout").status_code == 204
        assert browser.get("/account").status_code == 401


@pytest.mark.stilts
def test_stilts_logs_in_where_it_is_asked_to(known: str, provider: Provider) -> None:
    """STILTS 3.4 waits for a challenge, and takes the login from its system properties."""
    with httpx.Client(base_url=known, auth=(LOGIN, provider.passwords[LOGIN]), timeout=30) as mine:
        job = mine.post("/tap/async", data={"LANG": "ADQL", "QUERY": QUERY, "PHASE": "RUN"}).headers["location"]
        mine.get(job, params={"WAIT": "20"})
        for password, status in ((provider.passwords[LOGIN], 0), ("wrong", 1)):
            login = (f"-Dstar.basicauth.user={LOGIN}", f"-Dstar.basicauth.password={password}")
            told = run(*login, "tcopy", f"in={job}/results/result", "ifmt=votable", "ofmt=csv")
            assert (told.returncode, len(told.stdout.splitlines())) == (status, 0 if status else 4), told.stderr
        mine.delete(job)


@pytest.mark.stilts
def test_taplint_has_nothing_against_capabilities_that_say_how_to_log_in(known: str) -> None:
    text = stilts("taplint", f"tapurl={known}/tap", "stages=CPV CAP", "format=json", "report=EWF")
    told = json.loads(text[text.index("{") : text.rindex("}") + 1])
    found = {report["code"] for section in told["sections"] for report in section["reports"]}
    assert found <= {"KEYX", "CULF"}, "which test_stilts_tap.py accepts"
    assert {section["code"] for section in told["sections"]} == {"CPV", "CAP"}
