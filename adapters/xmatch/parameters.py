"""Read the parameters of a cross-match: those of CDS X-Match (HTTP API 1), and those of our own service."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import LARGEST, Parameters, float_parameter, format_name, int_parameter
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
class UploadedList:
    """A list of sources that comes with the request."""

    part: str
    """Name of the file."""
    ra: str
    """Name of the column, ICRS degrees; "" to find it by UCD."""
    dec: str
    """Like `ra`."""
    columns: Sequence[str]
    """Names of the columns to return; empty for all."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table of ours."""

    index: CellIndex
    columns: Sequence[str]
    """Names of the columns to return; empty for all."""


@dataclass(frozen=True, slots=True)
class Area:
    """A circle on the sky, ICRS degrees."""

    ra: float
    dec: float
    radius: float


Side = UploadedList | OwnTable


@dataclass(frozen=True, slots=True)
class CrossmatchRequest:
    """A cross-match without its lists."""

    first: Side
    """Whose rows are matched: each has its matches, the nearest first."""
    second: Side
    """What they are matched with."""
    radius: float
    """In arcsec."""
    find: Find
    epoch: float
    """Julian year to which stars that move are carried."""
    area: Area | None
    """Where sources of both sides must be; None for the whole sky."""
    unmatched: bool
    """Whether to return rows without a match too."""
    limit: int
    """Most rows."""
    format: Negotiated

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources that it reads."""
        names = [
            name for side in (self.first, self.second) if isinstance(side, OwnTable) for name in side.index.sources
        ]
        return tuple(dict.fromkeys((*names, "crossid")))


def cds_request(catalog: Catalog, params: Parameters, largest: int, accept: str | None) -> CrossmatchRequest:
    """Read the parameters of CDS X-Match.

    These are cat1 and cat2, each the name of a table or a file, colRA1, colDec1, colRA2, colDec2, distMaxArcsec,
    selection, area, cols1, cols2.

    Parameters
    ----------
    params
        By lower-case name, without files.
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
    radius = float_parameter(params, "distMaxArcsec", 0, LARGEST_RADIUS, "arcsec")
    first, second = (_cds_side(catalog, params, number) for number in "12")
    find = _find(params.get("selection", Find.ALL))
    return CrossmatchRequest(
        first, second, radius, find, _epoch(params), _area(params), False, *_output(params, largest, accept)
    )


def list_request(catalog: Catalog, params: Parameters, largest: int, accept: str | None) -> CrossmatchRequest:
    """Read the parameters of our own service: TABLE, RADIUS (arcsec), FIND, RA and DEC (column names), COLUMNS.

    As `cds_request`; the list is the file `sources`, whose rows without a match are returned too.
    """
    radius = float_parameter(params, "RADIUS", 0, LARGEST_RADIUS, "arcsec")
    first = UploadedList("sources", params.get("ra", ""), params.get("dec", ""), ())
    second = OwnTable(cell_index(catalog, params.get("table", ""), _epoch(params)), _names(params, "columns"))
    find = _find(params.get("find", Find.BEST))
    return CrossmatchRequest(first, second, radius, find, _epoch(params), None, True, *_output(params, largest, accept))


def _cds_side(catalog: Catalog, params: Parameters, number: str) -> Side:
    name, columns = params.get(f"cat{number}"), _names(params, f"cols{number}")
    if name and "\n" not in name.strip():  # else it is a list that was sent without a file name
        return OwnTable(cell_index(catalog, name, _epoch(params)), columns)
    ra, dec = (params.get(f"col{axis}{number}", "") for axis in ("ra", "dec"))
    if not ra or not dec:
        message = (
            f"colRA{number} and colDec{number} are wanted: the names of the columns of cat{number} with its places, "
            "ICRS degrees"
        )
        raise BadInput(message)
    return UploadedList(f"cat{number}", ra, dec, columns)


def _area(params: Parameters) -> Area | None:
    name = params.get("area", "allsky").lower()
    if name == "allsky":
        return None
    if name != "cone":
        message = f"area={name[:20]} is not offered: allsky, or cone with coneRA, coneDec and coneRadiusDeg"
        raise BadInput(message)
    bounds = {"coneRA": (0, 360), "coneDec": (-90, 90), "coneRadiusDeg": (0, 180)}
    return Area(*(float_parameter(params, name, *bound, "degrees") for name, bound in bounds.items()))


def _find(name: str) -> Find:
    if name.lower() not in tuple(Find):
        message = f"{name[:20]!r} is neither best nor all, which are the matches that can be told"
        raise BadInput(message)
    return Find(name.lower())


def _epoch(params: Parameters) -> float:
    return float_parameter(params, "EPOCH", FIRST, LAST, "a Julian year") if params.get("epoch") else EPOCH_J2000


def _output(params: Parameters, largest: int, accept: str | None) -> tuple[int, Negotiated]:
    limit = min(int_parameter(params, "MAXREC", largest, 0, LARGEST), largest)
    return limit, negotiate(format_name(params), accept, TABLEDATA)


def _names(params: Parameters, name: str) -> Sequence[str]:
    return tuple(word.strip() for word in params.get(name, "").split(",") if word.strip())
