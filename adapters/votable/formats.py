"""The formats of a table, and their negotiation by RESPONSEFORMAT (DALI 1.1 section 3.4.3) or `Accept`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from adapters.votable.rows import binary2_row, columnar_row, fits_measure, fits_row, json_row, text_row
from planning.errors import BadInput
from planning.extents import Measure
from planning.plan import Cell
from schema.numerals import real_number


@dataclass(frozen=True, eq=False, slots=True)
class Format:
    """A format of tables; compared by identity."""

    name: str
    media_type: str
    suffix: str
    """Of a file's name, with its dot."""
    copy_options: dict[str, str]
    """Options of `Connection.copy_from_query`: the form in which PostgreSQL sends rows."""
    row: Callable[[Sequence[tuple[Cell, str]]], str]
    """From cells and their SQL expressions to the SELECT list that sends rows in this format."""
    votable: bool = True
    columnar: bool = False
    """Whether many rows are written at once, which takes so long that a thread does it."""
    measure: Measure | None = None
    """The same as `row` for figures of all rows, which the document has before them; None where it has none."""


@dataclass(frozen=True, slots=True)
class Negotiated:
    """A format, and the media type under which the client asked for it, which Content-Type must repeat."""

    format: Format
    media_type: str
    version: str = "1.4"
    """Of VOTable, if it is one."""


VOTABLE = "application/x-votable+xml"
TABLEDATA = Format("TABLEDATA", VOTABLE, ".vot", {"null": ""}, text_row)
BINARY2 = Format("BINARY2", f"{VOTABLE};serialization=BINARY2", ".vot", {"format": "binary"}, binary2_row)
_CSV = {"format": "csv"}
CSV = Format("CSV", "text/csv;header=present", ".csv", _CSV, text_row, votable=False)
TSV = Format("TSV", "text/tab-separated-values", ".tsv", _CSV | {"delimiter": "\t"}, text_row, votable=False)
JSON = Format("JSON", "application/json", ".json", {"null": "null"}, json_row, votable=False)
FITS = Format("FITS", "application/fits", ".fits", _CSV, fits_row, votable=False, columnar=True, measure=fits_measure)
_COLUMNS = "application/vnd.apache"
PARQUET = Format("Parquet", f"{_COLUMNS}.parquet", ".parquet", _CSV, columnar_row, votable=False, columnar=True)
ARROW = Format("Arrow", f"{_COLUMNS}.arrow.stream", ".arrows", _CSV, columnar_row, votable=False, columnar=True)
FORMATS = (TABLEDATA, BINARY2, CSV, TSV, JSON, FITS, PARQUET, ARROW)

VERSIONS = ("1.4", "1.5")
"""Of VOTable; the first where none is asked for."""
ANY_VOTABLE = {"votable": VOTABLE, VOTABLE: VOTABLE, "text/xml": "text/xml"}
"""Names that leave the serialisation to the service, with their media types."""
UNVERSIONED = {
    **{name: Negotiated(TABLEDATA, media_type) for name, media_type in ANY_VOTABLE.items()},
    "votable/td": Negotiated(TABLEDATA, f"{VOTABLE};serialization=TABLEDATA"),
    "votable/b2": Negotiated(BINARY2, BINARY2.media_type),
    f"{VOTABLE};serialization=tabledata": Negotiated(TABLEDATA, f"{VOTABLE};serialization=TABLEDATA"),
    f"{VOTABLE};serialization=binary2": Negotiated(BINARY2, BINARY2.media_type),
    "csv": Negotiated(CSV, CSV.media_type),
    "text/csv": Negotiated(CSV, "text/csv"),
    "text/csv;header=present": Negotiated(CSV, CSV.media_type),
    "tsv": Negotiated(TSV, TSV.media_type),
    "text/tab-separated-values": Negotiated(TSV, TSV.media_type),
    **{
        name: Negotiated(form, form.media_type)
        for form in (JSON, FITS, PARQUET, ARROW)
        for name in (form.name.lower(), form.media_type)
    },
}
"""Names of DALI 1.2 section 3.3.4, and of the same form where it has none."""
VERSIONED = {
    f"{name};version={version}": Negotiated(known.format, f"{known.media_type};version={version}", version)
    for name, known in UNVERSIONED.items()
    if known.format.votable
    for version in VERSIONS
}
"""VOTable's names with its version (RFC 6838; DALI 1.2 section 3.3.4)."""
KNOWN = UNVERSIONED | VERSIONED
"""Parameters of a media type in alphabetical order."""
GRAPHQL = "application/graphql-response+json"


def negotiate(responseformat: str | None, accept: str | None, default: Format) -> Negotiated:
    """Format and media type to answer with: RESPONSEFORMAT decides, else `Accept`, else the default.

    A name that leaves the serialisation open gives the default's if that is a VOTable, else TABLEDATA.

    Raises
    ------
    BadInput
        RESPONSEFORMAT is none of the known names; an `Accept` that cannot be satisfied gives the default instead.
    """
    if responseformat:
        # A plus that was not escaped arrives as a blank.
        name = _normal(responseformat.replace("x-votable xml", "x-votable+xml"))
        if name not in KNOWN:
            message = (
                f"RESPONSEFORMAT={responseformat} is not offered: use one of {', '.join(UNVERSIONED)};"
                f" VOTable also with ;version={' or '.join(VERSIONS)}"
            )
            raise BadInput(message)
        return _known(name, default)
    return (from_accept(accept, default) if accept else None) or Negotiated(default, default.media_type)


def from_accept(accept: str, default: Format = TABLEDATA) -> Negotiated | None:
    """Find the table format that an `Accept` header (RFC 9110 section 12.5.1) prefers.

    It is None where a wildcard comes first, or the JSON of GraphQL: each door then answers with what it answers best.
    """
    for name in preferred(accept):
        if name == GRAPHQL or name.endswith("/*"):
            return None
        negotiated = from_name(name, default)
        if negotiated:
            return negotiated
    return None


def from_name(media_type: str, default: Format = TABLEDATA) -> Negotiated | None:
    """The format of a media type as `preferred` spells it, None for one that no table is written in."""
    return _known(media_type, default) if media_type in KNOWN and "/" in media_type else None


def _known(name: str, default: Format) -> Negotiated:
    negotiated = KNOWN[name]
    unversioned = name.removesuffix(f";version={negotiated.version}")
    return replace(negotiated, format=default) if unversioned in ANY_VOTABLE and default.votable else negotiated


def _normal(media_type: str) -> str:
    """In lower case, without spaces and charset, its parameters in alphabetical order."""
    name, *parameters = "".join(media_type.lower().split()).replace('"', "").split(";")
    return ";".join([name, *sorted(text for text in parameters if text and not text.startswith("charset="))])


def preferred(accept: str) -> list[str]:
    """The media types of an `Accept` header, best first, in lower case and without spaces, quality and charset."""
    ranked = sorted(_ranked(accept), key=lambda entry: (-entry[1], entry[0].endswith("/*")))
    return [name for name, quality in ranked if quality > 0]


def _ranked(accept: str) -> Iterator[tuple[str, float]]:
    for entry in accept.split(","):
        name, *parameters = _normal(entry).split(";")
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        kept = [text for text in parameters if not text.startswith("q=")]
        yield ";".join([name, *kept]), _number(quality)


def _number(text: str) -> float:
    try:
        return real_number(text)
    except ValueError:
        return 0.0
