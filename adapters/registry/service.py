"""What the documents of VOSI and the registry say, without vo-models (20 MB), which only their writers import."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schema.catalog import ALL
from schema.table import Table

STANDARD = "ivo://ivoa.net/std/"
SHORT = 16
"""Most characters of a short name (VOResource 1.1)."""
TABLE = "{table}"
"""Stands in a path for the name of each table that has a position."""


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service that the registries hear of.

    Parameters
    ----------
    standard : str
        What it speaks, after `ivo://ivoa.net/std/`, as `SIA#query-2.0`.
    path : str
        Path of its requests; with `{table}` in it, the record stands for a service of each table.
    description : str
        What it is for, in the capabilities of TAP.
    short_name, title : str
        Of its own record (VOResource 1.1).
    content : str
        What it has, for its own record.
    table : str
        Qualified name of the table that it is of; "" if it is of several.
    test_cone : tuple[float, float, float] | None
        Right ascension, declination and radius of a cone in which the table has rows, ICRS degrees; None if unknown.
    """

    standard: str
    path: str
    description: str = ""
    short_name: str = ""
    title: str = ""
    content: str = ""
    table: str = ""
    test_cone: tuple[float, float, float] | None = None

    @property
    def name(self) -> str:
        """Name of what its record is dated by: the table, else the first segment of its path."""
        return self.table or self.root[1:]

    @property
    def root(self) -> str:
        """The first segment of its path, beside which its VOSI is."""
        return f"/{self.path.split('/')[1]}"

    def of(self, table: Table) -> "ServiceRecord":
        """The service of a table, described as the table is."""
        source = next(source for source in ALL if source.name == table.source)
        return ServiceRecord(
            self.standard,
            self.path.replace(TABLE, table.qualified),
            table.description,
            f"{source.title.split()[0]} {table.name}"[:SHORT],
            f"{source.title}: {table.name.replace('_', ' ')} near a place",
            f"{table.description}: rows of {table.qualified} in a cone. {source.title}: {source.description}",
            table.qualified,
            table.test_cone,
        )


def each_service(records: Iterable[ServiceRecord], tables: Iterable[Table]) -> Iterator[ServiceRecord]:
    """Yield the services that stand for themselves, then those of each table."""
    records, tables = tuple(records), tuple(tables)
    yield from (record for record in records if TABLE not in record.path)
    yield from (record.of(table) for record in records if TABLE in record.path for table in tables)


@dataclass(frozen=True, slots=True)
class LanguageFunction:
    """A user-defined function: signature, as `ivo_x(a DOUBLE) -> BIGINT`, and what it returns."""

    form: str
    description: str


@dataclass(frozen=True, slots=True)
class Jobs:
    """Limits of jobs: times in seconds, and the size of an uploaded table."""

    retention: tuple[int, int]
    """Default and largest lifetime of a job, seconds."""
    duration: tuple[int, int]
    """Default and largest execution duration, seconds."""
    upload_bytes: int
    """Largest uploaded table."""
    fetches: bool = False
    """Whether UPLOAD may name http and https URLs."""


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """What the documents say of the gateway."""

    base: str
    """Its URL, without a slash at the end."""
    rows: tuple[int, int]
    """Rows of a result: default and most."""
    functions: tuple[LanguageFunction, ...]
    """User-defined functions of ADQL."""
    services: tuple[ServiceRecord, ...] = ()
    """TAP and the other services, of each table too."""
    jobs: Jobs | None = None
    """None without jobs and uploads."""
    security: tuple[str, ...] = ()
    """Identifiers of the ways to log in (`adapters.registry.security`); none where nobody can."""
