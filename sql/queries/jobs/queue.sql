-- The queue of jobs (jobs/queue.py), over procrastinate's tables, which are in the session's search_path.

-- name: lock
-- One process at a time chooses what to run next, until its transaction ends.
SELECT pg_advisory_xact_lock(%(lock)s);

-- name: join
-- Record that a worker serves a queue, so many jobs at once.
INSERT INTO uws.pace VALUES (%(worker)s, %(queue)s, %(jobs)s) ON CONFLICT DO NOTHING;

-- name: pace
-- How many jobs the workers of a queue run at once that give signs of life, that is within so many seconds (%(stale)s).
SELECT coalesce(sum(pace.jobs), 0) AS jobs FROM uws.pace JOIN procrastinate_workers AS worker ON worker.id = pace.worker
WHERE pace.queue = %(queue)s AND worker.last_heartbeat > now() - make_interval(secs => %(stale)s);

-- name: fetch
-- Take what is to run next: of the clients with the fewest jobs running, the first; none of a client with its share of all (%(most)s), or
-- with more than is in proportion to what is free (as hub/shares.py counts).
WITH running AS (
  SELECT job.owner, count(*) AS number
  FROM procrastinate_jobs queued JOIN uws.job ON job.task = queued.id
  WHERE queued.status = 'doing' AND queued.queue_name = %(queue)s GROUP BY job.owner
), candidate AS (
  SELECT queued.id
  FROM procrastinate_jobs queued LEFT JOIN uws.job ON job.task = queued.id LEFT JOIN running ON running.owner = job.owner
  WHERE queued.status = 'todo' AND queued.queue_name = %(queue)s
    AND (queued.scheduled_at IS NULL OR queued.scheduled_at <= now())
    AND (running.number IS NULL OR running.number < LEAST(%(most)s,
      %(proportion)s::float8 * (%(total)s - (SELECT sum(number) FROM running))))
  ORDER BY coalesce(running.number, 0), queued.priority DESC, queued.id LIMIT 1
  FOR UPDATE OF queued SKIP LOCKED
)
UPDATE procrastinate_jobs AS taken SET status = 'doing', worker_id = %(worker)s FROM candidate WHERE taken.id = candidate.id
RETURNING taken.id, taken.status, taken.task_name, taken.priority, taken.lock, taken.queueing_lock, taken.args, taken.scheduled_at,
  taken.queue_name, taken.attempts, taken.worker_id;
