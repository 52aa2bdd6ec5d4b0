"""A job: its phase, its times, its parameters and its outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planning.asker import NOBODY, Asker
from planning.errors import NotFound


class Phase(StrEnum):
    """The execution phases of UWS 1.1 (section 2.1.3) that a job of the gateway can be in.

    PENDING → (PHASE=RUN) → QUEUED → EXECUTING → COMPLETED | ERROR; PHASE=ABORT leads from any of the first three to
    ABORTED. A job whose worker dies, or that meets a database that does not answer, goes from EXECUTING back to QUEUED.
    """

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"
    ABORTED = "ABORTED"

    @property
    def active(self) -> bool:
        """Whether the job has not ended: PENDING, QUEUED or EXECUTING."""
        return self in (Phase.PENDING, Phase.QUEUED, Phase.EXECUTING)


UWS_PHASES = (*Phase, "HELD", "SUSPENDED", "UNKNOWN", "ARCHIVED")
"""Every phase of UWS 1.1, for the filter PHASE of a job list; no job here is ever in the last four."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A table uploaded with a job (TAP 1.1 section 2.7.6)."""

    name: str
    """Name of the multipart part it came in, as UPLOAD's `param:` refers to it."""
    file: str
    """Name of its file in the result store."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row of `uws.job`, declared in `schema.jobs`; times are UTC.

    None in `run_id`: the client gave none; in `started`, `ended`: not yet; in `error`, `media_type`, `size`: not
    ended so; in `task`: not queued.
    """

    id: str
    phase: Phase
    owner: str
    """The client that made it: what lists and shares go by."""
    listed: bool
    """Whether lists have it: not where a page in a browser made it, which only knows its identifier."""
    spool: str
    """Name of the result store with its files: only processes that share the store run it."""
    run_id: str | None
    created: datetime
    started: datetime | None
    ended: datetime | None
    destruction: datetime
    execution_duration: int
    """Seconds that it may run."""
    parameters: tuple[tuple[str, str], ...]
    """Names and values as given: names in any case, some of them repeated."""
    uploads: tuple[Upload, ...]
    """Tables that came with it."""
    error: str | None
    lasting: bool | None
    """Whether the error would happen again (a refusal, status < 500); UWS: errorSummary type "fatal", else "transient".
    """
    media_type: str | None
    size: int | None
    """Bytes of the result."""
    attempt: int
    """How many times it was begun."""
    task: int | None
    """Its number in the queue."""
    asker: Asker = NOBODY
    """Who it is done for, with their rights as they were when it was started."""

    @property
    def result(self) -> str:
        """Name of its result's file in the store; each attempt writes its own, as an older one may still be running."""
        return f"result.{self.attempt}"

    def parameter(self, name: str) -> str | None:
        """First value of a parameter, whatever the case of its name; None if it was not given."""
        return next((value for key, value in self.parameters if key.lower() == name.lower()), None)


def no_job() -> NotFound:
    """The refusal of a job that there is not, or that is somebody else's, or another service's."""
    return NotFound("There is no such job: it was destroyed, or its time had come")
