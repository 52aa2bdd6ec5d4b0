"""The definition of a table as VOSI describes one (VOSI 1.1 section 2.3), read as the heading of a VOTable."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from adapters.votable.heading import Heading, HeadingBuilder
from planning.errors import BadInput

ADQL_TYPES = {
    "SMALLINT": ("short", None, None), "INTEGER": ("int", None, None), "BIGINT": ("long", None, None),
    "REAL": ("float", None, None), "DOUBLE": ("double", None, None), "CHAR": ("char", "*", None),
    "VARCHAR": ("char", "*", None), "TIMESTAMP": ("char", "*", "timestamp"),
}  # fmt: skip
"""Datatype, arraysize and xtype of VOTable for the types of ADQL, as `vs:TAPType` has them."""
ROOT, GZIP = re.compile(rb"<(?:[\w.-]+:)?VOTABLE[\s>]"), b"\x1f\x8b"
"""What a VOTable has among its first bytes, and what is compressed begins with."""
EXTENDED = "{http://www.w3.org/2001/XMLSchema-instance}type"


def vosi_heading(document: bytes) -> Heading:
    """Read the `table` of a VOSI document, the root or the only one in it.

    Raises
    ------
    BadInput
        It is no such document, or has no columns, or one of a type that is not known.
    TooMuch
        It has too many columns.
    """
    try:
        root = fromstring(document)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = f"The definition is not XML, or not of a kind that is read: {str(error)[:200]}"
        raise BadInput(message) from error
    tables = [element for element in root.iter() if _tag(element) == "table"]
    if len(tables) != 1:
        message = (
            f"The definition is a document of {_tag(root)[:40]!r} with {len(tables)} tables: "
            "one table of VOSI (vosi:table with its columns) or a VOTable is wanted"
        )
        raise BadInput(message)
    builder = HeadingBuilder()
    builder.begin("TABLE", {"name": _text(tables[0], "name")})
    for column in _children(tables[0], "column"):
        builder.begin("FIELD", dict(_attributes(column)))
        builder.describe(_text(column, "description"))
        builder.end("FIELD")
    builder.describe(_text(tables[0], "description"))
    return builder.heading()


def is_votable(beginning: bytes) -> bool:
    """Whether a document is a VOTable, by its first bytes, compressed ones included."""
    return bool(ROOT.search(beginning)) or beginning.startswith(GZIP)


def _attributes(column: Element) -> Iterator[tuple[str, str]]:
    """Yield the attributes of the FIELD that a column would be."""
    for name in ("name", "unit", "ucd", "utype"):
        yield name, _text(column, name)
    kind = next(_children(column, "dataType"), None)
    if kind is None:
        message = f"column {_text(column, 'name')[:60]!r} has no dataType"
        raise BadInput(message)
    name, arraysize, xtype = (kind.text or "").strip(), kind.get("arraysize"), kind.get("extendedType")
    if kind.get(EXTENDED, "").endswith("TAPType"):
        bare = name.upper().removeprefix("ADQL:")
        if bare not in ADQL_TYPES:
            message = f"column {_text(column, 'name')[:60]!r}: {name[:40]!r} is not one of {', '.join(ADQL_TYPES)}"
            raise BadInput(message)
        name, arraysize, xtype = ADQL_TYPES[bare]
    yield "datatype", name
    if arraysize:
        yield "arraysize", arraysize
    if xtype:
        yield "xtype", xtype


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _tag(child) == name)


def _text(element: Element, name: str) -> str:
    return next(((child.text or "").strip() for child in _children(element, name)), "")


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
