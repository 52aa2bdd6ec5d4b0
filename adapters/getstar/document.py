"""GetStar's VOTable 1.1: FIELDs of value, origin, confidence and error, a GROUP for each, PARAMs of the request.

As SearchCal 6.0 writes it (its `vobs/src/vobsVOTABLE.cpp`). Readers find the GROUPs by name, and origins and
confidences by their index.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.getstar.stars import Star
from adapters.votable.document import name_infos
from adapters.votable.fields import element, text_element
from adapters.votable.inline import tabledata_rows
from adapters.votable.origin import asked, origin_infos, query_infos
from schema.getstar import LABELS, PROPERTIES, Property
from schema.jsdc import CONFIDENCE

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.1" xmlns="http://www.ivoa.net/xml/VOTable/v1.1" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.ivoa.net/xml/VOTable/v1.1 http://www.ivoa.net/xml/VOTable/VOTable-1.1.xsd">
"""
FRAME = '<COOSYS ID="J2000" equinox="J2000." epoch="J2000." system="eq_FK5"/>\n'
TEXT = {"datatype": "char", "arraysize": "*"}
NOT_PUBLISHED = "Properties of GetStar that the published JSDC does not have are left out."
DELETED = "DELETED_FLAG"


def getstar_document(
    stars: Sequence[Star], unknown: Sequence[str], object_name: str, moment: datetime, version: str
) -> bytes:
    """Write the stars.

    Parameters
    ----------
    stars : Sequence[Star]
        The stars found, one row each; an INFO for each says how it was found.
    unknown : Sequence[str]
        Names that are no star's; an INFO lists them.
    object_name : str
        The names as requested.
    moment : datetime
        Time of the response, UTC.
    version : str
        Name and version of the service.
    """
    date = moment.replace(tzinfo=None).isoformat(timespec="seconds")
    request = f"Request parameters: -objectName {object_name} -format vot."
    description = f"GetStar of the {version}. {request} Generated on (UTC): {date}"
    not_found = [f"No star of JSDC is called {name}." for name in unknown]
    matches = name_infos({star.requested_name: star.match for star in stars})
    said = asked()
    head = [
        OPENING,
        text_element("DESCRIPTION", description) + "\n",
        text_element("INFO", " ".join([*not_found, NOT_PUBLISHED]), name="LOG", value="GetStar") + "\n",
        *(element("INFO", name=name, value=value) + "\n" for name, value in matches),
        query_infos(said) + origin_infos(said, ("jsdc",)) if said else "",
        FRAME,
        f"{element('RESOURCE', name=version)[:-2]}>\n",
        f'<TABLE nrows="{len(stars)}">\n',
        *_params(object_name, date, version),
        *_field_elements(),
        "<DATA><TABLEDATA>\n",
    ]
    end = "</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n"
    return "".join(head).encode() + tabledata_rows(map(star_cells, stars)) + end.encode()


def field_names() -> list[str]:
    """Names of the FIELDs, in order."""
    return [name for prop in PROPERTIES for name in _property_field_names(prop)] + ["deletedFlag"]


def star_cells(star: Star) -> list[object]:
    """Values of a star's FIELDs, in order; None for NULL."""
    values: list[object] = []
    for prop in PROPERTIES:
        value = star.value(prop)
        values += [
            int(value) if isinstance(value, bool) else value,
            *star.origin_and_confidence(prop),
            *([star.error(prop)] if prop.error else []),
        ]
    return [*values, 0]


def _property_field_names(prop: Property) -> list[str]:
    own_names = [prop.name, f"{prop.name}.origin", f"{prop.name}.confidence"]
    return [*own_names, prop.error.name] if prop.error else own_names


def _params(object_name: str, date: str, version: str) -> Iterator[str]:
    texts = {
        "ServerCommand": "GetStar", "ServerDate": date, "SearchCalServerVersion": version, "objectName": object_name,
        "file": "",
    }  # fmt: skip
    for name, value in texts.items():
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


def _field_elements() -> Iterator[str]:
    """Yield the FIELDs, numbered from `col0` as GetStar does, then their GROUPs."""
    number, groups = 0, []
    for prop in PROPERTIES:
        fields = list(_property_fields(prop, number))
        yield from fields
        groups.append(_group(prop.name, prop.ucd, range(number, number + len(fields))))
        number += len(fields)
    yield _field(
        "deletedFlag", number, DELETED, "Used by SearchCal GUI to flag deleted stars", "boolean", type="hidden"
    )
    for offset, aspect in enumerate(("origin", "confidence"), 1):
        attributes = {"name": f"deletedFlag.{aspect}", "ID": f"col{number + offset}", "ucd": f"{DELETED}.{aspect}"}
        yield element("PARAM", **attributes, datatype="int", value="0") + "\n"
    yield from groups
    references = element("FIELDref", ref=f"col{number}") + "".join(
        element("PARAMref", ref=f"col{number + offset}") for offset in (1, 2)
    )
    yield element("GROUP", references, name="deletedFlag", ucd=DELETED) + "\n"


def _property_fields(prop: Property, number: int) -> Iterator[str]:
    ref = "J2000" if prop.name in ("RAJ2000", "DEJ2000") else None
    yield _field(prop.name, number, prop.ucd, prop.description, prop.datatype, unit=prop.unit, ref=ref)
    for offset, (aspect, ucd) in enumerate((("origin", "REFER_CODE"), ("confidence", "CODE_QUALITY")), 1):
        text = f"{aspect.capitalize()} index of property {prop.name}"
        yield _field(f"{prop.name}.{aspect}", number + offset, ucd, text, "int", type="hidden")
    if prop.error:
        text = f"Error of {prop.name}"
        yield _field(prop.error.name, number + 3, prop.error.ucd, text, "double", unit=prop.error.column.unit)


def _field(name: str, number: int, ucd: str, text: str, datatype: str, **extra: str | None) -> str:
    size = "*" if datatype == "char" else None
    attributes = {"name": name, "ID": f"col{number}", "ucd": ucd, "datatype": datatype, "arraysize": size} | extra
    return element("FIELD", text_element("DESCRIPTION", text), **attributes) + "\n"


def _group(name: str, ucd: str, numbers: range) -> str:
    text = f"{name} with its origin and confidence indexes and its error when available"
    references = "".join(element("FIELDref", ref=f"col{number}") for number in numbers)
    return element("GROUP", text_element("DESCRIPTION", text) + references, name=name, ucd=ucd) + "\n"


def getstar_tsv(stars: Sequence[Star]) -> bytes:
    """Write the same rows as tab-separated values, below a line of names; NULL is empty."""
    lines = [field_names(), *([_text(value) for value in star_cells(star)] for star in stars)]
    return "".join("\t".join(line) + "\n" for line in lines).encode()


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ")
