"""What is asked of `/moc/{table}`: a dimension, orders, a format."""

from dataclasses import dataclass
from enum import StrEnum

from adapters.votable.formats import preferred
from adapters.votable.parameters import Parameters, whole
from hub.coverage import ORDER, TIME_ORDER, times
from planning.errors import BadInput, NotFound
from schema.catalog import Catalog, suggestion
from schema.table import Table


class Dimension(StrEnum):
    """What is covered; the value is that of the parameter `dim`."""

    SPACE = "space"
    TIME = "time"
    BOTH = "spacetime"


FORMATS = {"fits": "application/fits", "json": "application/json", "ascii": "text/plain"}
"""Name of a format to its media type."""


@dataclass(frozen=True, slots=True)
class MocRequest:
    """A map of one table."""

    table: Table
    dimension: Dimension
    order: int
    """Of HEALPix."""
    time_order: int
    form: str
    """A name of FORMATS."""

    @property
    def media_type(self) -> str:
        """What Content-Type says."""
        return FORMATS[self.form]


def wanted(catalog: Catalog, name: str, parameters: Parameters, accept: str) -> MocRequest:
    """Read the parameters; raises `NotFound`, `BadInput`."""
    table = catalog.positioned.get(name)
    if table is None:
        message = f"There is no coverage of {name[:60]!r}{suggestion(name, list(catalog.positioned))}"
        raise NotFound(message)
    dimension = _dimension(parameters.get("dim", ""))
    if dimension is not Dimension.SPACE and not times(table):
        timed = [other for other, has in catalog.positioned.items() if times(has)]
        message = f"The rows of {name} have no time: those of {', '.join(timed)} have"
        raise BadInput(message)
    if dimension is Dimension.TIME:
        return MocRequest(
            table, dimension, 0, whole(parameters, "ORDER", TIME_ORDER, 0, TIME_ORDER), _form(parameters, accept)
        )
    order = whole(parameters, "ORDER", ORDER, 0, ORDER)
    time_order = whole(parameters, "TIMEORDER", TIME_ORDER, 0, TIME_ORDER)
    return MocRequest(table, dimension, order, time_order, _form(parameters, accept))


def _dimension(told: str) -> Dimension:
    try:
        return Dimension(told.lower() or Dimension.SPACE)
    except ValueError as error:
        message = f"dim is {told[:40]!r}: one of {', '.join(Dimension)} is wanted"
        raise BadInput(message) from error


def _form(parameters: Parameters, accept: str) -> str:
    by_type = {media_type: name for name, media_type in FORMATS.items()}
    told = parameters.get("responseformat") or parameters.get("format") or ""
    if told:
        name = by_type.get(told.lower(), told.lower())
        if name not in FORMATS:
            message = f"The format is {told[:40]!r}: one of {', '.join(FORMATS)} is wanted"
            raise BadInput(message)
        return name
    return next((by_type[name] for name in preferred(accept) if name in by_type), "fits")
