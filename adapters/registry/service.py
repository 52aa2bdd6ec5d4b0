"""What the documents of VOSI and the registry say, without vo-models (20 MB), which only their writers import."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from schema.catalog import ALL, Catalog
from schema.origin import Origin
from schema.origins import EVERYTHING
from schema.table import PUBLISHED, Source, Table

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
        What it speaks, after `ivo://ivoa.net/std/`, as `SIA#query-2.0`; "" for what has no identifier there.
    path : str
        Path of its requests; with `{table}` in it, the record stands for a service of each table.
    description : str
        What it is for, in the capabilities of TAP.
    short_name, title : str
        Of its own record (VOResource 1.1).
    content : str
        What it has, for its own record.
    table : Table | None
        The table that it is of; None if it is of several.
    origin : Origin
        Where its data come from.
    """

    standard: str
    path: str
    description: str = ""
    short_name: str = ""
    title: str = ""
    content: str = ""
    table: Table | None = None
    origin: Origin = EVERYTHING

    @property
    def ivoid(self) -> str:
        """IVOID of what it speaks; "" for none."""
        return STANDARD + self.standard if self.standard else ""

    @property
    def name(self) -> str:
        """How its IVOID ends: its path if it is of one table, else the first segment of that."""
        return (self.path if self.table else self.root)[1:]

    @property
    def root(self) -> str:
        """The first segment of its path, beside which its VOSI is."""
        return f"/{self.path.split('/')[1]}"

    def of(self, table: Table) -> "ServiceRecord":
        """The service of a table, described as the table is."""
        source = next(source for source in ALL if source.name == table.source)
        origin = source.origin or EVERYTHING
        return ServiceRecord(
            self.standard,
            self.path.replace(TABLE, table.qualified),
            table.description,
            f"{source.title.split()[0]} {table.name}"[:SHORT],
            f"{origin.title}: cone search of {table.name.replace('_', ' ')}",
            f"{table.description}: rows of {table.qualified} in a cone. {origin.abstract}",
            table,
            origin,
        )


def each_service(records: Iterable[ServiceRecord], tables: Iterable[Table]) -> Iterator[ServiceRecord]:
    """Yield the services that stand for themselves, then those of each table."""
    records, tables = tuple(records), tuple(tables)
    yield from (record for record in records if TABLE not in record.path)
    yield from (record.of(table) for record in records if TABLE in record.path for table in tables)


@dataclass(frozen=True, slots=True)
class Collection:
    """Tables that the registries hear of as data, whichever services have them ("Discovering Data Collections" 1.1)."""

    name: str
    """How its IVOID ends: that of the source, or of a published table."""
    short_name: str
    title: str
    content: str
    origin: Origin
    source: Source
    """With the tables of the collection and no others."""


def each_collection(catalog: Catalog) -> Iterator[Collection]:
    """Yield a collection for each source that has an origin, and one for each published table."""
    for source in catalog.sources:
        if source.origin and source.name != PUBLISHED:
            about = source.title[:SHORT], source.origin.title, source.origin.abstract
            yield Collection(source.name, *about, source.origin, source)
        elif source.origin:
            for table in catalog.published:
                title = f"{source.origin.title}: {table.description.partition('. ')[0] or table.name}"
                about = table.name[:SHORT], title, f"{table.name}: {table.description or table.qualified}"
                yield Collection(table.qualified, *about, source.origin, replace(source, declared=(table,)))


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
    collections: tuple[Collection, ...] = ()
    """The data that they serve."""
