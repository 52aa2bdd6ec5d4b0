"""The jobs as `uws.job` has them. What a worker writes counts only while the attempt that it was is still the last."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jobs.database import Connection, Pool, connection
from jobs.job import Job, Phase, Upload
from planning.errors import NotFound
from schema.named_queries import named_query

NAMES = tuple(item.name for item in fields(Job))
COLUMNS = ", ".join(NAMES)
UNENDED = [phase.value for phase in Phase if phase.active]
VALUES = ", ".join(f"%({name})s" for name in NAMES)
ADD = named_query("jobs/records", "add").format(columns=COLUMNS, values=VALUES)
GET = named_query("jobs/records", "get").format(columns=COLUMNS)
LISTED = named_query("jobs/records", "listed").format(columns=COLUMNS)
UNENDED_COUNTS = named_query("jobs/records", "unended")
BEGIN = named_query("jobs/records", "begin").format(columns=COLUMNS)
REMOVE = named_query("jobs/records", "remove").format(columns=COLUMNS)
EXPIRED = named_query("jobs/records", "expired")
KNOWN = named_query("jobs/records", "known")
ORPHANS = named_query("jobs/records", "orphans").format(columns=COLUMNS)


class Records:
    """Reads and writes them; raises `GatewayError`."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def add(self, job: Job) -> None:
        """Keep a new one."""
        values = asdict(job) | {"parameters": Jsonb(job.parameters), "uploads": _uploads(job.uploads)}
        await self._rows(ADD, values)

    async def get(self, job_id: str) -> Job:
        """One of them; raises `NotFound`."""
        return self._one(await self._jobs(GET, {"id": job_id}))

    async def listed(self, owner: str, phases: Collection[str], after: datetime | None, last: int | None) -> list[Job]:
        """Those of a client, last made first; by phase, and younger than an instant, where that is asked."""
        values = {"owner": owner, "phases": list(phases), "all": not phases, "after": after, "last": last}
        return await self._jobs(LISTED, values)

    async def unended(self, owner: str) -> tuple[int, int]:
        """How many jobs of a client, and of all, have not ended."""
        (counts,) = await self._rows(UNENDED_COUNTS, {"owner": owner, "phases": UNENDED})
        return counts["own"], counts["every"]

    async def tell(self, job: Job, parameters: Sequence[tuple[str, str]], uploads: Sequence[Upload]) -> bool:
        """Change what it is asked; False if it has been started meanwhile."""
        told = {"parameters": Jsonb(parameters), "uploads": _uploads(uploads)}
        return await self._changed(job.id, told, "phase = 'PENDING'", {})

    async def name(self, job_id: str, run_id: str) -> None:
        """Give it a name."""
        await self._changed(job_id, {"run_id": run_id}, "true", {})

    async def allow(self, job_id: str, seconds: int) -> bool:
        """Say how long it may run; False if it has been started."""
        return await self._changed(job_id, {"execution_duration": seconds}, "phase = 'PENDING'", {})

    async def keep(self, job_id: str, until: datetime) -> None:
        """Say when it is to be forgotten."""
        await self._changed(job_id, {"destruction": until}, "true", {})

    async def queued(self, held: Connection, job: Job) -> bool:
        """Say that it waits, in a transaction of the caller's; False if it is not what it was."""
        given = {"attempt": job.attempt, "was": job.phase.value}
        condition = "phase = %(was)s AND attempt = %(attempt)s"
        return bool(await _done(held, *_update(job.id, {"phase": Phase.QUEUED.value}, condition, given)))

    async def numbered(self, held: Connection, job: Job, task: int) -> None:
        """Say which number it has in the queue, in the same transaction."""
        await _done(held, *_update(job.id, {"task": task}, "true", {}))

    async def begin(self, job_id: str) -> Job | None:
        """Say that it runs; None if it is not to."""
        found = await self._jobs(BEGIN, {"id": job_id})
        return found[0] if found else None

    async def completed(self, job: Job, media_type: str, size: int) -> bool:
        """Say that its result is there; False if it is no longer wanted."""
        return await self._ended(job, {"phase": "COMPLETED", "media_type": media_type, "size": size})

    async def failed(self, job: Job, phase: Phase, error: str, *, lasting: bool) -> bool:
        """Say that it has none, and why."""
        return await self._ended(job, {"phase": phase.value, "error": error, "lasting": lasting})

    async def abort(self, job: Job) -> bool:
        """Say that it is no longer wanted; False if it has ended meanwhile."""
        return await self._changed(
            job.id, {"phase": "ABORTED"}, "phase = ANY(%(unended)s)", {"unended": UNENDED}, "ended"
        )

    async def remove(self, job_id: str) -> Job | None:
        """Forget it."""
        found = await self._jobs(REMOVE, {"id": job_id})
        return found[0] if found else None

    async def expired(self) -> list[str]:
        """Identifiers of those whose time of destruction has come."""
        return [row["id"] for row in await self._rows(EXPIRED, {})]

    async def orphans(self, spool: str, stale: float) -> list[Job]:
        """Jobs of a spool that nobody runs or is going to: not heard of for so many seconds."""
        return await self._jobs(ORPHANS, {"spool": spool, "stale": stale})

    async def known(self, job_ids: Collection[str]) -> set[str]:
        """Those of these identifiers that are of jobs."""
        rows = await self._rows(KNOWN, {"ids": list(job_ids)})
        return {row["id"] for row in rows}

    async def _ended(self, job: Job, told: dict[str, Any]) -> bool:
        condition = "phase = 'EXECUTING' AND attempt = %(attempt)s"
        return await self._changed(job.id, told, condition, {"attempt": job.attempt}, "ended")

    async def _changed(
        self, job_id: str, told: dict[str, Any], condition: str, given: dict[str, Any], now: str = ""
    ) -> bool:
        async with connection(self.pool) as held:
            return bool(await _done(held, *_update(job_id, told, condition, given, now)))

    async def _jobs(self, text: str, values: dict[str, Any]) -> list[Job]:
        return [_job(row) for row in await self._rows(text, values)]

    async def _rows(self, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        async with connection(self.pool) as held:
            return await _done(held, text, values)

    @staticmethod
    def _one(found: list[Job]) -> Job:
        if not found:
            message = "There is no such job: it was destroyed, or its time had come"
            raise NotFound(message)
        return found[0]


def _update(
    job_id: str, told: dict[str, Any], condition: str, given: dict[str, Any], now: str = ""
) -> tuple[str, dict[str, Any]]:
    """Change columns of a job, one of them to the present moment, if a condition holds."""
    written = [f"{name} = %({name})s" for name in told] + ([f"{now} = now()"] if now else [])
    text = f"UPDATE uws.job SET {', '.join(written)} WHERE id = %(id)s AND {condition} RETURNING id"
    return text, told | given | {"id": job_id}


async def _done(held: Connection, text: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    async with held.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(text.encode(), values)
        return await cursor.fetchall()


def _uploads(uploads: Sequence[Upload]) -> Jsonb:
    return Jsonb([asdict(upload) for upload in uploads])


def _job(row: dict[str, Any]) -> Job:
    told = {
        "phase": Phase(row["phase"]),
        "parameters": tuple((name, value) for name, value in row["parameters"]),
        "uploads": tuple(Upload(**upload) for upload in row["uploads"]),
    }
    return Job(**row | told)
