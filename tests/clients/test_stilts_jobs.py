"""STILTS asks jobs; collected where GATEWAY_STILTS=1."""

import httpx
from starlink import stilts


def test_tapquery_and_tapresume(server: str) -> None:
    query = "adql=SELECT TOP 30 Name, LDD FROM jsdc.star"
    told = stilts("tapquery", f"tapurl={server}/tap", query, "sync=false", "poll=100", "delete=never", "omode=count")
    assert "rows: 30" in told
    (job,) = (line for line in told.splitlines() if line.startswith("http"))
    assert "rows: 30" in stilts("tapresume", f"joburl={job}", "delete=finished", "omode=count")
    assert httpx.get(job).status_code == 404
