-- Jobs as the hub keeps them (jobs/records.py). {columns} are the fields of jobs.job.Job, {values} their parameters.

-- name: add
-- A new job.
INSERT INTO uws.job ({columns}) VALUES ({values}) RETURNING id;

-- name: get
-- One job.
SELECT {columns} FROM uws.job WHERE id = %(id)s;

-- name: list_jobs
-- The jobs of a client that lists have, last created first: those in one of some phases, or in any; created after an instant, or ever.
SELECT {columns} FROM uws.job
WHERE owner = %(owner)s AND listed AND (phase = ANY(%(phases)s) OR %(all)s)
  AND (created > %(after)s OR %(after)s::timestamptz IS NULL)
ORDER BY created DESC, id LIMIT %(last)s;

-- name: count_jobs
-- How many jobs of a client, and of all clients, have not ended; how many of the client there are in all.
SELECT count(*) FILTER (WHERE owner = %(owner)s) AS own, count(*) AS every,
  (SELECT count(*) FROM uws.job WHERE owner = %(owner)s) AS kept
FROM uws.job WHERE phase = ANY(%(phases)s);

-- name: of_client
-- Which jobs a client has.
SELECT id FROM uws.job WHERE owner = %(owner)s;

-- name: mark_executing
-- A queued job begins; no row if it has been aborted or destroyed meanwhile.
UPDATE uws.job SET phase = 'EXECUTING', started = now(), attempt = attempt + 1
WHERE id = %(id)s AND phase = 'QUEUED' RETURNING {columns};

-- name: delete
-- A job is forgotten.
DELETE FROM uws.job WHERE id = %(id)s RETURNING {columns};

-- name: expired
-- Jobs whose time of destruction has come.
SELECT id FROM uws.job WHERE destruction < now();

-- name: existing
-- Which of these identifiers are of jobs.
SELECT id FROM uws.job WHERE id = ANY(%(ids)s);

-- name: orphans
-- Jobs of a spool that no worker runs or is going to run: their task is gone from procrastinate's queue, or the worker that has it gave
-- no sign of life for so many seconds (%(stale)s).
SELECT {columns} FROM uws.job WHERE spool = %(spool)s AND phase IN ('QUEUED', 'EXECUTING') AND NOT EXISTS (
  SELECT FROM procrastinate_jobs queued LEFT JOIN procrastinate_workers worker
  ON worker.id = queued.worker_id AND worker.last_heartbeat > now() - make_interval(secs => %(stale)s)
  WHERE queued.id = job.task AND (queued.status = 'todo' OR queued.status = 'doing' AND worker.id IS NOT NULL));
