"""`/tap/table-update`: a job that indexes a column of a table of one's own, as pyvo's `create_index` asks for."""

from collections.abc import AsyncGenerator

from adapters.publishing.user_table import user_table_name
from adapters.tap.engine import Engine
from jobs.execution import JobAnswer, Run
from jobs.job import Job
from jobs.results import ResultStore
from planning.asker import asker
from planning.errors import BadInput, Unauthenticated
from publishing.user_tables import add_index
from schema.user_tables import NAME, Quota

FLAGS = {"": False, "true": True, "false": False, "1": True, "0": False}


def update_runner(engine: Engine, quota: Quota) -> Run:
    """Make the function that runs such jobs."""

    async def run_job(job: Job, _store: ResultStore) -> JobAnswer:
        return JobAnswer("text/plain", _indexed(engine, quota, job))

    return run_job


async def _indexed(engine: Engine, quota: Quota, job: Job) -> AsyncGenerator[bytes, None]:
    """Index the column that a job names, and say so."""
    table, column = (job.parameter(name) or "" for name in ("TABLE", "INDEX"))
    flag = (job.parameter("UNIQUE") or "").strip().lower()
    if not table or not column or flag not in FLAGS:
        message = "TABLE and INDEX are wanted: a table and a column of it; and perhaps UNIQUE, true or false"
        raise BadInput(message)
    if not asker().known or engine.writers is None:
        message = "Tables are kept for people with an account: log in"
        raise Unauthenticated(message)
    name = user_table_name(table)
    revision = await add_index(engine.writers, asker().login, name, column, quota, unique=FLAGS[flag])
    engine.hub.health.written(NAME, str(revision))
    yield f"{NAME}.{name} has an index on {column}\n".encode()
