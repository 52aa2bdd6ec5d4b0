"""STILTS on DataLink; collected where WITH_STILTS=1."""

import json
import re
from pathlib import Path

import httpx
import pytest
from starlink import run, stilts


def lint(*told: str) -> tuple[int, int, int]:
    """Errors, warnings and failures that datalinklint finds."""
    done = run(*told, "format=json")
    assert done.returncode == 0, done.stderr.decode()
    totals = json.loads(done.stdout)["totals"]
    return totals["ERROR"], totals["WARNING"], totals["FAILURE"]


def test_datalinklint(server: str) -> None:
    query = "{ obscore(first: 12, orderBy: [{ tMin: DESC }]) { nodes { obsPublisherDid } } }"
    nodes = httpx.post(f"{server}/graphql", json={"query": query}).json()["data"]["obscore"]["nodes"]
    ids = [node["obsPublisherDid"] for node in nodes] + ["ivo://jmmc.fr/jsdc?HD 48329", "ivo://jmmc.fr/spicadb?22", "?"]
    url = str(httpx.URL(f"{server}/datalink/links", params=[("ID", told) for told in ids]))
    assert lint("datalinklint", f"votable={url}") == (0, 0, 0)


LINTED = (
    "/datalink/links?ID=ivo://jmmc.fr/oidb?000020000095",
    "/scs/ivoa.obscore?RA=1&DEC=1&SR=180&MAXREC=5",
    "/sia?POS=CIRCLE 100.983 25.131 5",
    "/sia?MAXREC=0",
    "/sia?BAND=wrong",
    "/visibility?POS=60,-5&TIME=61375/61377",
)


@pytest.mark.parametrize("path", LINTED)
def test_votlint(server: str, tmp_path: Path, path: str) -> None:
    (saved := tmp_path / "answer.vot").write_bytes(httpx.get(server + path).content)
    assert stilts("votlint", f"votable={saved}", "ucd=true", "unit=true") == ""


def test_sia2(server: str, tmp_path: Path) -> None:
    place = ("lon=100.983", "lat=25.131", "radius=0.1")
    told = stilts("cone", "servicetype=sia2", f"serviceurl={server}/sia", *place, "omode=count")
    wanted = httpx.get(f"{server}/sia", params={"POS": "CIRCLE 100.983 25.131 0.1"}).text.count("<TR>")
    assert f"rows: {wanted}" in told
    capabilities = tmp_path / "capabilities.xml"
    capabilities.write_bytes(httpx.get(f"{server}/sia/capabilities").content)
    valid = run("xsdvalidate", f"doc={capabilities}", "uselocals=true")
    assert b"ERROR" not in valid.stdout + valid.stderr


RESOURCE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0"
 targetNamespace="http://www.ivoa.net/xml/RegistryInterface/v1.0">
<xs:import namespace="http://www.ivoa.net/xml/VOResource/v1.0"/><xs:element name="Resource" type="vr:Resource"/>
</xs:schema>"""
"""What Registry Interfaces 1.0 says of a record; STILTS has the schemas of all that is in it but of cone searches."""


def test_records_are_valid(server: str, tmp_path: Path) -> None:
    """Of data and services; of cone searches and registries STILTS has no schema: the former are as others but for that."""
    told = {"verb": "ListRecords", "metadataPrefix": "ivo_vor"}
    text = httpx.get(f"{server}/oai", params=told, timeout=60).text
    (schema := tmp_path / "resource.xsd").write_text(RESOURCE)
    location = f"schemaloc=http://www.ivoa.net/xml/RegistryInterface/v1.0=file:{schema}"
    resources = re.findall(r"<ri:Resource [^>]*xsi:type=.vs:[^>]*>.*?</ri:Resource>", text, re.DOTALL)
    assert len(resources) > 14
    for resource in resources:
        plain = resource.replace('xsi:type="cs:ConeSearch"', "")
        plain = re.sub(r"<(maxSR|maxRecords|verbosity|testQuery)>.*?</\1>", "", plain, flags=re.DOTALL)
        (record := tmp_path / "record.xml").write_text(plain)
        done = run("xsdvalidate", f"doc={record}", "uselocals=true", location)
        told = (done.stdout + done.stderr).decode()
        assert (done.returncode, "ERROR" in told) == (0, False), told
