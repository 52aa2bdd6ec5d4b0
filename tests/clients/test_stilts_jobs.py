"""STILTS asks jobs, and `taplint` examines them; collected where GATEWAY_STILTS=1."""

import json

import httpx
from test_stilts import stilts

STAGES = "TMS CAP QAS UWS UPL"
ACCEPTED = {
    (
        "CAP",
        "MUPM",
    ): "What an UPLOAD names by its address is not looked for: the gateway would be a way into its network"
}


def test_taplint_has_nothing_against_jobs(server: str) -> None:
    text = stilts("taplint", f"tapurl={server}/tap", f"stages={STAGES}", "format=json", "report=EWF")
    told = json.loads(text[text.index("{") : text.rindex("}") + 1])
    found = [
        (section["code"], report["code"], report["text"])
        for section in told["sections"]
        for report in section["reports"]
        if report["level"] in ("ERROR", "WARNING", "FAILURE")
    ]
    assert not [report for report in found if report[:2] not in ACCEPTED], found
    assert {section["code"] for section in told["sections"]} == set(STAGES.split())


def test_tapquery_and_tapresume(server: str) -> None:
    query = "adql=SELECT TOP 30 Name, LDD FROM jsdc.star"
    told = stilts("tapquery", f"tapurl={server}/tap", query, "sync=false", "poll=100", "delete=never", "omode=count")
    assert "rows: 30" in told
    (job,) = (line for line in told.splitlines() if line.startswith("http"))
    assert "rows: 30" in stilts("tapresume", f"joburl={job}", "delete=finished", "omode=count")
    assert httpx.get(job).status_code == 404
