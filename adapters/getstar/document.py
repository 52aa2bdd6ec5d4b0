"""GetStar's VOTable 1.1: FIELDs of value, origin, confidence and error, a GROUP for each, PARAMs of the request.

As GetStar 6.0 writes it (facts/jmmc_systems.md section 3.3). Readers look for the GROUPs by name, and for origins and
confidences by their index.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.getstar.stars import Star
from adapters.votable.fields import element, text_element
from adapters.votable.inline import tabledata_rows
from schema.getstar import LABELS, PROPERTIES, Property
from schema.jsdc import CONFIDENCE

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.1" xmlns="http://www.ivoa.net/xml/VOTable/v1.1" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.ivoa.net/xml/VOTable/v1.1 http://www.ivoa.net/xml/VOTable/VOTable-1.1.xsd">
"""
FRAME = '<COOSYS ID="J2000" equinox="J2000." epoch="J2000." system="eq_FK5"/>\n'
TEXT = {"datatype": "char", "arraysize": "*"}
LACKING = "Properties of GetStar that the published JSDC does not have are left out."
DELETED = "DELETED_FLAG"


def document(found: Sequence[Star], unknown: Sequence[str], asked: str, moment: datetime, version: str) -> bytes:
    """The stars; `unknown` are names of no star, `asked` what was asked for."""
    date = moment.replace(tzinfo=None).isoformat(timespec="seconds")
    about = f"GetStar of the {version}. Request parameters: -objectName {asked} -format vot. Generated on (UTC): {date}"
    lacking = [f"No star of JSDC is called {name}." for name in unknown]
    head = [
        OPENING,
        text_element("DESCRIPTION", about) + "\n",
        text_element("INFO", " ".join([*lacking, LACKING]), name="LOG", value="GetStar") + "\n",
        FRAME,
        f"{element('RESOURCE', name=version)[:-2]}>\n",
        f'<TABLE nrows="{len(found)}">\n',
        *_params(asked, date, version),
        *_described(),
        "<DATA><TABLEDATA>\n",
    ]
    end = "</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n"
    return "".join(head).encode() + tabledata_rows(map(cells, found)) + end.encode()


def names() -> list[str]:
    """The names of the FIELDs, in order."""
    return [name for told in PROPERTIES for name in _names(told)] + ["deletedFlag"]


def cells(star: Star) -> list[object]:
    """The values of the FIELDs of a star."""
    found: list[object] = []
    for told in PROPERTIES:
        value = star.value(told)
        found += [
            int(value) if isinstance(value, bool) else value,
            *star.about(told),
            *([star.error(told)] if told.error else []),
        ]
    return [*found, 0]


def _names(told: Property) -> list[str]:
    own = [told.name, f"{told.name}.origin", f"{told.name}.confidence"]
    return [*own, told.error.name] if told.error else own


def _params(asked: str, date: str, version: str) -> Iterator[str]:
    said = {
        "ServerCommand": "GetStar", "ServerDate": date, "SearchCalServerVersion": version, "objectName": asked,
        "file": "",
    }  # fmt: skip
    for name, value in said.items():
        yield element("PARAM", name=name, value=value, **TEXT) + "\n"
    yield element("PARAM", name="baseMax", datatype="double", value="0.0", unit="m") + "\n"
    yield element("PARAM", name="wlen", datatype="double", value="0.0", unit="um") + "\n"
    yield element("PARAM", name="format", value="vot", **TEXT) + "\n"
    yield element("PARAM", name="diagnose", datatype="boolean", value="false") + "\n"
    yield _indexes("ConfidenceIndexes", [name for name, _ in CONFIDENCE.members.values()])
    yield _indexes("OriginIndexes", LABELS)


def _indexes(name: str, labels: Sequence[str]) -> str:
    options = (element("OPTION", name=str(code), value=label) for code, label in enumerate(labels))
    return element("PARAM", element("VALUES", "".join(options)), name=name, datatype="int", value="0") + "\n"


def _described() -> Iterator[str]:
    """FIELDs, numbered from `col0` as GetStar does, then their GROUPs."""
    number, groups = 0, []
    for told in PROPERTIES:
        fields = list(_fields(told, number))
        yield from fields
        groups.append(_group(told.name, told.ucd, range(number, number + len(fields))))
        number += len(fields)
    yield _field(
        "deletedFlag", number, DELETED, "Used by SearchCal GUI to flag deleted stars", "boolean", type="hidden"
    )
    for offset, part in enumerate(("origin", "confidence"), 1):
        about = {"name": f"deletedFlag.{part}", "ID": f"col{number + offset}", "ucd": f"{DELETED}.{part}"}
        yield element("PARAM", **about, datatype="int", value="0") + "\n"
    yield from groups
    references = element("FIELDref", ref=f"col{number}") + "".join(
        element("PARAMref", ref=f"col{number + offset}") for offset in (1, 2)
    )
    yield element("GROUP", references, name="deletedFlag", ucd=DELETED) + "\n"


def _fields(told: Property, number: int) -> Iterator[str]:
    ref = "J2000" if told.name in ("RAJ2000", "DEJ2000") else None
    yield _field(told.name, number, told.ucd, told.description, told.datatype, unit=told.unit, ref=ref)
    for offset, (part, ucd) in enumerate((("origin", "REFER_CODE"), ("confidence", "CODE_QUALITY")), 1):
        text = f"{part.capitalize()} index of property {told.name}"
        yield _field(f"{told.name}.{part}", number + offset, ucd, text, "int", type="hidden")
    if told.error:
        text = f"Error of {told.name}"
        yield _field(told.error.name, number + 3, told.error.ucd, text, "double", unit=told.error.column.unit)


def _field(name: str, number: int, ucd: str, text: str, datatype: str, **told: str | None) -> str:
    size = "*" if datatype == "char" else None
    about = {"name": name, "ID": f"col{number}", "ucd": ucd, "datatype": datatype, "arraysize": size} | told
    return element("FIELD", text_element("DESCRIPTION", text), **about) + "\n"


def _group(name: str, ucd: str, numbers: range) -> str:
    text = f"{name} with its origin and confidence indexes and its error when available"
    references = "".join(element("FIELDref", ref=f"col{number}") for number in numbers)
    return element("GROUP", text_element("DESCRIPTION", text) + references, name=name, ucd=ucd) + "\n"


def tsv(found: Sequence[Star]) -> bytes:
    """The same rows as tab-separated values, below a line of names."""
    lines = [names(), *([_text(value) for value in cells(star)] for star in found)]
    return "".join("\t".join(line) + "\n" for line in lines).encode()


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ")
