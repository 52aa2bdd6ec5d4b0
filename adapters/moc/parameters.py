"""Parameters of `/moc/{table}`: dimension, orders, format."""

from dataclasses import dataclass
from enum import StrEnum

from adapters.positioned import positioned_table
from adapters.votable.formats import preferred
from adapters.votable.parameters import Parameters, format_name, int_parameter
from hub.coverage import ORDER, TIME_ORDER, times
from planning.errors import BadInput
from schema.catalog import Catalog
from schema.table import Table


class Dimension(StrEnum):
    """What is covered; the value is that of the parameter `dim`."""

    SPACE = "space"
    TIME = "time"
    BOTH = "spacetime"


FORMATS = {"fits": "application/fits", "json": "application/json", "ascii": "text/plain"}
"""Media type by name of the format."""


@dataclass(frozen=True, slots=True)
class MocRequest:
    """A request for the map of one table."""

    table: Table
    dimension: Dimension
    order: int
    """Order of HEALPix, 0 for a map of time only."""
    time_order: int
    """Order of time (MOC 2.0)."""
    form: str
    """A key of FORMATS."""

    @property
    def media_type(self) -> str:
        """Content-Type of the response."""
        return FORMATS[self.form]

    @property
    def suffix(self) -> str:
        """Ending of a file of the map."""
        return ".txt" if self.form == "ascii" else f".{self.form}"


def parse_moc_parameters(catalog: Catalog, name: str, parameters: Parameters, accept: str) -> MocRequest:
    """Read the parameters.

    Parameters
    ----------
    catalog : Catalog
        The tables there are now.
    name : str
        Qualified name of a table.
    parameters : Parameters
        Names in lower case.
    accept : str
        The Accept header, for requests that name no format.

    Raises
    ------
    NotFound
        No such table has positions.
    BadInput
        A parameter is wrong, or time is requested of a table without.
    """
    table = positioned_table(catalog, name, "coverage")
    dimension = _dimension(parameters.get("dim", ""))
    if dimension is not Dimension.SPACE and not times(table):
        timed = [other for other, has in catalog.positioned.items() if times(has)]
        message = f"The rows of {name} have no time: those of {', '.join(timed)} have"
        raise BadInput(message)
    if dimension is Dimension.TIME:
        return MocRequest(
            table,
            dimension,
            0,
            int_parameter(parameters, "ORDER", TIME_ORDER, 0, TIME_ORDER),
            _form(parameters, accept),
        )
    order = int_parameter(parameters, "ORDER", ORDER, 0, ORDER)
    time_order = int_parameter(parameters, "TIMEORDER", TIME_ORDER, 0, TIME_ORDER)
    return MocRequest(table, dimension, order, time_order, _form(parameters, accept))


def _dimension(text: str) -> Dimension:
    try:
        return Dimension(text.lower() or Dimension.SPACE)
    except ValueError as error:
        message = f"dim is {text[:40]!r}: one of {', '.join(Dimension)} is wanted"
        raise BadInput(message) from error


def _form(parameters: Parameters, accept: str) -> str:
    by_type = {media_type: name for name, media_type in FORMATS.items()}
    text = format_name(parameters)
    if text:
        name = by_type.get(text.lower(), text.lower())
        if name not in FORMATS:
            message = f"The format is {text[:40]!r}: one of {', '.join(FORMATS)} is wanted"
            raise BadInput(message)
        return name
    return next((by_type[name] for name in preferred(accept) if name in by_type), "fits")
