"""STILTS, which TOPCAT is made of, validates and reads what we serve; collected where WITH_STILTS=1."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from astropy.io import fits
from starlink import stilts

from schema.catalog import DECLARED

FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222"}
QUERIES = (
    "{ stars(first: 50) { nodes { name ra dec vmag { value error origin } also: name } } }",
    "{ targets(cone: { ra: 12.5, dec: -89.5, radius: 0.001 }) { nodes { targetId targetName } } }",
    "{ exposures(first: 20) { nodes { expId expSeeing observation { obsId target { targetName targetRa } } } } }",
    "{ granules(first: 20) { nodes { granuleId sRa sDec tMin } } }",
)
QUERY = "{ stars(first: 300) { nodes { jsdcId name ra dec vmag { value } } } }"
FORMATS = {
    "csv": "text/csv",
    "tst": "text/tab-separated-values",
    "votable": "application/x-votable+xml",
    "votable ": "application/x-votable+xml;serialization=BINARY2",
    "fits-plus": "application/fits",
}


def clean(path: Path) -> None:
    """`votlint` has nothing to say."""
    assert stilts("votlint", f"votable={path}", "ucd=true", "unit=true") == ""


def saved(path: Path, response: httpx.Response) -> Path:
    assert response.status_code < 500
    path.write_bytes(response.content)
    return path


def test_votlint_says_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.vot"
    rows = "<DATA><TABLEDATA><TR><TD>x</TD></TR></TABLEDATA></DATA>"
    field = '<FIELD name="a" datatype="int" />'
    wrong.write_text(
        f'<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>{field}{rows}'
        "</TABLE></RESOURCE></VOTABLE>"
    )
    assert "Bad integer" in stilts("votlint", f"votable={wrong}", "ucd=true", "unit=true")


def test_cone_searches_are_valid(server: str, tmp_path: Path) -> None:
    for name in DECLARED.positioned:
        told: Mapping[str, Any] = FOMALHAUT | {"SR": "180", "VERB": "3", "MAXREC": "30"}
        clean(saved(tmp_path / f"{name}.vot", httpx.get(f"{server}/scs/{name}", params=told)))


def test_other_votables_are_valid(server: str, tmp_path: Path, hostile: dict[int, Any]) -> None:
    assert hostile
    for accept in ("application/x-votable+xml", "application/x-votable+xml;serialization=BINARY2"):
        for index, query in enumerate(QUERIES):
            response = httpx.post(f"{server}/graphql", json={"query": query}, headers={"accept": accept})
            assert response.status_code == 200, response.text
            clean(saved(tmp_path / f"{index}.vot", response))
    clean(saved(tmp_path / "error.vot", httpx.get(f"{server}/scs/jsdc.star")))
    portal = saved(tmp_path / "aspro2.vot", httpx.get(f"{server}/search.votable", params={"maxrec": "50"}))
    (warning,) = stilts("votlint", f"votable={portal}", "ucd=true", "unit=true").splitlines()
    assert "VOTABLE in wrong namespace (http://www.ivoa.net/xml/VOTable/v1.4" in warning, "as OiDB's harvest wants it"


def test_cone(server: str) -> None:
    place = ("lon=344.4127", "lat=-29.6222", "radius=1", "verb=3", "omode=count")
    wanted = httpx.get(f"{server}/scs/jsdc.star", params=FOMALHAUT | {"SR": "1"}).text.count("<TR>")
    told = stilts("cone", f"serviceurl={server}/scs/jsdc.star", *place)
    assert f"rows: {wanted}" in told


def test_coneskymatch(server: str, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("ra,dec\n344.4127,-29.6222\n100.983,25.131\n0.5,88.8\n")
    matched = tmp_path / "matched.csv"
    stilts(
        "coneskymatch",
        f"in={places}",
        "ifmt=csv",
        "ra=ra",
        "dec=dec",
        "sr=0.01",
        "find=best",
        f"serviceurl={server}/scs/jsdc.star",
        "parallel=3",
        f"out={matched}",
        "ofmt=csv",
    )
    text = matched.read_text()
    assert "HD 216956" in text
    assert "HD 48329" in text
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_tpipe_counts_the_same_rows(server: str, tmp_path: Path, name: str) -> None:
    response = httpx.post(f"{server}/graphql", json={"query": QUERY}, headers={"accept": FORMATS[name]})
    path = saved(tmp_path / "table", response)
    if name == "tst":  # STILTS reads tab-separated values as CSV with another delimiter
        path.write_text(response.text.replace("\t", ","))
        name = "csv"
    assert "rows: 300" in stilts("tpipe", f"in={path}", f"ifmt={name.strip()}", "omode=count")


ADQL = (
    "SELECT TOP 20 name, raj2000, dej2000, jsdc_id, calflag, POINT('ICRS', raj2000, dej2000) AS place "
    "FROM jsdc.star ORDER BY jsdc_id"
)


def test_fits_has_the_values_of_votable(server: str, tmp_path: Path) -> None:
    rows, heads = {}, {}
    for name, form in {"votable": "votable/td", "fits-plus": "fits"}.items():
        told = {"REQUEST": "doQuery", "LANG": "ADQL", "QUERY": ADQL, "RESPONSEFORMAT": form}
        path = saved(tmp_path / name, httpx.get(f"{server}/tap/sync", params=told))
        rows[name] = stilts("tpipe", f"in={path}", f"ifmt={name}", "ofmt=csv", "cmd=delcols place")
        described = "cmd=meta name units ucd description"
        heads[name] = stilts("tpipe", f"in={path}", f"ifmt={name}", "ofmt=csv", described, "cmd=rowrange 1 5")
        assert len(stilts("tpipe", f"in={path}", f"ifmt={name}", "ofmt=csv", "cmd=keepcols place").splitlines()) == 21
    assert rows["fits-plus"] == rows["votable"]
    assert heads["fits-plus"] == heads["votable"]
    assert "deg,pos.eq.ra" in heads["votable"]


def test_fits_pads_lists_unless_it_is_told_not_to(tmp_path: Path) -> None:
    """As docs/clients.md says."""
    table, written = tmp_path / "lists.vot", tmp_path / "lists.fits"
    field = '<FIELD name="a" datatype="int" arraysize="*"/><FIELD name="b" datatype="boolean" arraysize="*"/>'
    rows = "<TR><TD>1 2</TD><TD>T T</TD></TR><TR><TD>9</TD><TD>T</TD></TR>"
    table.write_text(
        f'<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>{field}'
        f"<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    )
    for form, row in {"fits": ([9, 0], [b"T", b""]), "fits-var": ([9], [b"T"])}.items():
        stilts("tpipe", f"in={table}", f"out={written}", f"ofmt={form}")
        last = fits.getdata(written, 1, logical_as_bytes=True)[1]
        assert (list(last["a"]), list(map(bytes, last["b"]))) == row


def test_what_is_compressed_is_read_as_what_is_not(server: str, tmp_path: Path) -> None:
    """STILTS asks for gzip."""
    url = f"{server}/scs/jsdc.star?RA=344.4127&DEC=-29.6222&SR=180&VERB=3&MAXREC=300"
    kept = tmp_path / "plain.vot"
    kept.write_bytes(httpx.get(url, headers={"accept-encoding": "identity"}).content)
    read = [stilts("tpipe", f"in={place}", "ifmt=votable", "omode=out", "ofmt=csv") for place in (url, kept)]
    assert read[0] == read[1]
    assert read[0].count("\n") > 200
