"""A job as it is known: its phase, its times, what it was asked, what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a job is between its making and its end (UWS 1.1 section 2.1.3); those that the gateway has."""

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"
    ABORTED = "ABORTED"

    @property
    def active(self) -> bool:
        """Whether it will be another phase by itself, or is still being made."""
        return self in (Phase.PENDING, Phase.QUEUED, Phase.EXECUTING)


KNOWN = (*Phase, "HELD", "SUSPENDED", "UNKNOWN", "ARCHIVED")
"""Every phase that the standard has: a list may be asked for those that no job here is ever in."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A table that came with a job."""

    name: str
    """Of the part of the request that it was in, as UPLOAD's `param:` says it."""
    file: str
    """In the spool."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row of `uws.job`, as `schema.jobs` declares it."""

    id: str
    phase: Phase
    owner: str
    spool: str
    """Identifier of the spool that its files are in: who has that runs it."""
    run_id: str | None
    created: datetime
    started: datetime | None
    ended: datetime | None
    destruction: datetime
    execution_duration: int
    """Seconds."""
    parameters: tuple[tuple[str, str], ...]
    """Names and values as given: names in any case, and some more than once."""
    uploads: tuple[Upload, ...]
    error: str | None
    lasting: bool | None
    """Whether the error would be there next time too."""
    media_type: str | None
    size: int | None
    attempt: int
    task: int | None

    @property
    def result(self) -> str:
        """Name of its result's file in the spool: an attempt given up too early writes another one."""
        return f"result.{self.attempt}"

    def parameter(self, name: str) -> str | None:
        """The value of a parameter, whatever the case of its name; None if it was not given."""
        return next((value for key, value in self.parameters if key.lower() == name.lower()), None)
