"""Data for the documents about the gateway, apart from vo-models, which writes them and takes 20 MB of memory."""

from dataclasses import dataclass

STANDARD = "ivo://ivoa.net/std/"


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
    others: tuple[tuple[str, str, str], ...] = ()
    """Other protocols: standard, path and description."""
    jobs: Jobs | None = None
    """None without jobs and uploads."""
