"""What stands around the rows of a VOTable 1.4: header, footers, and a document that only says what went wrong.

Statuses are those of DALI 1.1 section 4.4: INFO `QUERY_STATUS` before the TABLE says OK, a second one after it ERROR or
OVERFLOW.
"""

from dataclasses import dataclass
from functools import lru_cache

from adapters.votable.delimited import header as names_line
from adapters.votable.descriptors import Descriptor, resources
from adapters.votable.fields import element, fields, systems, text_element, typed
from adapters.votable.formats import BINARY2, Format
from planning.plan import Cell
from schema.table import Table
from schema.types import Scalar

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.ivoa.net/xml/VOTable/v1.3 http://www.ivoa.net/xml/VOTable/votable-1.4.xsd">
"""
STATUS = "QUERY_STATUS"
UCDS = {"citation": "meta.bib.bibcode"}
"""INFOs that programs look for by their UCD."""
DATA = {
    True: ('<DATA><BINARY2><STREAM encoding="base64">\n', "\n</STREAM></BINARY2></DATA>\n</TABLE>\n"),
    False: ("<DATA><TABLEDATA>\n", "</TABLEDATA></DATA>\n</TABLE>\n"),
}
"""Around the rows, by whether they are BINARY2."""


@dataclass(frozen=True, slots=True)
class Param:
    """A value that holds for the whole table."""

    name: str
    value: str
    type: Scalar
    unit: str = ""
    ucd: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What a document says before its rows."""

    table: Table | None
    """None for a query of several tables, or of none: cells then say whose they are."""
    cells: tuple[Cell, ...]
    infos: tuple[tuple[str, str], ...] = ()
    """Names and values of INFOs, after the status: provider, the GraphQL document that was run, warnings."""
    params: tuple[Param, ...] = ()
    services: tuple[Descriptor, ...] = ()
    """What can be asked about the rows; written after them, for Simple Cone Search wants its results first."""

    @property
    def name(self) -> str:
        """What the table is called."""
        return self.table.qualified if self.table else "result"

    @property
    def description(self) -> str:
        """What the table is."""
        return self.table.description if self.table else ""


def header(head: Head, form: Format) -> bytes:
    """Write everything before the first row: for CSV and TSV the line of names."""
    if not form.votable:
        return names_line(head.cells, form.copy_options.get("delimiter", ","))
    return (_described(head) + DATA[form is BINARY2][0]).encode()


def outline(head: Head, *, overflow: bool) -> bytes:
    """Write a VOTable without DATA, as other formats carry it."""
    return (_described(head) + "</TABLE>\n" + _overflow(told=overflow) + _closing(head.services)).encode()


def footer(form: Format, services: tuple[Descriptor, ...] = (), *, overflow: bool = False) -> bytes:
    """Write everything after the last row; CSV and TSV have nothing to say there, not even that rows are missing."""
    if not form.votable:
        return b""
    return (DATA[form is BINARY2][1] + _overflow(told=overflow) + _closing(services)).encode()


def error_footer(form: Format, message: str) -> bytes:
    """Write the end of a VOTable whose rows could not all be had."""
    return (DATA[form is BINARY2][1] + _failure(message) + _closing()).encode()


def error_document(message: str) -> bytes:
    """Write a VOTable that holds nothing but an error.

    DALI wants the INFO `QUERY_STATUS`, Simple Cone Search 1.03 (section 2.3) and pyvo's reader of it the INFO `Error`.
    """
    told = text_element("INFO", "", ID="Error", name="Error", value=message)
    return f'{OPENING}{told}\n<RESOURCE type="results">\n{_failure(message)}{_closing()}'.encode()


def _closing(services: tuple[Descriptor, ...] = ()) -> str:
    return f"</RESOURCE>\n{resources(services)}</VOTABLE>\n"


def _described(head: Head) -> str:
    frames, columns = _columns(head.table, head.cells)
    infos = [element("INFO", name=STATUS, value="OK"), *(_info(name, value) for name, value in head.infos)]
    parts = [
        OPENING,
        '<RESOURCE type="results">\n',
        *(f"{info}\n" for info in infos),
        frames,
        *(_param(param) for param in head.params),
        f'<TABLE name="{head.name}">\n',
        text_element("DESCRIPTION", head.description) + "\n" if head.description else "",
        columns,
    ]
    return "".join(parts)


@lru_cache(maxsize=128)
def _columns(table: Table | None, cells: tuple[Cell, ...]) -> tuple[str, str]:
    """What is said of columns before and in their TABLE: it takes longer to write than the rows of a cone to find."""
    return systems(table, cells), fields(table, cells)


def _overflow(*, told: bool) -> str:
    return element("INFO", name=STATUS, value="OVERFLOW") + "\n" if told else ""


def _failure(message: str) -> str:
    return text_element("INFO", message, name=STATUS, value="ERROR") + "\n"


def _info(name: str, value: str) -> str:
    # `value` must be there, be it empty, which `element` would leave out.
    return element("INFO", name=name, value=value or " ", ucd=UCDS.get(name))


def _param(param: Param) -> str:
    content = text_element("DESCRIPTION", param.description) if param.description else ""
    about = {"name": param.name, "value": param.value or " ", "unit": param.unit, "ucd": param.ucd}
    told = element("PARAM", content, **about, **typed(param.type))
    return f"{told}\n"
