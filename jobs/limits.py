"""Limits of jobs, and the refusal of one too many."""

from dataclasses import dataclass
from datetime import timedelta

from hub.limits import PART
from planning.errors import GatewayError


class TooManyJobs(GatewayError):
    """A client has as many jobs that have not ended as it may."""

    code = "TOO_MANY_JOBS"
    status = 429


@dataclass(frozen=True, slots=True)
class JobLimits:
    """Limits of jobs; `seconds` and `lifetime` are both the default and the most a client may ask for."""

    seconds: int = 600
    """Execution duration, seconds."""
    lifetime: timedelta = timedelta(days=7)
    """From creation to destruction, with the result."""
    max_per_client: int = 100
    """Jobs of one client that have not ended."""
    max_total: int = 10_000
    """Jobs of all clients that have not ended."""
    parameter_bytes: int = 256_000
    """Characters of a job's parameters, names and values, without its uploads."""
    max_kept: int = 10_000
    """Jobs of one client that have not been destroyed, ended or not."""
    share: float = PART
    """Of the workers, and of the room for files, the part that one client may hold."""
