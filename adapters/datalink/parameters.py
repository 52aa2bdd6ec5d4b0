"""The parameters of DataLink 1.1 (section 2.2): identifiers of records, and a format."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.datalink.identifiers import kind_of_table
from adapters.datalink.services import MEDIA_TYPE
from adapters.votable.formats import TABLEDATA, VOTABLE, negotiate
from adapters.votable.parameters import FORMATS, format_name, repeated_values, selected_values
from planning.errors import BadInput
from schema.datalink import DatalinkKind


@dataclass(frozen=True, slots=True)
class LinksRequest:
    """A request for the links of records."""

    ids: tuple[str, ...]
    kind: DatalinkKind | None
    """Of the table whose identifying column holds the identifiers; None for identifiers that say it themselves."""
    media_type: str


def links_request(pairs: Sequence[tuple[str, str]], table: str | None) -> LinksRequest:
    """Read the parameters; `table` is the qualified name in the path, None for none.

    Raises
    ------
    NotFound
        No links are known of that table.
    BadInput
        RESPONSEFORMAT is not that of a VOTable, or is given twice.
    """
    ids = tuple(value for name, value in pairs if name.lower() == "id")
    kind = kind_of_table(table) if table else None
    return LinksRequest(ids, kind, _media_type(format_name(selected_values(repeated_values(pairs), *FORMATS))))


def _media_type(responseformat: str | None) -> str:
    """The media type to answer with: DataLink's own, unless the client names another that a VOTable has.

    Parameters of a media type are ignored (section 2.2.2).
    """
    plain, parameters, _ = (responseformat or "votable").partition(";")
    negotiated = negotiate(plain, None, TABLEDATA)
    if negotiated.format is not TABLEDATA:
        message = f"Links are not written as {plain[:40]}: RESPONSEFORMAT=votable is wanted"
        raise BadInput(message)
    own = plain.strip().lower() == "votable" or (parameters and negotiated.media_type == VOTABLE)
    return MEDIA_TYPE if own else negotiated.media_type
