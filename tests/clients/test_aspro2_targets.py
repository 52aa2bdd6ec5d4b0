"""Tables that ASPRO2 is sent by SAMP or loads from a URL, read as its `vot2AsproObservation.xsl` (2025) reads them.

It makes a root element of every RESOURCE, so that a document may have one alone; it finds the name by UCD or by the
utype `obscore:Target.Name`, whichever FIELD comes first, and the place by UCDs that contain its words, in degrees.
"""

import re
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

NAME_UCDS, NAME_UTYPE = ("meta.id;meta.main", "META.MAIN"), "obscore:Target.Name"
NEAR = {"RA": "344.4127", "DEC": "-29.6222", "SR": "3", "LINKS": "false"}
WHERE = "1 = CONTAINS(POINT({}, {}), CIRCLE(344.4127, -29.6222, 3))"
DOORS: dict[str, tuple[str, dict[str, str], str]] = {
    "stars by cone": ("/scs/jsdc.star", NEAR, "HD 216956"),
    "targets by cone": ("/scs/spica.target", NEAR | {"SR": "180"}, ""),
    "calibrators by cone": ("/scs/spica.calprim", NEAR | {"SR": "180"}, ""),
    "granules by cone": ("/scs/oidb.granule", NEAR | {"SR": "180", "MAXREC": "20", "VERB": "3"}, ""),
    "stars by TAP": (
        "/tap/sync",
        {
            "LANG": "ADQL",
            "LINKS": "false",
            "QUERY": f"SELECT * FROM jsdc.star WHERE {WHERE.format('RAJ2000', 'DEJ2000')}",
        },
        "HD 216956",
    ),
    "JSDC by VizieR's name": (
        "/tap/sync",
        {
            "LANG": "ADQL",
            "LINKS": "false",
            "QUERY": f'SELECT * FROM "II/346/jsdc_v2" WHERE {WHERE.format("RAJ2000", "DEJ2000")}',
        },
        "HD 216956",
    ),
    "the wide table of SPICA": ("/tap/sync", {"LANG": "ADQL", "QUERY": "SELECT TOP 20 * FROM spica"}, ""),
    "observations": (
        "/tap/sync",
        {
            "LANG": "ADQL",
            "LINKS": "false",
            "QUERY": f"SELECT TOP 20 * FROM ivoa.obscore WHERE {WHERE.format('s_ra', 's_dec')}",
        },
        "",
    ),
    "observations by SIA": ("/sia", {"POS": "CIRCLE 344.4127 -29.6222 3", "LINKS": "false"}, ""),
}


def position(fields: list[dict[str, str]], words: tuple[str, str]) -> int:
    return next(
        number
        for number, field in enumerate(fields)
        if "deg" in field.get("unit", "") and any(word in field.get("ucd", "") for word in words)
    )


def targets(response: httpx.Response) -> list[tuple[str, float, float]]:
    """The targets that ASPRO2 makes of a document: name, right ascension and declination, of rows that have all."""
    assert response.status_code == 200, response.text
    plain = re.sub(r'\sxmlns(:\w+)?="[^"]*"|\sxsi:\w+="[^"]*"', "", response.text)
    (resource,) = ET.fromstring(plain.encode()).findall("RESOURCE")  # noqa: S314 - ours
    fields: list[dict[str, Any]] = [node.attrib for node in resource.findall("TABLE/FIELD")]
    name = next(
        number
        for number, field in enumerate(fields)
        if field.get("ucd") in NAME_UCDS or field.get("utype") == NAME_UTYPE
    )
    ra, dec = position(fields, ("pos.eq.ra", "POS_EQ_RA")), position(fields, ("pos.eq.dec", "POS_EQ_DEC"))
    rows = ([cell.text or "" for cell in row.findall("TD")] for row in resource.findall("TABLE/DATA/TABLEDATA/TR"))
    return [(row[name], float(row[ra]), float(row[dec])) for row in rows if row[name] and row[ra] and row[dec]]


@pytest.mark.parametrize("door", DOORS)
async def test_aspro2_finds_targets(door: str, client: httpx.AsyncClient) -> None:
    path, params, known = DOORS[door]
    found = targets(await client.get(path, params=params))
    assert found
    assert not any(name.isdigit() for name, _, _ in found), "a name, and no number of a row"
    if known:
        assert known in {name for name, _, _ in found}
    assert all(0 <= ra <= 360 and -90 <= dec <= 90 for _, ra, dec in found)
