"""The page of `/examples` (DALI 1.1 section 2.3): XHTML for people, RDFa for TOPCAT and pyvo. A test runs each."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

VOCABULARY = "http://www.ivoa.net/rdf/examples#"


@dataclass(frozen=True, slots=True)
class Example:
    """A query, and what it is for."""

    id: str
    title: str
    text: str
    table: str
    query: str


EXAMPLES = (
    Example(
        "diameters",
        "Diameters of bright stars",
        "The hundred brightest stars of JSDC whose angular diameter is known to better than 10 %.",
        "jsdc.star",
        "SELECT TOP 100 Name, RAJ2000, DEJ2000, Vmag, LDD, e_LDD\nFROM jsdc.star\n"
        "WHERE LDD > 0 AND e_LDD / LDD < 0.1\nORDER BY Vmag",
    ),
    Example(
        "calibrators",
        "Calibrators near a star",
        "Stars within 25° of Fomalhaut, small, examined, and without a flag against them, as SearchCal proposes them.",
        "jsdc.star",
        "SELECT TOP 20 Name, RAJ2000, DEJ2000, Kmag, LDD, e_LDD,\n"
        "  DISTANCE(POINT('ICRS', RAJ2000, DEJ2000), POINT('ICRS', 344.4127, -29.6222)) AS separation\nFROM jsdc.star\n"
        "WHERE 1 = CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), CIRCLE('ICRS', 344.4127, -29.6222, 25))\n"
        "  AND CalFlag = 0 AND LDD < 1\nORDER BY Kmag",
    ),
    Example(
        "obscore",
        "Everything observed at a place",
        "Observations of OiDB, the Obs Portal and SPICA-DB within 0.1° of Fomalhaut, each said once.",
        "ivoa.obscore",
        "SELECT obs_publisher_did, source, calib_level, target_name, instrument_name, t_min, access_url\n"
        "FROM ivoa.obscore\nWHERE 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 344.4127, -29.6222, 0.1))",
    ),
    Example(
        "exposures",
        "Exposures of an instrument",
        "GRAVITY's exposures of 2019 with their seeing, from the Obs Portal.",
        "obsportal.exposure",
        "SELECT TOP 100 exp_id, target_name, exp_mjd_start, exp_seeing\nFROM obsportal.exposure\n"
        "WHERE instrument_name = 'GRAVITY' AND exp_mjd_start BETWEEN 58484 AND 58849\nORDER BY exp_mjd_start",
    ),
    Example(
        "instruments",
        "How much there is of each instrument",
        "Granules of OiDB counted by instrument and calibration level.",
        "oidb.granule",
        "SELECT instrument_name, calib_level, COUNT(*) AS granules\nFROM oidb.granule\n"
        "GROUP BY instrument_name, calib_level\nORDER BY granules DESC",
    ),
    Example(
        "published",
        "Published data with the diameter of their star",
        "Granules of OiDB joined to JSDC by what the gateway found out: which star each of them is.",
        "crossid.granule",
        "SELECT TOP 100 g.id, g.target_name, g.instrument_name, g.access_url, s.Name, s.LDD, s.e_LDD\n"
        "FROM oidb.granule AS g\nJOIN crossid.granule AS i ON i.id = g.id\n"
        "JOIN jsdc.star AS s ON s.jsdc_id = i.star_id\nWHERE g.calib_level >= 2",
    ),
    Example(
        "survey",
        "Survey targets without a run",
        "Targets of CHARA/SPICA that no run was made of.",
        "spica.target",
        "SELECT TOP 50 t.spicadb_id, t.target_main_id, t.ra, t.dec\nFROM spica.target AS t\n"
        "WHERE NOT EXISTS (SELECT 1 FROM spica.followup AS f WHERE f.spicadb_id = t.spicadb_id)",
    ),
    Example(
        "columns",
        "Columns that hold a diameter",
        "What there is, asked of TAP_SCHEMA.",
        "tap_schema.columns",
        "SELECT table_name, column_name, unit, description\nFROM tap_schema.columns\nWHERE ucd LIKE '%phys.angSize%'",
    ),
)


def examples_document(base: str, shown: Iterable[Example] = EXAMPLES) -> bytes:
    """Write the page; `base` is the URL of the gateway."""
    html = ET.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml", "lang": "en"})
    head = ET.SubElement(html, "head")
    ET.SubElement(head, "title").text = "JMMC gateway: examples of ADQL"
    body = ET.SubElement(html, "body", {"vocab": VOCABULARY})
    ET.SubElement(body, "h1").text = "Examples of ADQL"
    ET.SubElement(body, "p").text = f"Queries for the TAP service at {base}/tap."
    for example in shown:
        _section(body, example)
    return b"<?xml version='1.0' encoding='UTF-8'?>\n" + ET.tostring(html)


def _section(body: ET.Element, example: Example) -> None:
    attributes = {"id": example.id, "resource": f"#{example.id}", "typeof": "example"}
    section = ET.SubElement(body, "div", attributes)
    ET.SubElement(section, "h2", {"property": "name"}).text = example.title
    paragraph = ET.SubElement(section, "p")
    paragraph.text = f"{example.text} Table: "
    ET.SubElement(paragraph, "em", {"property": "table"}).text = example.table
    ET.SubElement(section, "pre", {"property": "query"}).text = example.query
