"""Parameters about jobs (UWS 1.1 sections 2.1 and 2.2), apart from those of the query that a job runs."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.tap.parameters import parse_uploads
from adapters.uws.services import SERVICE
from adapters.votable.fields import legal_xml
from adapters.votable.parameters import Parameters, float_parameter, int_parameter, repeated_values, selected_values
from jobs.job import UWS_PHASES
from planning.errors import BadInput

MOST_LISTED = 1000
"""Jobs of a list."""
LONGEST_WAIT = 60
"""Seconds of WAIT: proxies close connections that are silent for longer."""
UNESCAPED_PLUS = re.compile(r"(T[0-9:.,]+) (?=[0-9]{2}:?[0-9]{2}$)")
"""A plus before a time zone that was not escaped in a form, and so arrives as a blank."""
ABOUT_JOB = ("phase", "action", "runid", "wait", "executionduration", "destruction", SERVICE.lower())
"""Parameters that are about a job and not about its query; of which service it is, its path says alone."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs a list has."""

    phases: frozenset[str]
    """Empty for all but those that are archived."""
    after: datetime | None
    last: int
    """The newest of them, at most."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How many seconds to wait for a job to leave a phase; None for the phase that it is in."""

    seconds: int
    phase: str | None


def parse_job_filter(pairs: Iterable[tuple[str, str]]) -> JobFilter:
    """Read PHASE, AFTER and LAST; raises `BadInput`."""
    repeated = repeated_values(pairs)
    phases = frozenset(phase.upper() for phase in repeated.get("phase", ()))
    if unknown := phases.difference(UWS_PHASES):
        message = f"PHASE is {min(unknown)[:40]!r}: one of {', '.join(UWS_PHASES)} is wanted"
        raise BadInput(message)
    single = selected_values(repeated, "after", "last")
    after = parse_instant("AFTER", single["after"]) if "after" in single else None
    return JobFilter(phases, after, min(int_parameter(single, "LAST", MOST_LISTED, 1, 10**9), MOST_LISTED))


def parse_wait(pairs: Iterable[tuple[str, str]]) -> Wait | None:
    """Read WAIT and PHASE; None without WAIT, -1 is as long as possible. Raises `BadInput`."""
    parameters = selected_values(repeated_values(pairs), "wait", "phase")
    if "wait" not in parameters:
        return None
    seconds = int_parameter(parameters, "WAIT", 0, -1, 10**9)
    longest = seconds < 0 or seconds > LONGEST_WAIT
    return Wait(LONGEST_WAIT if longest else seconds, parameters.get("phase", "").upper() or None)


def parse_execution_duration(parameters: Parameters) -> int:
    """Read EXECUTIONDURATION, in seconds, rounded up; raises `BadInput`, also where it is missing.

    UWS 1.1 has whole seconds; pyvo sends the astropy.time.TimeDelta that it has read, as `300.0`.
    """
    return math.ceil(float_parameter(parameters, "EXECUTIONDURATION", 0, 10**9, "seconds"))


def parse_instant(name: str, text: str) -> datetime:
    """Read a time (ISO 8601, UTC where no zone is given); raises `BadInput`, which names the parameter."""
    try:
        moment = datetime.fromisoformat(UNESCAPED_PLUS.sub(r"\1+", text.strip()))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        message = f"{name} is {text[:40]!r}: a time is wanted, as 2026-01-31T12:00:00Z"
        raise BadInput(message) from error


def query_parameters(parameters: Parameters) -> list[tuple[str, str]]:
    """The parameters of the query, their names in capitals, without characters that XML or PostgreSQL refuse."""
    return [(legal_xml(name.upper()), legal_xml(value)) for name, value in parameters.items() if name not in ABOUT_JOB]


def run_id(parameters: Mapping[str, str]) -> str | None:
    """RUNID; None if it is not given."""
    return legal_xml(parameters["runid"]) if parameters.get("runid") else None


def upload_parts(pairs: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Names of the parts of a request that UPLOAD says are tables; raises `BadInput`."""
    text = ";".join(value for name, value in pairs if name.lower() == "upload")
    return frozenset(upload.part for upload in parse_uploads(text) if upload.part is not None)
