"""The hub's schema `uws`, created when a process first opens it: the table of jobs and the queue's own objects."""

from hashlib import sha256
from secrets import token_hex

from procrastinate.schema import SchemaManager

from jobs.database import Connection
from schema.jobs import JOB
from schema.local import table_of_the_hub
from schema.named_queries import named_query

CHANNEL = "uws_job"
"""NOTIFY channel; the payload is the identifier of a job whose phase changed, or that was deleted."""
NOTIFY_SQL = named_query("jobs/installation", "trigger").format(channel=CHANNEL)
NEXT_SQL = named_query("jobs/installation", "next")
PACE_SQL = named_query("jobs/installation", "pace")
CLEAR_SQL = named_query("jobs/installation", "clear")
INSTALLED_SQL = named_query("jobs/installation", "mark")
LOCK = 7_246_104
"""Key of the advisory lock under which one process installs, however many start at once."""


async def install(connection: Connection) -> str:
    """Create the schema, or replace one of another release; its jobs are lost then.

    Returns
    -------
    str
        Identifier of this hub among those that may share a result store; it survives dumps and upgrades.
    """
    ddl = f"{table_of_the_hub(JOB)}\n{NOTIFY_SQL};\n{SchemaManager.get_schema()}\n{NEXT_SQL};\n{PACE_SQL}"
    release = sha256(ddl.encode()).hexdigest()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        row = await (await connection.execute(INSTALLED_SQL.encode())).fetchone()
        installed, _, hub = ((row and row[0]) or "").partition(" ")
        if installed != release or not hub:
            hub = hub or token_hex(8)
            for text in (CLEAR_SQL, ddl, f"COMMENT ON SCHEMA uws IS '{release} {hub}'"):
                await connection.execute(text.encode())
    return hub
