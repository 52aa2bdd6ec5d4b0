"""STILTS asks jobs; collected where WITH_STILTS=1."""

from pathlib import Path

import httpx
from starlink import stilts


def test_tapquery_and_tapresume(server: str) -> None:
    query = "adql=SELECT TOP 30 Name, LDD FROM jsdc.star"
    told = stilts("tapquery", f"tapurl={server}/tap", query, "sync=false", "poll=100", "delete=never", "omode=count")
    assert "rows: 30" in told
    (job,) = (line for line in told.splitlines() if line.startswith("http"))
    assert "rows: 30" in stilts("tapresume", f"joburl={job}", "delete=finished", "omode=count")
    assert httpx.get(job).status_code == 404


def test_a_base_that_ends_in_a_slash_with_limits_of_a_job(server: str, tmp_path: Path) -> None:
    """STILTS puts UPLOAD, DESTRUCTION and EXECUTIONDURATION into jobs; the uploads are one file each."""
    mine = tmp_path / "mine.csv"
    mine.write_text("Name,n\nHD 216956,1\nHD 48329,2\n")
    asked = [f"tapurl={server}/tap/", f"upload1={mine}", "ufmt1=csv", f"upload2={mine}", "ufmt2=csv", "nupload=2"]
    query = "adql=SELECT a.Name FROM TAP_UPLOAD.up1 AS a JOIN TAP_UPLOAD.up2 AS b ON a.Name = b.Name"
    limits = ["executionduration=300", "destruction=2099-01-01T00:00:00"]
    for way in (["sync=true"], ["sync=false", "poll=100", *limits]):
        assert "rows: 2" in stilts("tapquery", *asked, query, *way, "omode=count")
