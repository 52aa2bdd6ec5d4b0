"""The services whose requests run as jobs, and how a job says which it is of.

The jobs of all are kept alike. Those of TAP, which was first, say nothing; others have a parameter of their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SERVICE = "SERVICE"
"""Parameter of a job that names its service."""


@dataclass(frozen=True, slots=True)
class UwsService:
    """A service with jobs.

    Parameters
    ----------
    path
        Of its list of jobs.
    name
        Value of `SERVICE` in its jobs; "" for none.
    accumulating
        Parameters that may be repeated, in lower case: their values are joined by semicolons in a job.
    personal
        Whether its jobs are for people with an account alone.
    """

    path: str
    name: str
    accumulating: tuple[str, ...]
    personal: bool = False

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Parameters that each of its jobs has."""
        return [(SERVICE, self.name)] if self.name else []

    def has(self, parameters: Iterable[tuple[str, str]]) -> bool:
        """Whether a job of these parameters is its own."""
        return service_name(parameters) == self.name


TAP = UwsService("/tap/async", "", ("upload",))
SODA = UwsService("/soda/async", "SODA", ("id", "target", "circle", "pos", "insname", "band", "time", "baseline"))
TABLE_UPDATE = UwsService("/tap/table-update", "TABLE-UPDATE", (), personal=True)
SERVICES = (TAP, SODA, TABLE_UPDATE)


def service_at(path: str) -> UwsService:
    """The service that a path is of."""
    return next((service for service in SERVICES if path.startswith(service.path)), TAP)


def service_name(parameters: Iterable[tuple[str, str]]) -> str:
    """Name of the service of a job, by its parameters."""
    return next((value for name, value in parameters if name.upper() == SERVICE), "")


def repeated_parameters(parameters: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The parameters of a job of SODA, with each value of those that were joined."""
    for name, value in parameters:
        values = value.split(";") if name.lower() in SODA.accumulating else [value]
        yield from ((name, one) for one in values)
