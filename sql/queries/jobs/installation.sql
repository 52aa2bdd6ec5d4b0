-- The hub's schema `uws` (jobs/installation.py).

-- name: trigger
-- Notify whoever waits for a job, on the channel {channel}, that its phase has changed or that it is forgotten.
CREATE FUNCTION uws.job_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('{channel}', CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
  RETURN NULL;
END $$;
CREATE TRIGGER job_changed AFTER UPDATE OF phase OR DELETE ON uws.job FOR EACH ROW EXECUTE FUNCTION uws.job_changed();

-- name: next
-- When one job leaves the queue, whose client then has room for another, wake the workers as procrastinate does for a new one.
CREATE FUNCTION uws.job_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM procrastinate_jobs WHERE queue_name = OLD.queue_name AND status = 'todo') THEN
    PERFORM pg_notify('procrastinate_queue_v1#' || OLD.queue_name, json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER job_left AFTER DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION uws.job_left();

-- name: pace
-- What each worker of procrastinate's serves, which it does not record: the queue, and how many jobs at once.
CREATE TABLE uws.pace (
  worker bigint PRIMARY KEY REFERENCES procrastinate_workers(id) ON DELETE CASCADE,
  queue text NOT NULL,
  jobs integer NOT NULL
);

-- name: clear
-- Drop everything in the schema, whose owner is another role: tables, functions, types.
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

-- name: mark
-- What `install` noted on the schema: digest of its DDL, and the identifier of this hub.
SELECT obj_description('uws'::regnamespace, 'pg_namespace');
