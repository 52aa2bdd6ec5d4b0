"""Records of jobs, the rows of `uws.job`. A worker's writes count only while its attempt is the latest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jobs.database import Connection, Pool, connection
from jobs.job import Job, Phase, Upload, no_job
from planning.asker import NOBODY, Asker
from schema.named_queries import named_query

NAMES = tuple(item.name for item in fields(Job))
COLUMNS = ", ".join(NAMES)
UNENDED = [phase.value for phase in Phase if phase.active]
"""Phases of jobs that have not ended."""
VALUES = ", ".join(f"%({name})s" for name in NAMES)
ADD = named_query("jobs/records", "add").format(columns=COLUMNS, values=VALUES)
GET = named_query("jobs/records", "get").format(columns=COLUMNS)
LIST = named_query("jobs/records", "list_jobs").format(columns=COLUMNS)
COUNT_JOBS = named_query("jobs/records", "count_jobs")
OF_CLIENT = named_query("jobs/records", "of_client")
BEGIN = named_query("jobs/records", "mark_executing").format(columns=COLUMNS)
DELETE = named_query("jobs/records", "delete").format(columns=COLUMNS)
EXPIRED = named_query("jobs/records", "expired")
EXISTING = named_query("jobs/records", "existing")
ORPHANS = named_query("jobs/records", "orphans").format(columns=COLUMNS)


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs there are."""

    own: int
    """Of a client, which have not ended."""
    every: int
    """Of all clients, which have not ended."""
    kept: int
    """Of a client, ended ones too."""


class Records:
    """Reads and writes records of jobs; every method raises `GatewayError` when the hub fails."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def add(self, job: Job) -> None:
        """Insert a new job."""
        columns = {"parameters": Jsonb(job.parameters), "uploads": _uploads_json(job.uploads)}
        values = asdict(job) | columns | {"asker": _asker_json(job.asker)}
        await self._rows(ADD, values)

    async def get(self, job_id: str) -> Job:
        """Read a job; raises `NotFound`."""
        return self._only(await self._jobs(GET, {"id": job_id}))

    async def list_jobs(
        self, owner: str, phases: Collection[str], after: datetime | None, last: int | None
    ) -> list[Job]:
        """List jobs of a client, those that lists have, latest first.

        Parameters
        ----------
        owner : str
            The client.
        phases : Collection[str]
            Only jobs in one of these; empty for all.
        after : datetime | None
            Only jobs created after this instant; None for all.
        last : int | None
            At most so many; None for all.
        """
        values = {"owner": owner, "phases": list(phases), "all": not phases, "after": after, "last": last}
        return await self._jobs(LIST, values)

    async def count_jobs(self, owner: str) -> JobCounts:
        """Count the jobs of this client, and of all."""
        (counts,) = await self._rows(COUNT_JOBS, {"owner": owner, "phases": UNENDED})
        return JobCounts(**counts)

    async def of_client(self, owner: str) -> list[str]:
        """Identifiers of all jobs of a client."""
        return [row["id"] for row in await self._rows(OF_CLIENT, {"owner": owner})]

    async def set_parameters(self, job: Job, parameters: Sequence[tuple[str, str]], uploads: Sequence[Upload]) -> bool:
        """Replace parameters and uploads; False if the job has been started."""
        columns = {"parameters": Jsonb(parameters), "uploads": _uploads_json(uploads)}
        return await self._update(job.id, columns, "phase = 'PENDING'", {})

    async def set_run_id(self, job_id: str, run_id: str) -> None:
        """Set the RUNID."""
        await self._update(job_id, {"run_id": run_id}, "true", {})

    async def set_asker(self, job_id: str, person: Asker) -> None:
        """Set who it is done for."""
        await self._update(job_id, {"asker": _asker_json(person)}, "true", {})

    async def set_execution_duration(self, job_id: str, seconds: int) -> bool:
        """Set the execution duration in seconds; False if the job has been started."""
        return await self._update(job_id, {"execution_duration": seconds}, "phase = 'PENDING'", {})

    async def set_destruction(self, job_id: str, until: datetime) -> None:
        """Set the destruction time."""
        await self._update(job_id, {"destruction": until}, "true", {})

    async def mark_queued(self, transaction: Connection, job: Job) -> bool:
        """Set phase QUEUED within the caller's transaction; False if phase or attempt are no longer those of `job`."""
        values = {"attempt": job.attempt, "was": job.phase.value}
        condition = "phase = %(was)s AND attempt = %(attempt)s"
        return bool(await _fetch(transaction, *_update_sql(job.id, {"phase": Phase.QUEUED.value}, condition, values)))

    async def set_task(self, transaction: Connection, job: Job, task: int) -> None:
        """Set its number in the queue, within the caller's transaction."""
        await _fetch(transaction, *_update_sql(job.id, {"task": task}, "true", {}))

    async def mark_executing(self, job_id: str) -> Job | None:
        """Set phase EXECUTING and count the attempt; None if the job is not QUEUED any more, or is gone."""
        jobs = await self._jobs(BEGIN, {"id": job_id})
        return jobs[0] if jobs else None

    async def mark_completed(self, job: Job, media_type: str, size: int) -> bool:
        """Record the result of this attempt; False if the job was aborted, or another attempt has begun."""
        return await self._finish(job, {"phase": "COMPLETED", "media_type": media_type, "size": size})

    async def mark_failed(self, job: Job, phase: Phase, error: str, *, lasting: bool) -> bool:
        """Record that this attempt failed: ERROR or ABORTED, with a message; False as for `mark_completed`.

        `lasting` says that the same job would fail again.
        """
        return await self._finish(job, {"phase": phase.value, "error": error, "lasting": lasting})

    async def mark_aborted(self, job: Job) -> bool:
        """Set phase ABORTED; False if the job has ended."""
        return await self._update(
            job.id, {"phase": "ABORTED"}, "phase = ANY(%(unended)s)", {"unended": UNENDED}, "ended"
        )

    async def delete(self, job_id: str) -> Job | None:
        """Delete a job and return it; None if there is none."""
        jobs = await self._jobs(DELETE, {"id": job_id})
        return jobs[0] if jobs else None

    async def expired(self) -> list[str]:
        """Identifiers of the jobs whose destruction time has passed."""
        return [row["id"] for row in await self._rows(EXPIRED, {})]

    async def orphans(self, spool: str, stale: float) -> list[Job]:
        """Jobs of a result store whose worker was silent for `stale` seconds, or that are in no queue."""
        return await self._jobs(ORPHANS, {"spool": spool, "stale": stale})

    async def existing(self, job_ids: Collection[str]) -> set[str]:
        """Those of these identifiers that belong to jobs."""
        rows = await self._rows(EXISTING, {"ids": list(job_ids)})
        return {row["id"] for row in rows}

    async def _finish(self, job: Job, columns: dict[str, Any]) -> bool:
        """Set final columns and the end time, if this attempt is still the latest and executing."""
        condition = "phase = 'EXECUTING' AND attempt = %(attempt)s"
        return await self._update(job.id, columns, condition, {"attempt": job.attempt}, "ended")

    async def _update(
        self, job_id: str, columns: dict[str, Any], condition: str, values: dict[str, Any], timestamp: str = ""
    ) -> bool:
        async with connection(self.pool) as session:
            return bool(await _fetch(session, *_update_sql(job_id, columns, condition, values, timestamp)))

    async def _jobs(self, text: str, values: dict[str, Any]) -> list[Job]:
        return [_job_of_row(row) for row in await self._rows(text, values)]

    async def _rows(self, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        async with connection(self.pool) as session:
            return await _fetch(session, text, values)

    @staticmethod
    def _only(jobs: list[Job]) -> Job:
        if not jobs:
            raise no_job()
        return jobs[0]


def _update_sql(
    job_id: str, columns: dict[str, Any], condition: str, values: dict[str, Any], timestamp: str = ""
) -> tuple[str, dict[str, Any]]:
    """Write the UPDATE of some columns of a job under a condition.

    `values` are the condition's parameters; `timestamp` names one more column to set to now(), "" for none.
    """
    assignments = [f"{name} = %({name})s" for name in columns] + ([f"{timestamp} = now()"] if timestamp else [])
    text = f"UPDATE uws.job SET {', '.join(assignments)} WHERE id = %(id)s AND {condition} RETURNING id"
    return text, columns | values | {"id": job_id}


async def _fetch(session: Connection, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    async with session.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


def _uploads_json(uploads: Sequence[Upload]) -> Jsonb:
    return Jsonb([asdict(upload) for upload in uploads])


def _asker_json(person: Asker) -> Jsonb:
    if not person.known:
        return Jsonb({})
    groups = {
        "aliases": sorted(person.aliases),
        "delegations": sorted(person.delegations),
        "groups": sorted(person.groups),
    }
    return Jsonb({"login": person.login, "writes": person.writes} | groups)


def _asker(row: Mapping[str, Any]) -> Asker:
    """Who a column `asker` stands for."""
    if not row:
        return NOBODY
    delegations = frozenset((pi, catalogue) for pi, catalogue in row["delegations"])
    return Asker(row["login"], frozenset(row["aliases"]), delegations, frozenset(row["groups"]), row["writes"])


def _job_of_row(row: dict[str, Any]) -> Job:
    parsed = {
        "phase": Phase(row["phase"]),
        "parameters": tuple((name, value) for name, value in row["parameters"]),
        "uploads": tuple(Upload(**upload) for upload in row["uploads"]),
        "asker": _asker(row["asker"]),
    }
    times = {name: value.astimezone(UTC) for name, value in row.items() if isinstance(value, datetime)}
    return Job(**row | times | parsed)
