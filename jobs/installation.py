"""The hub's schema `uws`, made when a process first opens it: the table of jobs, and the queue's own objects."""

from hashlib import sha256
from secrets import token_hex

from procrastinate.schema import SchemaManager

from jobs.database import Connection
from schema.jobs import JOB
from schema.local import table_of_the_hub

CHANNEL = "uws_job"
"""Told the identifier of each job whose phase changes, or that is forgotten."""
TOLD = f"""
CREATE FUNCTION uws.job_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('{CHANNEL}', CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
  RETURN NULL;
END $$;
CREATE TRIGGER job_changed AFTER UPDATE OF phase OR DELETE ON uws.job FOR EACH ROW EXECUTE FUNCTION uws.job_changed();
"""
CLEARED = """
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
LOCK = 7_246_104
"""Number of the advisory lock under which it is made, once, however many processes start."""
MARK = "SELECT obj_description('uws'::regnamespace, 'pg_namespace')"


async def install(connection: Connection) -> str:
    """Make what is there as this release wants it; jobs of a release that wanted it otherwise are forgotten.

    Tells what this hub is known by among all that may share a spool: it stays through dumps and upgrades.
    """
    made = table_of_the_hub(JOB) + TOLD + SchemaManager.get_schema()
    wanted = sha256(made.encode()).hexdigest()
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = await (await connection.execute(MARK)).fetchone()
        release, _, hub = ((found and found[0]) or "").partition(" ")
        if release != wanted or not hub:
            hub = hub or token_hex(8)
            for text in (CLEARED, made, f"COMMENT ON SCHEMA uws IS '{wanted} {hub}'"):
                await connection.execute(text.encode())
    return hub
