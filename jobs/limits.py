"""How much of jobs there may be, and how one that would be too much is refused."""

from dataclasses import dataclass
from datetime import timedelta

from planning.errors import GatewayError


class TooManyJobs(GatewayError):
    """One client has as many jobs as it may."""

    code = "TOO_MANY_JOBS"
    status = 429


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What bounds the jobs; of times both what a job gets and the most that its maker may ask for."""

    seconds: int = 600
    """That a job may run for."""
    lifetime: timedelta = timedelta(days=7)
    """After which a job is forgotten, with its result."""
    each: int = 100
    """Jobs of one client that have not ended."""
    every: int = 10_000
    """Jobs of all of them."""
    parameter_bytes: int = 256_000
    """Of a job's parameters, without the tables that come with it."""
