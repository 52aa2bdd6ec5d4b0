"""pyvo and TapPlus as scripts have them: a base that ends in a slash, and what was read written back."""

import gzip
import io
from pathlib import Path

import pytest
import pyvo
from astropy.table import Table
from astropy.time import TimeDelta
from astroquery.utils.tap.core import TapPlus
from requests.exceptions import HTTPError

STARS = "SELECT TOP 5 Name, RAJ2000, Vmag FROM jsdc.star ORDER BY Vmag"
PLACE = (344.4127, -29.6222)


@pytest.fixture(scope="module", params=["/tap/", "//tap", "/tap//"])
def tap(server: str, request: pytest.FixtureRequest) -> pyvo.dal.TAPService:
    """As the night scheduler of SPICA asks, `…/tap/`: pyvo puts `/sync` behind it."""
    return pyvo.dal.TAPService(f"{server}{request.param}")


def test_pyvo_asks_a_base_that_ends_in_a_slash(tap: pyvo.dal.TAPService) -> None:
    assert tap.baseurl.endswith(("/", "//tap"))
    waited, kept = tap.run_sync(STARS), tap.run_async(STARS)
    assert len(waited) == 5
    assert list(waited["Name"]) == list(kept["Name"])
    assert "jsdc.star" in tap.tables
    assert len(tap.examples) > 3
    assert tap.get_tap_capability().get_adql().get_feature_list
    found = tap.run_sync("SELECT name FROM TAP_UPLOAD.t", uploads={"t": Table({"name": ["Vega"]})})
    assert list(found["name"]) == ["Vega"]


def test_pyvo_writes_back_what_it_has_read(tap: pyvo.dal.TAPService) -> None:
    job = tap.submit_job(STARS)
    until = job.destruction
    job.execution_duration = TimeDelta(300, format="sec")  # which is sent as 300.0
    assert job.execution_duration == TimeDelta(300, format="sec")
    job.execution_duration = job.execution_duration
    assert job.execution_duration == TimeDelta(300, format="sec")
    job.destruction = until
    assert abs((job.destruction - until).to_value("s")) < 0.001
    job.delete()


def test_pyvo_sends_what_is_gzipped_if_it_is_opened(tap: pyvo.dal.TAPService) -> None:
    """Named by its path it is read as text, by pyvo and by TapPlus, which fails before anything is sent."""
    held = io.BytesIO()
    Table({"name": ["Vega"]}).write(held, format="votable")
    for ask in (tap.run_sync, tap.run_async):
        packed = io.BytesIO(gzip.compress(held.getvalue()))
        assert list(ask("SELECT name FROM TAP_UPLOAD.t", uploads={"t": packed})["name"]) == ["Vega"]


def test_other_services_of_pyvo(server: str) -> None:
    stars = pyvo.dal.SCSService(f"{server}/scs/jsdc.star/").search(pos=PLACE, radius=0.1)
    assert "HD 216956" in {str(record["Name"]) for record in stars}
    images = pyvo.dal.SIA2Service(f"{server}/sia/").search(pos=(*PLACE, 1))
    assert len(images) > 0


@pytest.mark.parametrize("base", ["/tap/", "//tap"])
def test_tapplus(server: str, base: str, tmp_path: Path) -> None:
    tap = TapPlus(url=f"{server}{base}")
    assert len(tap.launch_job(STARS).get_results()) == 5
    assert len(tap.launch_job_async(STARS).get_results()) == 5
    mine = tmp_path / "mine.vot"
    Table({"name": ["Vega"]}).write(mine, format="votable")
    for ask in (tap.launch_job, tap.launch_job_async):
        job = ask("SELECT name FROM tap_upload.mine", upload_resource=str(mine), upload_table_name="mine")
        assert list(job.get_results()["name"]) == ["Vega"]


def test_tapplus_shows_the_message_of_a_refusal_in_csv(server: str) -> None:
    with pytest.raises(HTTPError, match="there is no column nothing"):
        TapPlus(url=f"{server}/tap").launch_job("SELECT nothing FROM jsdc.star", output_format="csv")
