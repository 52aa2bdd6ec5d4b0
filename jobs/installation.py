"""The hub's schema `uws`, created when a process first opens it: the table of jobs and the queue's own objects."""

from hashlib import sha256
from secrets import token_hex

from procrastinate.schema import SchemaManager

from jobs.database import Connection
from schema.jobs import JOB
from schema.local import table_of_the_hub

CHANNEL = "uws_job"
"""NOTIFY channel; the payload is the identifier of a job whose phase changed, or that was deleted."""
NOTIFY_SQL = f"""
CREATE FUNCTION uws.job_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('{CHANNEL}', CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
  RETURN NULL;
END $$;
CREATE TRIGGER job_changed AFTER UPDATE OF phase OR DELETE ON uws.job FOR EACH ROW EXECUTE FUNCTION uws.job_changed();
"""
"""Trigger that notifies on `CHANNEL`."""
CLEAR_SQL = """
DO $$ DECLARE known text; wanted text[] := ARRAY(
  SELECT format('TABLE IF EXISTS uws.%I', relname) FROM pg_class
  WHERE relnamespace = 'uws'::regnamespace AND relkind = 'r'
  UNION ALL
  SELECT 'FUNCTION IF EXISTS ' || oid::regprocedure FROM pg_proc WHERE pronamespace = 'uws'::regnamespace
  UNION ALL
  SELECT format('TYPE IF EXISTS uws.%I', typname) FROM pg_type LEFT JOIN pg_class ON pg_class.oid = typrelid
  WHERE typnamespace = 'uws'::regnamespace AND (typtype = 'e' OR relkind = 'c'));
BEGIN
  FOREACH known IN ARRAY wanted LOOP EXECUTE 'DROP ' || known || ' CASCADE'; END LOOP;
END $$;
"""
"""Drops everything in the schema, and nothing else."""
LOCK = 7_246_104
"""Key of the advisory lock under which one process installs, however many start at once."""
INSTALLED_SQL = "SELECT obj_description('uws'::regnamespace, 'pg_namespace')"
"""The schema's comment: hash of the DDL that created it, and the hub's identifier."""


async def install(connection: Connection) -> str:
    """Create the schema, or replace one of another release; its jobs are lost then.

    Returns
    -------
    str
        Identifier of this hub among those that may share a result store; it survives dumps and upgrades.
    """
    ddl = table_of_the_hub(JOB) + NOTIFY_SQL + SchemaManager.get_schema()
    release = sha256(ddl.encode()).hexdigest()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        row = await (await connection.execute(INSTALLED_SQL)).fetchone()
        installed, _, hub = ((row and row[0]) or "").partition(" ")
        if installed != release or not hub:
            hub = hub or token_hex(8)
            for text in (CLEAR_SQL, ddl, f"COMMENT ON SCHEMA uws IS '{release} {hub}'"):
                await connection.execute(text.encode())
    return hub
