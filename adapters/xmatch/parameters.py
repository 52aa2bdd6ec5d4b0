"""Read the parameters of a cross-match: those of CDS X-Match (HTTP API 1), and those of our own service."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import LARGEST, Parameters, float_parameter, int_parameter
from adapters.xmatch.catalogues import EPOCH_J2000, CellIndex, cell_index
from planning.errors import BadInput
from resolvers.crossmatch import LARGEST_RADIUS
from schema.catalog import Catalog
from sky.cells import FIRST, LAST


class Find(StrEnum):
    """Which matches of each source to return: the nearest row, or all within the radius."""

    BEST = "best"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CrossmatchRequest:
    """A cross-match without its list."""

    index: CellIndex
    """The table to match with."""
    radius: float
    """In arcsec."""
    find: Find
    ra: str
    """Name of the list's column, ICRS degrees; "" to find it by UCD."""
    dec: str
    """Like `ra`."""
    table_columns: Sequence[str]
    """Names of the table's columns to return; empty for all."""
    list_columns: Sequence[str]
    """Names of the list's columns to return; empty for all."""
    unmatched: bool
    """Whether to return sources without a match too."""
    limit: int
    """Most rows."""
    format: Negotiated


def cds_request(catalog: Catalog, params: Parameters, largest: int, accept: str | None) -> CrossmatchRequest:
    """Read the parameters of CDS X-Match: cat2, colRA1, colDec1, distMaxArcsec, selection, cols1, cols2.

    Parameters
    ----------
    params
        By lower-case name, without cat1, which is the list.
    largest
        Most rows of an answer.
    accept
        The header of that name, which counts without RESPONSEFORMAT; None without the header.

    Raises
    ------
    BadInput
        A parameter is missing or wrong.
    NotFound
        There is no such table.
    """
    if params.get("request", "").lower() != "xmatch":
        message = "REQUEST=xmatch is wanted"
        raise BadInput(message)
    if params.get("area", "allsky").lower() != "allsky":
        message = "area is not offered: the whole sky is matched"
        raise BadInput(message)
    if not params.get("colra1") or not params.get("coldec1"):
        message = "colRA1 and colDec1 are wanted: the names of the columns of cat1 with its places, ICRS degrees"
        raise BadInput(message)
    radius = float_parameter(params, "distMaxArcsec", 0, LARGEST_RADIUS, "arcsec")
    columns = (params["colra1"], params["coldec1"], _names(params, "cols2"), _names(params, "cols1"))
    find = params.get("selection", Find.ALL)
    return _request(catalog, params, params.get("cat2", ""), radius, find, columns, largest, accept)


def list_request(catalog: Catalog, params: Parameters, largest: int, accept: str | None) -> CrossmatchRequest:
    """Read the parameters of our own service: TABLE, RADIUS (arcsec), FIND, RA and DEC (column names), COLUMNS.

    As `cds_request`; sources without a match are returned too.
    """
    radius = float_parameter(params, "RADIUS", 0, LARGEST_RADIUS, "arcsec")
    columns = (params.get("ra", ""), params.get("dec", ""), _names(params, "columns"), ())
    find = params.get("find", Find.BEST)
    return _request(catalog, params, params.get("table", ""), radius, find, columns, largest, accept, unmatched=True)


def _request(  # noqa: PLR0913, PLR0917 - shared by both services
    catalog: Catalog,
    params: Parameters,
    table: str,
    radius: float,
    find: str,
    columns: tuple[str, str, Sequence[str], Sequence[str]],
    largest: int,
    accept: str | None,
    *,
    unmatched: bool = False,
) -> CrossmatchRequest:
    if find.lower() not in tuple(Find):
        message = f"{find[:20]!r} is neither best nor all, which are the matches that can be told"
        raise BadInput(message)
    epoch = float_parameter(params, "EPOCH", FIRST, LAST, "a Julian year") if params.get("epoch") else EPOCH_J2000
    limit = min(int_parameter(params, "MAXREC", largest, 0, LARGEST), largest)
    form = negotiate(params.get("responseformat"), accept, TABLEDATA)
    return CrossmatchRequest(
        cell_index(catalog, table, epoch), radius, Find(find.lower()), *columns, unmatched, limit, form
    )


def _names(params: Parameters, name: str) -> Sequence[str]:
    return tuple(word.strip() for word in params.get(name, "").split(",") if word.strip())
