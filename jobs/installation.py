"""The hub's schema `uws`, made when a process first opens it: the table of jobs, and the queue's own objects."""

from hashlib import sha256
from secrets import token_hex

from procrastinate.schema import SchemaManager

from jobs.database import Connection
from schema.jobs import JOB
from schema.local import table_of_the_hub
from schema.named_queries import named_query

CHANNEL = "uws_job"
"""Channel of NOTIFY: its payload is the identifier of a job whose phase has changed, or that is forgotten."""
TRIGGER = named_query("jobs/installation", "trigger").format(channel=CHANNEL)
CLEAR = named_query("jobs/installation", "clear")
MARK = named_query("jobs/installation", "mark")
LOCK = 7_246_104
"""Number of the advisory lock under which the schema is made: once, however many processes start."""


async def install(connection: Connection) -> str:
    """Make the schema as this release wants it; jobs of a release that wanted it otherwise are forgotten.

    Returns
    -------
    str
        The identifier of this hub among all that may share a spool: it stays through dumps and upgrades.
    """
    ddl = f"{table_of_the_hub(JOB)}\n{TRIGGER};\n{SchemaManager.get_schema()}"
    digest = sha256(ddl.encode()).hexdigest()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        mark = await (await connection.execute(MARK.encode())).fetchone()
        release, _, hub = ((mark and mark[0]) or "").partition(" ")
        if release != digest or not hub:
            hub = hub or token_hex(8)
            for text in (CLEAR, ddl, f"COMMENT ON SCHEMA uws IS '{digest} {hub}'"):
                await connection.execute(text.encode())
    return hub
