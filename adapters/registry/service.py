"""The gateway as documents of the registries describe it: data, apart from vo-models, which writes them (20 MB)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schema.table import Table

STANDARD = "ivo://ivoa.net/std/"
TABLE = "{table}"
"""Stands in a path for the name of each table that has a position."""


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service that the registries hear of.

    Parameters
    ----------
    standard
        What it speaks, after `ivo://ivoa.net/std/`, as `SIA#query-2.0`.
    path
        Where it is asked; with `{table}` in it, it stands for a service of each table.
    description
        What it is for, in the capabilities of TAP.
    short_name, title
        Of its own record (VOResource 1.1).
    """

    standard: str
    path: str
    description: str = ""
    short_name: str = ""
    title: str = ""

    @property
    def root(self) -> str:
        """The first segment of its path, beside which its VOSI is."""
        return f"/{self.path.split('/')[1]}"

    def of(self, table: Table) -> "ServiceRecord":
        """The service of a table, which is described as the table is."""
        path = self.path.replace(TABLE, table.qualified)
        return ServiceRecord(self.standard, path, table.description, table.name[:16], table.description)


def each_service(records: Iterable[ServiceRecord], tables: Iterable[Table]) -> Iterator[ServiceRecord]:
    """The services that stand for themselves, then those of each table."""
    records, tables = tuple(records), tuple(tables)
    yield from (record for record in records if TABLE not in record.path)
    yield from (record.of(table) for record in records if TABLE in record.path for table in tables)


@dataclass(frozen=True, slots=True)
class LanguageFunction:
    """A user-defined function of ADQL: its signature, as `ivo_x(a DOUBLE) -> BIGINT`, and what it returns."""

    form: str
    description: str


@dataclass(frozen=True, slots=True)
class Jobs:
    """Limits of jobs: how long they are kept and may run, in seconds, and the largest uploaded table."""

    retention: tuple[int, int]
    """By default, and at most."""
    duration: tuple[int, int]
    upload_bytes: int
    fetches: bool = False
    """Whether UPLOAD may name a table by its address."""


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """The gateway, as its documents describe it."""

    base: str
    """Its public address, without a slash at the end."""
    rows: tuple[int, int]
    """Rows of an answer: without MAXREC, and at most."""
    functions: tuple[LanguageFunction, ...]
    services: tuple[ServiceRecord, ...] = ()
    """Its services, TAP among them, and of each table."""
    jobs: Jobs | None = None
    """None where there are no jobs and no uploads."""
