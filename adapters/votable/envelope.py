"""What surrounds the rows of a VOTable 1.4 or 1.5: header, footers, and documents that only report an error.

Status is reported as in DALI 1.1 section 4.4: INFO `QUERY_STATUS` with OK before the TABLE, and a second one behind
it with ERROR or OVERFLOW.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from adapters.votable.delimited import names_line
from adapters.votable.descriptors import Descriptor, descriptor_resources
from adapters.votable.fields import element, field_elements, owner_of, system_elements, text_element, type_attributes
from adapters.votable.formats import BINARY2, VERSIONS, Format
from adapters.votable.mivot import mivot_resource
from adapters.votable.origin import UCDS, Asked, asked, origin_infos, query_infos, told
from planning.plan import Cell
from schema.table import PUBLISHED, Table
from schema.types import Scalar

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.ivoa.net/xml/VOTable/v1.3 http://www.ivoa.net/xml/VOTable/votable-1.4.xsd">
"""
STATUS = "QUERY_STATUS"
OPENINGS = {version: OPENING.replace(VERSIONS[0], version) for version in VERSIONS}
"""How a document of each version of VOTable begins; from 1.3 on they share a namespace (VOTable 1.4 section 3.1)."""
LOCATED = "1.5"
"""Version from which on a COOSYS has a reference position; nothing else that we write differs from 1.4."""
DATA = {
    True: ('<DATA><BINARY2><STREAM encoding="base64">\n', "\n</STREAM></BINARY2></DATA>\n</TABLE>\n"),
    False: ("<DATA><TABLEDATA>\n", "</TABLEDATA></DATA>\n</TABLE>\n"),
}
"""What surrounds the rows, by whether they are BINARY2."""


@dataclass(frozen=True, slots=True)
class Param:
    """A PARAM: a value that holds for the whole table."""

    name: str
    value: str
    type: Scalar
    unit: str = ""
    ucd: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """All of a document but its rows."""

    table: Table | None
    """None for a query over several tables or none: each cell then knows its own."""
    cells: tuple[Cell, ...]
    """The columns, in order."""
    infos: tuple[tuple[str, str], ...] = ()
    """INFOs (name, value) after the status: provider, the GraphQL document that was run, warnings."""
    params: tuple[Param, ...] = ()
    """PARAMs, before the TABLE."""
    services: tuple[Descriptor, ...] = ()
    """Service descriptors; written behind the rows, as Simple Cone Search wants its results first."""
    opening: str = OPENING
    """Declaration of XML and tag of the VOTABLE."""
    sources: tuple[str, ...] = ()
    """Names of the sources of the rows, where the cells do not say."""
    asked: Asked | None = field(default_factory=asked)
    """How it was asked for; None for a document that is no answer, which says nothing of the origin of its data."""

    @property
    def rowless(self) -> tuple[Descriptor, ...]:
        """Those of its service descriptors that want no row: no input of theirs is a FIELD."""
        return tuple(one for one in self.services if not any(given.ref for given in one.inputs))

    @property
    def published(self) -> str:
        """Name of the published table that its rows are of; "" if they are not."""
        return self.table.qualified if self.table and self.table.source == PUBLISHED else ""

    @property
    def origin(self) -> dict[str, str]:
        """How it was asked for and whose data it has, by the names of INFOs, for other formats; empty if unknown."""
        sources = self.sources or _column_elements(self.table, self.cells)[2]
        return told(self.asked, sources, self.published) if self.asked else {}

    @property
    def name(self) -> str:
        """Name of the TABLE."""
        return self.table.qualified if self.table else "result"

    @property
    def description(self) -> str:
        """DESCRIPTION of the TABLE; "" for none."""
        return self.table.description if self.table else ""


def document_header(head: Head, form: Format) -> bytes:
    """Write everything before the first row; for CSV and TSV the line of names."""
    if not form.votable:
        return names_line(head.cells, form.copy_options.get("delimiter", ","))
    return (_opening_of_table(head) + DATA[form is BINARY2][0]).encode()


def votable_without_data(head: Head, *, overflow: bool) -> bytes:
    """Write a VOTable without DATA, as FITS and Parquet carry it in their metadata."""
    return (
        _opening_of_table(head, dated=False)
        + "</TABLE>\n"
        + _overflow_info(overflow=overflow)
        + _closing_elements(head.services)
    ).encode()


def document_footer(form: Format, services: tuple[Descriptor, ...] = (), *, overflow: bool = False) -> bytes:
    """Write everything after the last row; nothing for CSV and TSV, which cannot even say that rows are missing.

    `overflow` adds the INFO `QUERY_STATUS` = OVERFLOW.
    """
    if not form.votable:
        return b""
    return (DATA[form is BINARY2][1] + _overflow_info(overflow=overflow) + _closing_elements(services)).encode()


def error_footer(form: Format, message: str) -> bytes:
    """Write the end of a VOTable whose remaining rows could not be read."""
    return (DATA[form is BINARY2][1] + _error_info(message) + _closing_elements()).encode()


def error_document(message: str, opening: str = OPENING) -> bytes:
    """Write a VOTable that holds nothing but an error.

    DALI asks for the INFO `QUERY_STATUS`; Simple Cone Search 1.03 (section 2.3) and pyvo's reader of it for `Error`.
    """
    info = text_element("INFO", "", ID="Error", name="Error", value=message)
    return f'{opening}{info}\n<RESOURCE type="results">\n{_error_info(message)}{_closing_elements()}'.encode()


def _closing_elements(services: tuple[Descriptor, ...] = ()) -> str:
    return f"</RESOURCE>\n{descriptor_resources(services)}</VOTABLE>\n"


def _opening_of_table(head: Head, *, dated: bool = True) -> str:
    located = head.opening == OPENINGS[LOCATED]
    frames, columns, sources = _column_elements(head.table, head.cells, located=located)
    infos = [element("INFO", name=STATUS, value="OK"), *(_info_element(name, value) for name, value in head.infos)]
    parts = [
        head.opening,
        query_infos(head.asked, dated=dated) if head.asked else "",
        '<RESOURCE type="results">\n',
        *(f"{info}\n" for info in infos),
        origin_infos(head.asked, head.sources or sources, head.published) if head.asked else "",
        frames,
        *(_param_element(param) for param in head.params),
        mivot_resource(head.table, head.cells) if head.asked and head.asked.annotated else "",
        f'<TABLE name="{head.name}">\n',
        text_element("DESCRIPTION", head.description) + "\n" if head.description else "",
        columns,
    ]
    return "".join(parts)


@lru_cache(maxsize=128)
def _column_elements(
    table: Table | None, cells: tuple[Cell, ...], *, located: bool = False
) -> tuple[str, str, tuple[str, ...]]:
    """Elements for columns before and in their TABLE, and whose they are.

    Cached, as writing them takes longer than a cone's rows.
    """
    owners = dict.fromkeys(owner.source for cell in cells if (owner := owner_of(table, cell)))
    return system_elements(table, cells, located=located), field_elements(table, cells), tuple(owners)


def _overflow_info(*, overflow: bool) -> str:
    return element("INFO", name=STATUS, value="OVERFLOW") + "\n" if overflow else ""


def _error_info(message: str) -> str:
    return text_element("INFO", message, name=STATUS, value="ERROR") + "\n"


def _info_element(name: str, value: str) -> str:
    # `value` must be there, be it empty, which `element` would leave out.
    return element("INFO", name=name, value=value or " ", ucd=UCDS.get(name))


def _param_element(param: Param) -> str:
    content = text_element("DESCRIPTION", param.description) if param.description else ""
    attributes = {"name": param.name, "value": param.value or " ", "unit": param.unit, "ucd": param.ucd}
    param_element = element("PARAM", content, **attributes, **type_attributes(param.type))
    return f"{param_element}\n"
