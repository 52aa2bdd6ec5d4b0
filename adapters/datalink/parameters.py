"""The parameters of DataLink 1.1 (section 2.2): identifiers of records, and a format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.datalink.identifiers import kind_of_table
from adapters.datalink.services import MEDIA_TYPE
from adapters.votable.formats import TABLEDATA, VERSIONS, VOTABLE, negotiate
from adapters.votable.parameters import FORMATS, format_name, repeated_values, selected_values
from planning.errors import BadInput
from schema.datalink import DatalinkKind

VERSION = re.compile(r"\s*version\s*=", re.IGNORECASE)
"""The parameter of a media type that says the version of VOTable."""


@dataclass(frozen=True, slots=True)
class LinksRequest:
    """A request for the links of records."""

    ids: tuple[str, ...]
    kind: DatalinkKind | None
    """Of the table whose identifying column holds the identifiers; None for identifiers that say it themselves."""
    media_type: str
    version: str = VERSIONS[0]
    """Of VOTable."""


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
    media_type, version = _form(format_name(selected_values(repeated_values(pairs), *FORMATS)))
    return LinksRequest(ids, kind, media_type, version)


def _form(responseformat: str | None) -> tuple[str, str]:
    """The media type to answer with, and the version of VOTable.

    It is DataLink's own type, unless the client names another that a VOTable has. Parameters of a media type are
    ignored (section 2.2.2), but for the version.
    """
    plain, *parameters = (responseformat or "votable").split(";")
    version = next((one for one in parameters if VERSION.match(one)), "")
    negotiated = negotiate(f"{plain};{version}", None, TABLEDATA)
    if negotiated.format is not TABLEDATA:
        message = f"Links are not written as {plain[:40]}: RESPONSEFORMAT=votable is wanted"
        raise BadInput(message)
    media_type = negotiated.media_type
    others = [one for one in parameters if one is not version]
    if plain.strip().lower() == "votable" or (others and media_type.startswith(VOTABLE)):
        media_type = media_type.replace(VOTABLE, MEDIA_TYPE, 1)
    return media_type, negotiated.version
