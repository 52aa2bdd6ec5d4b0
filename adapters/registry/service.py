"""What documents tell of the gateway: data, apart from vo-models, which writes them and takes 20 MB."""

from dataclasses import dataclass

STANDARD = "ivo://ivoa.net/std/"


@dataclass(frozen=True, slots=True)
class LanguageFunction:
    """A user-defined function: how it is called, as `ivo_x(a DOUBLE) -> BIGINT`, and what it gives."""

    form: str
    description: str


@dataclass(frozen=True, slots=True)
class Jobs:
    """How long jobs may be kept and run, in seconds, and how large an uploaded table may be."""

    retention: tuple[int, int]
    """Usually, and at most."""
    duration: tuple[int, int]
    upload_bytes: int
    fetches: bool = False
    """Whether tables are fetched from where UPLOAD says."""


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """What is told of the gateway."""

    base: str
    """Its address, without a slash at the end."""
    rows: tuple[int, int]
    """Rows of an answer, usually and at most."""
    functions: tuple[LanguageFunction, ...]
    others: tuple[tuple[str, str, str], ...] = ()
    """Other protocols: standard, path, and what it is for."""
    jobs: Jobs | None = None
    """None where there are no jobs and no uploads."""
