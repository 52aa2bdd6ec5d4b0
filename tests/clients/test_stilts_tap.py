"""STILTS asks TAP, and `taplint` examines it whole; collected where WITH_STILTS=1."""

import json
from pathlib import Path

import httpx
import pytest
from starlink import stilts
from test_stilts import clean, saved

ACCEPTED: dict[tuple[str, str], tuple[str, str]] = {
    ("CAP", "E-KEYX"): ("#features-adql-conditional", "The key of ADQL 2.1 section 4.8: STILTS up to 3.4 lacks it."),
    ("CAP", "W-CULF"): (
        "ivo://org.gavo.dc/std/exts#extra-adql-keywords",
        "TAPRegExt has no type for MOC and TABLESAMPLE; clients know them, as pyvo does, by that of DaCHS.",
    ),
    ("MDQ", "W-DRUT"): (
        "(obscore:Target.name != obscore:Target.Name)",
        "Utypes fold case; TAP_SCHEMA has ObsCore's spelling, a FIELD the one that ASPRO2 looks for.",
    ),
}
"""What `taplint` finds that is not ours: stage and code, with words of the report and the reason."""
STAGES = "TMV TME TMS TMC CPV CAP AVV QGE QPO QAS UWS MDQ OBS LOC UPL EXA"
"""All of them."""
QUERIES = (
    "SELECT * FROM ivoa.obscore",
    "SELECT s.*, i.method FROM jsdc.star AS s JOIN crossid.granule AS i ON i.star_id = s.jsdc_id",
    "SELECT COUNT(*) AS n, AVG(LDD) AS mean, MIN(Vmag) AS brightest FROM jsdc.star GROUP BY CalFlag",
    "SELECT * FROM tap_schema.columns",
)
FORMATS = ("votable/td", "votable/b2")


def test_taplint_has_nothing_against_us(server: str, tmp_path: Path) -> None:
    text = stilts("taplint", f"tapurl={server}/tap", f"stages={STAGES}", "format=json", "report=EWF")
    (tmp_path / "taplint.json").write_text(text)
    told = json.loads(text[text.index("{") : text.rindex("}") + 1])
    found = [
        (section["code"], f"{report['level'][0]}-{report['code']}", report["text"])
        for section in told["sections"]
        for report in section["reports"]
        if report["level"] in ("ERROR", "WARNING", "FAILURE")
    ]
    ours = [report for report in found if report[:2] not in ACCEPTED or ACCEPTED[report[:2]][0] not in report[2]]
    assert not ours, "\n".join(map(str, ours))
    assert {section["code"] for section in told["sections"]} == set(STAGES.split())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("query", QUERIES)
def test_votlint(server: str, tmp_path: Path, query: str, form: str) -> None:
    told = {"QUERY": query, "LANG": "ADQL", "FORMAT": form, "MAXREC": "50"}
    clean(saved(tmp_path / "result.vot", httpx.post(f"{server}/tap/sync", data=told)))


def test_votlint_of_an_error(server: str, tmp_path: Path) -> None:
    clean(saved(tmp_path / "error.vot", httpx.get(f"{server}/tap/sync", params={"QUERY": "SELECT", "LANG": "ADQL"})))


def test_tapquery(server: str) -> None:
    query = "SELECT TOP 30 Name, LDD FROM jsdc.star WHERE LDD > 0 ORDER BY Vmag"
    told = stilts("tapquery", f"tapurl={server}/tap", f"adql={query}", "sync=true", "parse=true", "omode=count")
    assert "rows: 30" in told


def test_tapquery_with_an_upload(server: str, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("ra,dec\n344.4127,-29.6222\n100.983,25.131\n0.5,88.8\n")
    query = (
        "SELECT s.Name FROM TAP_UPLOAD.up1 AS p JOIN jsdc.star AS s "
        "ON 1 = CONTAINS(POINT('ICRS', s.RAJ2000, s.DEJ2000), CIRCLE('ICRS', p.ra, p.dec, 0.01))"
    )
    for form in ("TABLEDATA", "BINARY", "BINARY2"):
        told = stilts(
            "tapquery", f"tapurl={server}/tap", f"adql={query}", "nupload=1", f"upload1={places}", "ufmt1=csv",
            f"upvotformat={form}", "sync=true", "ofmt=csv",
        )  # fmt: skip
        assert {"HD 216956", "HD 48329"} <= set(told.splitlines()), form


def test_tapskymatch(server: str, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("ra,dec\n344.4127,-29.6222\n100.983,25.131\n0.5,88.8\n")
    told = stilts(
        "tapskymatch", f"in={places}", "ifmt=csv", "inlon=ra", "inlat=dec", f"tapurl={server}/tap", "taptable=jsdc.star",
        "taplon=RAJ2000", "taplat=DEJ2000", "sr=0.01", "find=best", "sync=true", "ocmd=keepcols 'ra Name'", "ofmt=csv",
    )  # fmt: skip
    assert told.splitlines()[1:] == ["344.4127,HD 216956", "100.983,HD 48329"]
